/** The type the kernels compute in. The build compiles the sources twice, the second time with f64 here. */
export type Real = f32;
