/** The type the kernels compute in. The build compiles the sources once for each, and writes this file anew. */
export type Real = f32;
/** Whether V8 will join pairs of vectors, which is what tiles are then made for. */
export const WIDE: bool = false;
