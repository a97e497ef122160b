/* Makes this Node one without relaxed SIMD, whose products are rounded otherwise: `node -r plainSimd.cjs`. */
WebAssembly.validate = () => false;
