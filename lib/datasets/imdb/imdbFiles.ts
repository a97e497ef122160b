/** A file that Keras distributes. */
export interface PublishedFile {
  readonly name: string;
  readonly url: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Where the reviews are looked for and downloaded to, relative to the project. */
export const IMDB_DIRECTORY = "data/imdb";

const KERAS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets";

/** The reviews as Keras publishes them; the same arrays may be packed anew, into a file of another checksum. */
export const REVIEWS_FILE: PublishedFile = {
  name: "imdb.npz",
  url: `${KERAS}/imdb.npz`,
  bytes: 17_464_789,
  sha256: "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
};

/** The rank of every word, 1 for the most frequent. */
export const WORDS_FILE: PublishedFile = {
  name: "imdb_word_index.json",
  url: `${KERAS}/imdb_word_index.json`,
  bytes: 1_641_221,
  sha256: "027313fe9a320280f3bf0fac5baf58c4a683cf39a7ed9c3d3d3912bde4284cf6",
};

/** What a user without the file can do about it. */
export function howToGet(file: PublishedFile, path: string): string {
  const what = `${file.bytes.toLocaleString("en")} bytes, sha256 ${file.sha256}`;
  return `run npm run data:imdb, or put ${file.url} (${what}) there yourself: ${path}`;
}
