import { FileError } from "../../errors";
import { sizeOf } from "../../tensor/shape";
import { decodeArray } from "../numpy/decodeArray";
import type { NdArray } from "../numpy/NdArray";

/** A function that stands for a Python name in a pickle. */
type Stand = (...args: unknown[]) => unknown;

/**
 * What the names of NumPy that a pickle of arrays imports become here; all other names are refused. Nothing of Python
 * runs: the functions below only fill in arrays.
 * Source: NumPy's array_reduce, array_setstate and arraydescr_setstate.
 * @param name what an error calls the file.
 */
export function numpyNames(name: string): (module: string, name: string) => Stand {
  const stands: Readonly<Record<string, Stand>> = {
    "numpy ndarray": () => new PickledArray(name),
    "numpy dtype": (kind) => new PickledType(String(kind)),
    "numpy.core.multiarray _reconstruct": () => new PickledArray(name),
    "numpy.core.multiarray scalar": (type, bytes) => array(name, [], type, bytes).data[0],
    "numpy.core.numeric _frombuffer": (bytes, type, shape, order) =>
      array(name, shape, type, bytes, order === "F"),
    // Python 3 writes bytes so where the protocol has no bytes.
    "_codecs encode": (text) => Buffer.from(String(text), "latin1"),
    "__builtin__ bytes": () => new Uint8Array(0),
  };
  return (module, wanted) => {
    const stand = stands[`${module.replace(/^numpy\._core\b/, "numpy.core")} ${wanted}`];
    if (stand) return stand;
    const what = "expected a pickle of NumPy arrays, lists, tuples, dicts, strings and numbers";
    throw new FileError(name, `${what}, got one that asks to import ${module}.${wanted} (nothing was run)`);
  };
}

/** numpy.dtype: "f8", and the order of its bytes once the state has come. */
class PickledType {
  order = "=";
  readonly kind: string;

  constructor(kind: string) {
    this.kind = kind;
  }

  __setstate__(state: readonly unknown[]): void {
    this.order = String(state[1]);
  }
}

/** numpy.ndarray: empty until its state has come. */
class PickledArray implements NdArray {
  shape: readonly number[] = [0];
  dtype = "f8";
  data: NdArray["data"] = [];
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  __setstate__(state: readonly unknown[]): void {
    const [, shape, type, fortran, data] = state;
    Object.assign(this, array(this.#name, shape, type, data, fortran === true));
  }
}

/** @param data the bytes, as Python 2's strings or Python 3's bytes, or the list of an array of objects. */
function array(name: string, shape: unknown, type: unknown, data: unknown, fortran = false): NdArray {
  if (!Array.isArray(shape) || !(type instanceof PickledType)) {
    throw new FileError(name, "expected an array with a shape and a dtype, got another state of an ndarray");
  }
  const dtype = type.kind;
  if (dtype[0] === "O") {
    if (!Array.isArray(data) || data.length !== sizeOf(shape)) {
      throw new FileError(name, `expected ${sizeOf(shape)} objects, got another number or no list`);
    }
    return { shape, dtype: "O", data };
  }
  const bytes = typeof data === "string" ? Buffer.from(data, "latin1") : data;
  if (!(bytes instanceof Uint8Array)) throw new FileError(name, "expected the bytes of an array, got none");
  return { shape, dtype, data: decodeArray(bytes, { descr: type.order + dtype, shape, fortran }, name) };
}
