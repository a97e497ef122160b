"use strict";
/* scratch-nn/notebook, or, in a checkout where nothing has been built, what to do. */
try {
  module.exports = require("./dist/notebook/index.js");
} catch (error) {
  throw require("./unbuilt.js")(error);
}
