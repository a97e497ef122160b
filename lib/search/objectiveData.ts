import { checkOptions } from "../checks";
import { checkDataset, type Dataset } from "../datasets/Dataset";
import { ArgumentError } from "../errors";
import { isPlain, type Plain } from "../plain";
import { checkModuleExport, loadExport, type ModuleExport } from "../workers/loadExport";
import type { Datasets } from "../workers/Task";

/**
 * A dataset that every thread and machine can load by itself: what a function that a file of JavaScript exports gives
 * for the options. A queue sends its name and its checksum, never its samples.
 */
export interface DatasetSource extends ModuleExport {
  /** Plain data that the function is given (default: null). */
  readonly options?: Plain;
}

/** A dataset, or where it comes from. */
export type DatasetOrSource = Dataset | DatasetSource;

export function isSource(dataset: DatasetOrSource): dataset is DatasetSource {
  return typeof dataset === "object" && dataset !== null && "file" in dataset;
}

/** @throws ArgumentError from `where` unless a source is one; FileError if its module is not there. */
export function checkSource(where: string, source: DatasetSource): void {
  checkOptions(where, source, ["file", "export", "options"]);
  checkModuleExport(where, source);
  if (source.options !== undefined && !isPlain(source.options)) {
    throw new ArgumentError(where, "options must be plain data, as JSON can hold it");
  }
}

/** The datasets, those with a source loaded. @throws what a loader throws; ArgumentError if it gives no dataset. */
export async function loadData(data: Readonly<Record<string, DatasetOrSource>>): Promise<Datasets> {
  const loading = Object.entries(data).map(async ([name, dataset]) => {
    if (!isSource(dataset)) return [name, dataset] as const;
    const { options = null } = dataset;
    const loaded = await (await loadExport(dataset))(options);
    return [name, checkDataset(loaded as Dataset, `${dataset.file}, data ${name}`)] as const;
  });
  return Object.fromEntries(await Promise.all(loading));
}
