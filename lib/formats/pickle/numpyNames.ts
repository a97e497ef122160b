import { inWords } from "../../checks";
import { FileError } from "../../errors";
import { sizeOf } from "../../tensor/shape";
import { checkSides, decodeArray } from "../numpy/decodeArray";
import type { NdArray } from "../numpy/NdArray";

/** Counts the memory that an array takes. */
interface Budget {
  use(bytes: number): void;
}

/** A name of Python that a pickle imports: only a stand-in, nothing of Python runs. */
export class ImportedName {
  readonly make: (args: readonly unknown[], budget: Budget) => unknown;

  constructor(make: (args: readonly unknown[], budget: Budget) => unknown) {
    this.make = make;
  }
}

/**
 * What the names of NumPy that a pickle of arrays imports become here; all other names are refused. Nothing of Python
 * runs: the functions below only fill in arrays.
 * Source: NumPy's array_reduce, array_setstate and arraydescr_setstate.
 * @param file what an error calls the file.
 */
export function numpyNames(file: string): (module: string, name: string) => ImportedName {
  const refuse = (what: string): never => {
    throw new FileError(file, `expected arrays as NumPy pickles them, got ${what}`);
  };
  const ndarray = new ImportedName(() => refuse("a call of ndarray"));
  const names: ReadonlyMap<string, ImportedName> = new Map([
    ["numpy ndarray", ndarray],
    ["numpy dtype", new ImportedName(([kind]) => new PickledType(file, kind))],
    [
      "numpy.core.multiarray _reconstruct",
      new ImportedName(([type]) =>
        type === ndarray ? new PickledArray(file) : refuse(`a call for ${inWords(type)}`),
      ),
    ],
    [
      "numpy.core.multiarray scalar",
      new ImportedName(([type, bytes], budget) => toArray(file, [], type, bytes, "C", budget).data[0]),
    ],
    [
      "numpy.core.numeric _frombuffer",
      new ImportedName(([bytes, type, shape, order], budget) =>
        toArray(file, shape, type, bytes, order, budget),
      ),
    ],
    // Python 3 writes bytes so where the protocol has no bytes.
    [
      "_codecs encode",
      new ImportedName(([text, encoding], budget) => {
        if (typeof text !== "string" || encoding !== "latin1") return refuse(`bytes as ${inWords(encoding)}`);
        budget.use(text.length);
        return toBytes(text) ?? refuse("characters that are no bytes");
      }),
    ],
    [
      "__builtin__ bytes",
      new ImportedName((args) => (args.length === 0 ? new Uint8Array(0) : refuse("a call of bytes"))),
    ],
  ]);
  return (module, name) => {
    const found = names.get(`${module.replace(/^numpy\._core\b/, "numpy.core")} ${name}`);
    if (found) return found;
    const expected = "expected a pickle of NumPy arrays, lists, tuples, dicts, strings and numbers";
    const asked = `${module}.${name}`.slice(0, 100);
    throw new FileError(file, `${expected}, got one that asks to import ${asked} (nothing was run)`);
  };
}

/** numpy.dtype: "f8", and the order of its bytes once the state has come. */
export class PickledType {
  readonly kind: string;
  private order = "=";
  readonly #file: string;

  constructor(file: string, kind: unknown) {
    if (typeof kind !== "string")
      throw new FileError(file, `expected the name of a dtype, got ${inWords(kind)}`);
    this.kind = kind;
    this.#file = file;
  }

  get descr(): string {
    return this.order + this.kind;
  }

  setState(state: unknown): void {
    const order: unknown = Array.isArray(state) ? state[1] : undefined;
    if (typeof order !== "string" || order.length !== 1) {
      throw new FileError(this.#file, `expected the state of a dtype, got ${inWords(state)}`);
    }
    this.order = order;
  }
}

/** numpy.ndarray: empty until its state has come. */
export class PickledArray implements NdArray {
  shape: readonly number[] = [0];
  dtype = "f8";
  data: NdArray["data"] = [];
  #filled = false;
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  get filled(): boolean {
    return this.#filled;
  }

  setState(state: unknown, budget: Budget): void {
    if (!Array.isArray(state) || state.length !== 5 || state[0] !== 1 || typeof state[3] !== "boolean") {
      throw new FileError(this.#file, `expected the state of an ndarray of version 1, got ${inWords(state)}`);
    }
    const [, shape, type, fortran, data] = state as [number, unknown, unknown, boolean, unknown];
    Object.assign(this, toArray(this.#file, shape, type, data, fortran ? "F" : "C", budget));
    this.#filled = true;
  }
}

/** @param data the bytes, as Python 2's strings or Python 3's bytes, or the list of an array of objects. */
function toArray(
  file: string,
  shape: unknown,
  type: unknown,
  data: unknown,
  order: unknown,
  budget: Budget,
): NdArray {
  if (!Array.isArray(shape) || !(type instanceof PickledType) || (order !== "C" && order !== "F")) {
    throw new FileError(file, "expected an array with a shape and a dtype, got another state of an ndarray");
  }
  checkSides(shape, file);
  const { kind, descr } = type;
  if (kind[0] === "O") {
    if (!Array.isArray(data) || data.length !== sizeOf(shape)) {
      throw new FileError(file, `expected ${sizeOf(shape)} objects, got ${inWords(data)}`);
    }
    return { shape, dtype: "O", data };
  }
  const bytes = typeof data === "string" ? toBytes(data) : data;
  if (!(bytes instanceof Uint8Array))
    throw new FileError(file, `expected the bytes of an array, got ${inWords(data)}`);
  budget.use(2 * bytes.length);
  return { shape, dtype: kind, data: decodeArray(bytes, { descr, shape, fortran: order === "F" }, file) };
}

/** The bytes that a text stands for, a character each; undefined if one is none. */
function toBytes(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, "latin1");
  return bytes.toString("latin1") === text ? bytes : undefined;
}
