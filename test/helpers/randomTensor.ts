import { type DType, RandomState, type Shape, Tensor } from "scratch-nn";

/** Normal numbers, of which the share `density` is kept and the others are 0. */
export function randomTensor(
  shape: Shape,
  { dtype = "float32", seed = 1, density = 1 }: { dtype?: DType; seed?: number; density?: number } = {},
): Tensor {
  const random = new RandomState(seed);
  const tensor = Tensor.randn(shape, random, dtype);
  if (density < 1) {
    const kept = random.rand(tensor.size);
    for (let i = 0; i < tensor.size; i++) if (kept[i]! >= density) tensor.data[i] = 0;
  }
  return tensor;
}
