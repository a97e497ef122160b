import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { unzipSync, zipSync } from "fflate";
import { Linear, loadMnist, loadModel, RandomState, Sequential, saveModel } from "scratch-nn";
import { parseIdx } from "../../lib/dist/formats/idx";
import { parseNpy } from "../../lib/dist/formats/numpy/parseNpy";
import { parseNpz } from "../../lib/dist/formats/numpy/parseNpz";
import { parsePickle } from "../../lib/dist/formats/pickle/parsePickle";
import { readUnpacked } from "../../lib/dist/formats/readUnpacked";
import { decodeSafetensors } from "../../lib/dist/formats/safetensors/safetensors";
import { type Notebook, notebookText, readNotebook } from "../../lib/dist/jupyter/runner/Notebook";
import { loadTinyToy } from "../../lib/dist/projects/homework";
import { loadMnist as loadNielsen } from "../../lib/dist/projects/nielsen";
import { loadTrainer } from "../../lib/dist/projects/twoLayer";
import { random, Study, uniform } from "../../lib/dist/search";
import { loadImdb, loadWordIndex, loadWordVectors, readImdb, WordIndex } from "../../lib/dist/words";

/** A reader of files, and what it is tried with. */
export interface Reader {
  readonly name: string;
  /** What its errors call the file. */
  readonly file: string;
  readonly files: readonly Buffer[];
  /** Whether the format has a checksum, so that a changed file is an error or has the same contents. */
  readonly checked?: boolean;
  /** What changes are made to, and the file that follows; the file itself if not given. */
  readonly inside?: { open(file: Buffer): Buffer; close(contents: Buffer): Buffer };
  read(file: Buffer): unknown;
}

function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(join(__dirname, "../fixtures", `${name}.json`), "utf8")) as T;
}

const base64 = (text: string): Buffer => Buffer.from(text, "base64");

/** As the runner writes a notebook: with outputs of its own. */
function rewritten(notebook: Notebook): string {
  const cells = notebook.cells.map((cell) => ({ ...cell, outputs: [] }));
  return notebookText({ ...notebook, cells });
}

/** All readers of the library; those that read a path find the file in `folder`. */
export async function makeReaders(folder: string): Promise<Reader[]> {
  const at = (file: string): string => join(folder, file);
  const written =
    (file: string, read: (path: string) => unknown) =>
    (bytes: Buffer): unknown => {
      writeFileSync(at(file), bytes);
      return read(at(file));
    };
  const npy = fixture<{ files: { file: string }[]; packed: string; stored: string }>("npy-files");
  const pickles = fixture<{
    cases: { pickle: string }[];
    tiny: { toy: { file: string } };
    nielsen: { file: string };
  }>("pickles");
  const imdb = fixture<{ npz: string; ranks: Record<string, number> }>("imdb-mini");
  const archives = [npy.packed, npy.stored].map(base64);
  const gzip = {
    open: (file: Buffer) => gunzipSync(file),
    close: (contents: Buffer) => gzipSync(contents, { level: 1 }),
  };
  const arrays = ["grid", "lists"];
  const readArchive = (bytes: Buffer): unknown => parseNpz(bytes, arrays, "x.npz");

  const network = (seed: number): Sequential =>
    new Sequential([new Linear(3, 2, { random: new RandomState(seed) })]);
  saveModel(network(1), at("x.model"));
  const model = readFileSync(at("x.model"));
  const modelFile = written("x.model", (path) =>
    [...loadModel(network(2), path).namedParameters()].map(([, { value }]) => value.toArray()),
  );

  const study = (): Study<{ x: ReturnType<typeof uniform> }> =>
    new Study({
      space: { x: uniform(-1, 1) },
      sampler: random({ seed: 1 }),
      trials: 5,
      direction: "minimize",
      journal: at("x.jsonl"),
      objective: ({ params: { x } }) => ({ value: x * x, metrics: { x }, curves: { loss: [x, x * x] } }),
    });
  await study().run();
  const journal = readFileSync(at("x.jsonl"));

  const row = { epoch: 1, trainLoss: 0.5, testLoss: 0.6, trainAcc: 0.9, testAcc: 0.8 };
  const trainer = { hyperparameters: { weightDecay: 0.1, learningRate: 0.01, hidden: 9 }, rows: [row] };
  const words = new WordIndex({ the: 1, good: 2, film: 3 }, 8);
  const vectors = "3 3\nthe 0.5 -1e-2 3\ngood 0 1 0.25\nfilm 1 1 1\n";
  const idx = (shape: number[], length: number): Buffer =>
    Buffer.from([
      0,
      0,
      8,
      shape.length,
      ...shape.flatMap((side) => [0, 0, 0, side]),
      ...Array.from({ length }, (_, i) => i % 10),
    ]);
  const mnist = {
    "train-images-idx3-ubyte": idx([2, 28, 28], 1568),
    "train-labels-idx1-ubyte": idx([2], 2),
    "t10k-images-idx3-ubyte": idx([1, 28, 28], 784),
    "t10k-labels-idx1-ubyte": idx([1], 1),
  };
  const images = "train-images-idx3-ubyte";
  const mnistFile =
    (name: keyof typeof mnist) =>
    (bytes: Buffer): unknown => {
      for (const [file, good] of Object.entries(mnist)) writeFileSync(at(file), file === name ? bytes : good);
      return loadMnist({ folder });
    };
  const reviews = written("imdb.npz", () => readImdb({ directory: folder, original: false }));

  return [
    {
      name: "idx",
      file: "x.idx",
      files: [mnist[images], idx([3], 3)],
      read: (bytes) => parseIdx(bytes, "x.idx"),
    },
    { name: "MNIST", file: "-idx", files: [mnist[images], gzipSync(mnist[images])], read: mnistFile(images) },
    {
      name: "npy",
      file: "x.npy",
      files: npy.files.map(({ file }) => base64(file)),
      read: (bytes) => parseNpy(bytes, "x.npy"),
    },
    { name: "npz", file: "x.npz", files: archives, checked: true, read: readArchive },
    {
      name: "npz, packed anew",
      file: "x.npz",
      files: [archives[0]!],
      inside: {
        open: (file) => Buffer.from(unzipSync(file)["lists.npy"]!),
        close: (contents) => Buffer.from(zipSync({ ...unzipSync(archives[0]!), "lists.npy": contents })),
      },
      read: readArchive,
    },
    {
      name: "pickle",
      file: "x.pkl",
      files: pickles.cases.map(({ pickle }) => base64(pickle)),
      read: (bytes) => parsePickle(bytes, "x.pkl"),
    },
    {
      name: "gzip",
      file: "x.gz",
      files: [gzipSync("a text, a text and another text")],
      checked: true,
      // The first two bytes say that it is gzip: with others it is another file.
      read: (bytes) =>
        written("x.gz", readUnpacked)(Buffer.concat([Buffer.of(0x1f, 0x8b), bytes.subarray(2)])),
    },
    {
      name: "safetensors",
      file: "x.safetensors",
      files: [readFileSync(join(__dirname, "../fixtures/safetensors-numpy.safetensors")), model],
      read: (bytes) => decodeSafetensors(bytes, "x.safetensors"),
    },
    { name: "model", file: "x.model", files: [model], checked: true, read: modelFile },
    { name: "journal", file: "x.jsonl", files: [journal], read: written("x.jsonl", () => study().trials) },
    {
      name: "trainer",
      file: "x.json",
      files: [Buffer.from(JSON.stringify(trainer))],
      read: written("x.json", loadTrainer),
    },
    {
      name: "notebook",
      file: "x.ipynb",
      files: [readFileSync(join(__dirname, "../fixtures/notebook.ipynb"))],
      read: written("x.ipynb", (path) => rewritten(readNotebook(path))),
    },
    {
      name: "word vectors",
      file: "x.txt",
      files: [vectors, `\ufeff${vectors}`, gzipSync(vectors)].map((text) => Buffer.from(text)),
      read: written("x.txt", (path) => loadWordVectors(path, words, 3)),
    },
    {
      name: "word index",
      file: "imdb_word_index.json",
      files: [Buffer.from(JSON.stringify(imdb.ranks))],
      read: written("imdb_word_index.json", () => loadWordIndex({ directory: folder, dictSize: 30 })),
    },
    { name: "IMDB", file: "imdb.npz", files: [base64(imdb.npz)], checked: true, read: reviews },
    {
      name: "IMDB, packed anew",
      file: "imdb.npz",
      files: [base64(imdb.npz)],
      inside: {
        open: (file) => Buffer.from(unzipSync(file)["x_train.npy"]!),
        close: (contents) =>
          Buffer.from(zipSync({ ...unzipSync(base64(imdb.npz)), "x_train.npy": contents })),
      },
      read: written("imdb.npz", () =>
        loadImdb({ directory: folder, original: false, dictSize: 20, exampleLength: 7 }),
      ),
    },
    {
      name: "tiny sets",
      file: "x.pkl.gz",
      files: [base64(pickles.tiny.toy.file)],
      inside: gzip,
      read: written("x.pkl.gz", loadTinyToy),
    },
    {
      name: "Nielsen's MNIST",
      file: "mnist.pkl.gz",
      files: [base64(pickles.nielsen.file)],
      inside: gzip,
      read: written("mnist.pkl.gz", loadNielsen),
    },
  ];
}
