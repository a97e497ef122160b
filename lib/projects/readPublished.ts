import { platform } from "../platform/node/platform";
import { packageFile } from "../platform/paths";
import { readJson } from "../platform/readFile";

/** The numbers that `data/published/` holds under a name. @throws FileError if they cannot be read. */
export function readPublished<Numbers>(name: string): Numbers {
  const file = `projects/published/${name}.json`;
  platform.expectNode(file);
  return readJson(packageFile(file), file) as Numbers;
}
