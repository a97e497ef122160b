/** A float type of the library. */
export type DType = "float32" | "float64";

/** The numbers of a tensor: a view on the kernels' memory. */
export type FloatArray = Float32Array | Float64Array;

/** Bytes of one value. */
export function bytesOf(dtype: DType): number {
  return dtype === "float32" ? 4 : 8;
}

/**
 * The compiled kernels of `assembly/`, for one dtype. Pointers are byte offsets into the kernels' memory
 * (`array.byteOffset`), sizes are in elements, every range is [from, to). Nothing is checked here.
 */
export interface Kernels {
  adam(
    from: number,
    to: number,
    w: number,
    g: number,
    m: number,
    v: number,
    toM: number,
    toV: number,
    rate: number,
    unbias: number,
    epsilon: number,
    decay: number,
    keep: number,
  ): void;
  addBias(r0: number, r1: number, n: number, bias: number, y: number, rectify: number): void;
  columnSums(
    n0: number,
    n1: number,
    rows: number,
    n: number,
    x: number,
    out: number,
    accumulate: number,
  ): void;
  dropout(
    from: number,
    to: number,
    x: number,
    y: number,
    threshold: number,
    scale: number,
    key0: number,
    key1: number,
  ): void;
  relu(from: number, to: number, x: number, y: number): void;
  reluGradient(from: number, to: number, y: number, dy: number, dx: number): void;
  sigmoid(from: number, to: number, x: number, y: number): void;
  sigmoidGradient(from: number, to: number, y: number, dy: number, dx: number): void;
  tanh(from: number, to: number, x: number, y: number): void;
  tanhGradient(from: number, to: number, y: number, dy: number, dx: number): void;
  gatherBytes(
    r0: number,
    r1: number,
    source: number,
    indices: number,
    length: number,
    table: number,
    out: number,
  ): void;
  gatherRows(r0: number, r1: number, source: number, indices: number, length: number, out: number): void;
  gatherTokens(r0: number, r1: number, source: number, indices: number, length: number, out: number): void;
  packFactor(rows: number, columns: number, starts: number, step: number, w: number, factor: number): void;
  convolveScratch(plan: number): number;
  convolve(
    n0: number,
    n1: number,
    plan: number,
    x: number,
    factor: number,
    bias: number,
    y: number,
    rectify: number,
    places: number,
    open: number,
    scratch: number,
  ): void;
  gradientValues(geometry: number): number;
  gradientVectors(geometry: number): number;
  convolutionGradientScratch(geometry: number): number;
  convolutionGradient(
    g0: number,
    g1: number,
    parts: number,
    images: number,
    geometry: number,
    x: number,
    dy: number,
    places: number,
    open: number,
    dw: number,
    db: number,
    scratch: number,
  ): void;
  sumGradients(
    k0: number,
    k1: number,
    geometry: number,
    parts: number,
    partial: number,
    dw: number,
    accumulate: number,
  ): void;
  maxOverTime(
    n0: number,
    n1: number,
    units: number,
    starts: number,
    x: number,
    y: number,
    places: number,
  ): void;
  maxOverTimeGradient(
    n0: number,
    n1: number,
    units: number,
    starts: number,
    places: number,
    dy: number,
    dx: number,
  ): void;
  maxPool(n0: number, n1: number, geometry: number, x: number, y: number, places: number): void;
  maxPoolGradient(n0: number, n1: number, geometry: number, places: number, dy: number, dx: number): void;
  sumRows(r0: number, r1: number, x: number, starts: number, list: number, length: number, out: number): void;
  scatterRows(
    r0: number,
    r1: number,
    x: number,
    indices: number,
    length: number,
    out: number,
    accumulate: number,
  ): void;
  descendRows(
    r0: number,
    r1: number,
    w: number,
    indices: number,
    length: number,
    g: number,
    rate: number,
  ): void;
  lstmForward(
    b0: number,
    b1: number,
    blocks: number,
    rows: number,
    units: number,
    order: number,
    starts: number,
    index: number,
    projections: number,
    packed: number,
    gates: number,
    cells: number,
    before: number,
    after: number,
    last: number,
    scratch: number,
  ): void;
  lstmBackward(
    b0: number,
    b1: number,
    blocks: number,
    rows: number,
    units: number,
    order: number,
    starts: number,
    packed: number,
    gates: number,
    cells: number,
    dAfter: number,
    dLast: number,
    dGates: number,
    scratch: number,
  ): void;
  lstmScratch(rows: number, units: number): number;
  gruForward(
    b0: number,
    b1: number,
    blocks: number,
    rows: number,
    units: number,
    order: number,
    starts: number,
    index: number,
    projections: number,
    packed: number,
    packedCandidate: number,
    bias: number,
    gates: number,
    before: number,
    inner: number,
    after: number,
    last: number,
    scratch: number,
  ): void;
  gruBackward(
    b0: number,
    b1: number,
    blocks: number,
    rows: number,
    units: number,
    order: number,
    starts: number,
    packed: number,
    packedCandidate: number,
    gates: number,
    before: number,
    inner: number,
    dAfter: number,
    dLast: number,
    dGates: number,
    dInner: number,
    scratch: number,
  ): void;
  gruScratch(rows: number, units: number): number;
  packedBytes(rows: number, columns: number): number;
  wholeVectors(length: number): number;
  packGates(gates: number, units: number, u: number, ldu: number, first: number, packed: number): void;
  packGatesTransposed(
    gates: number,
    units: number,
    u: number,
    ldu: number,
    first: number,
    packed: number,
  ): void;
  matmul(
    m0: number,
    m1: number,
    n0: number,
    n1: number,
    k: number,
    transA: number,
    a: number,
    lda: number,
    transB: number,
    b: number,
    ldb: number,
    c: number,
    ldc: number,
    accumulate: number,
    scratch: number,
  ): void;
  matmulScratch(): number;
  scale(from: number, to: number, x: number, factor: number): void;
  sumSquares(b0: number, b1: number, block: number, n: number, x: number, sums: number): void;
  sgd(from: number, to: number, w: number, g: number, rate: number, decay: number): void;
  sgdMomentum(
    from: number,
    to: number,
    w: number,
    g: number,
    v: number,
    rate: number,
    decay: number,
    momentum: number,
    nesterov: number,
  ): void;
  skipGram(
    c0: number,
    c1: number,
    words: number,
    firsts: number,
    lasts: number,
    targets: number,
    count: number,
    length: number,
    inputs: number,
    outputs: number,
    rate: number,
    scratch: number,
  ): void;
  skipGramScratch(window: number, count: number, length: number): number;
  softmax(r0: number, r1: number, n: number, x: number, p: number, maxima: number, sums: number): void;
  softmaxGradient(r0: number, r1: number, n: number, p: number, dy: number, dx: number): void;
  crossEntropyGradient(
    r0: number,
    r1: number,
    n: number,
    p: number,
    labels: number,
    scale: number,
    d: number,
  ): void;
  crossEntropyTargetsGradient(
    r0: number,
    r1: number,
    n: number,
    p: number,
    targets: number,
    scale: number,
    d: number,
  ): void;
  rowBlocks(length: number): number;
  entryBytes(): number;
  nonZeros(r0: number, r1: number, length: number, x: number, entries: number, bounds: number): void;
  byColumn(
    rows: number,
    length: number,
    entries: number,
    bounds: number,
    starts: number,
    columnEntries: number,
  ): void;
  sparseScratch(rows: number): number;
  sparseMatmul(
    r0: number,
    r1: number,
    n0: number,
    n1: number,
    k: number,
    entries: number,
    bounds: number,
    w: number,
    ldw: number,
    y: number,
    ldy: number,
    scratch: number,
  ): void;
  sparseDescent(
    k0: number,
    k1: number,
    n0: number,
    n1: number,
    rows: number,
    starts: number,
    entries: number,
    dy: number,
    ldy: number,
    w: number,
    ldw: number,
    rate: number,
    decay: number,
    scratch: number,
  ): void;
  sparseGradient(
    k0: number,
    k1: number,
    n0: number,
    n1: number,
    rows: number,
    starts: number,
    entries: number,
    dy: number,
    ldy: number,
    dw: number,
    ldw: number,
    accumulate: number,
    scratch: number,
  ): void;
}
