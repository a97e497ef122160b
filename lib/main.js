"use strict";
/* The package, or, in a checkout where nothing has been built, what to do. */
try {
  module.exports = require("./dist/index.js");
} catch (error) {
  throw require("./unbuilt.js")(error);
}
