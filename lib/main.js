"use strict";
/* The package, or, in a checkout where nothing has been built, what to do. */
require("./built.js");
module.exports = require("./dist/index.js");
