/** The part of TypeScript's file system that tslab's converter watches files with. */
interface WatchingSystem {
  watchFile(path: string, ...rest: unknown[]): { close(): void };
  watchDirectory(path: string, ...rest: unknown[]): { close(): void };
}

const nothing = { close(): void {} };

/**
 * Keeps TypeScript, as tslab runs it, from watching folders and package.json files. A change of one, by an `npm install`
 * say, sets a timer that tslab takes for one of its own, and the kernel ends ("Unexpected pending rebuildTimer").
 * Declaration files are still watched: types follow a rebuild of the library without a restart.
 */
export function watchLess(): void {
  const { sys } = require("@tslab/typescript-for-tslab") as { sys: WatchingSystem };
  const { watchFile } = sys;
  sys.watchDirectory = () => nothing;
  sys.watchFile = (path, ...rest) =>
    path.endsWith("package.json") ? nothing : watchFile.call(sys, path, ...rest);
}
