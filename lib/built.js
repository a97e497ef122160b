"use strict";
const { existsSync } = require("node:fs");
const { join } = require("node:path");

if (!existsSync(join(__dirname, "dist/notebook/index.js"))) {
  throw new Error("scratch-nn: lib/dist is missing; run `npm run build`");
}
