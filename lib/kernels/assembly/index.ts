/* What JavaScript may call. Pointers are byte offsets, sizes are in elements, ranges are [from, to). */
export { adam } from "./adam";
export { convolutionGradient, convolutionGradientScratch, gradientValues, gradientVectors, sumGradients } from "./convolutionGradient";
export { convolve, convolveScratch, packFactor } from "./convolve";
export { dropout } from "./dropout";
export { addBias, columnSums, relu, reluGradient, sigmoid, sigmoidGradient } from "./elementwise";
export { descendRows, gatherBytes, gatherRows, gatherTokens, scatterRows, sumRows } from "./gather";
export { gruBackward, gruForward, gruScratch } from "./gru";
export { lstmBackward, lstmForward, lstmScratch } from "./lstm";
export { matmul, matmulScratch } from "./matmul";
export { scale, sumSquares } from "./norm";
export { maxOverTime, maxOverTimeGradient } from "./overTime";
export { packedBytes, packGates, packGatesTransposed, wholeVectors } from "./panels";
export { maxPool, maxPoolGradient } from "./pooling";
export { sgd, sgdMomentum } from "./sgd";
export { crossEntropyGradient, crossEntropyTargetsGradient, softmax, softmaxGradient } from "./softmax";
export { skipGram, skipGramScratch } from "./skipGram";
export { byColumn, entryBytes, nonZeros, rowBlocks, sparseDescent, sparseGradient, sparseMatmul, sparseScratch } from "./sparse";
export { hyperbolicTangent as tanh, hyperbolicTangentGradient as tanhGradient } from "./tanh";
