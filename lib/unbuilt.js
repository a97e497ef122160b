"use strict";
/* What to say of an error of loading: that nothing has been built, if it is that. */
module.exports = (error) =>
  error.code === "MODULE_NOT_FOUND" && /\.\/dist\/.*index\.js/.test(error.message)
    ? new Error("scratch-nn: lib/dist is missing; run `npm run build`")
    : error;
