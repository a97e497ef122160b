import type { DType } from "../Kernels";
import type { Blas, BlasMatrix } from "./Blas";
import { type NativeFunction, type NativeLibrary, openLibrary } from "./openLibrary";

/* CBLAS: https://www.netlib.org/blas/#_cblas */
const ROW_MAJOR = 101;
const NO_TRANSPOSE = 111;
const TRANSPOSE = 112;

/** What may stand before each name; the wheels of SciPy and NumPy mark their own OpenBLAS with it. */
const PREFIXES = ["", "scipy_"] as const;

/**
 * Opens a library and finds the products of CBLAS in it.
 * @throws Error that says why the library is of no use.
 */
export function openBlas(path: string): Blas {
  const library = openLibrary(path);
  for (const prefix of PREFIXES) {
    const single = find(library, `${prefix}cblas_sgemm`, "void", product("float"));
    const double = find(library, `${prefix}cblas_dgemm`, "void", product("double"));
    if (single && double) return withThreads(path, library, prefix, { float32: single, float64: double });
  }
  throw new Error("no cblas_sgemm and cblas_dgemm in it");
}

/** order, op(A), op(B), m, n, k, α, A, lda, B, ldb, β, C, ldc. */
function product(real: "float" | "double"): string[] {
  const int = "int";
  const pointer = "void *";
  return [int, int, int, int, int, int, real, pointer, int, pointer, int, real, pointer, int];
}

function withThreads(
  path: string,
  library: NativeLibrary,
  prefix: string,
  products: Readonly<Record<DType, NativeFunction>>,
): Blas {
  const get =
    find(library, `${prefix}openblas_get_num_threads`, "int", []) ??
    find(library, "MKL_Get_Max_Threads", "int", []);
  const set =
    find(library, `${prefix}openblas_set_num_threads`, "void", ["int"]) ??
    find(library, "MKL_Set_Num_Threads", "void", ["int"]);
  const config = describe(library, prefix);
  if (/USE64BITINT/.test(config)) throw new Error("its integers are 64 bits wide, expected 32");
  return {
    library: path,
    config,
    multiply: (out, a, transposeA, b, transposeB, accumulate) => {
      const [m, n] = out.shape as [number, number];
      products[out.dtype](
        ROW_MAJOR,
        transposeA ? TRANSPOSE : NO_TRANSPOSE,
        transposeB ? TRANSPOSE : NO_TRANSPOSE,
        m,
        n,
        a.shape[transposeA ? 0 : 1]!,
        1,
        a.data,
        stride(a),
        b.data,
        stride(b),
        accumulate ? 1 : 0,
        out.data,
        stride(out),
      );
    },
    threads: () => (get ? Number(get()) : undefined),
    setThreads: (count) => {
      set?.(count);
    },
  };
}

/** From one row to the next; CBLAS refuses 0 even where nothing is read. */
function stride({ shape }: BlasMatrix): number {
  return Math.max(1, shape[1]!);
}

function describe(library: NativeLibrary, prefix: string): string {
  const openblas = find(library, `${prefix}openblas_get_config`, "str", []);
  if (openblas) return String(openblas()).trim();
  const mkl = find(library, "MKL_Get_Version_String", "void", ["void *", "int"]);
  if (!mkl) return "";
  const text = Buffer.alloc(200);
  mkl(text, text.length);
  return text.toString("latin1").split("\0")[0]!.trim();
}

function find(
  library: NativeLibrary,
  name: string,
  result: string,
  parameters: readonly string[],
): NativeFunction | undefined {
  try {
    return library.func(name, result, parameters);
  } catch {
    return undefined;
  }
}
