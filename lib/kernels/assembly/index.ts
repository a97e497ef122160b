/* What JavaScript may call. Pointers are byte offsets, sizes are in elements, ranges are [from, to). */
export { adam } from "./adam";
export { dropout } from "./dropout";
export { addBias, columnSums, relu, reluGradient, sigmoid, sigmoidGradient } from "./elementwise";
export { convolutionGradient, convolutionGradientScratch, gradientValues, sumGradients } from "./convolutionGradient";
export { convolve, convolveScratch, packFactor } from "./convolve";
export { gatherBytes, gatherRows, gatherTokens } from "./gather";
export { matmul, matmulScratch } from "./matmul";
export { scale, sumSquares } from "./norm";
export { maxPool, maxPoolGradient } from "./pooling";
export { sgd, sgdMomentum } from "./sgd";
export { crossEntropyGradient, softmax, softmaxGradient } from "./softmax";
export { byColumn, entryBytes, nonZeros, rowBlocks, sparseDescent, sparseGradient, sparseMatmul, sparseScratch } from "./sparse";
export { hyperbolicTangent as tanh, hyperbolicTangentGradient as tanhGradient } from "./tanh";
