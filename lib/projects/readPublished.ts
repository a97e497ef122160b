import { readJson } from "../platform/files";
import { projectPath } from "../platform/paths";

/** What `data/published/` holds under that name, without `.json`. @throws FileError if it cannot be read. */
export function readPublished(name: string): unknown {
  const path = `data/published/${name}.json`;
  return readJson(projectPath(path), path);
}
