import { EnvironmentError } from "../../errors";

/** Stands for a function of Node.js. */
export function nodeOnly(name: string): () => never {
  return () => {
    throw new EnvironmentError(
      name,
      "needs Node.js, got a browser, which has no files, processes or native libraries",
    );
  };
}
