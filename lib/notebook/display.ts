import { checkOptions } from "../checks";

/** One output under several MIME types; the notebook shows the richest it can, and stores all of them. */
export interface DisplayBundle {
  /** What is shown, by MIME type. */
  data: Record<string, unknown>;
  /** How it is shown, by MIME type. */
  metadata?: Record<string, unknown>;
}

/** Names an output, or replaces one. */
export interface DisplayOptions {
  /** Names the output, so that a later call can replace it. Not stored in the notebook. */
  displayId?: string;
  /** Replaces the output of that name instead of adding one. */
  update?: boolean;
}

/** Sends the content of a `display_data` message, or of an `update_display_data`. */
type Send = (content: object, update: boolean) => void;

/**
 * Shows an output in the running notebook cell. Outside a kernel, tslab's or Deno's, it does nothing.
 * @throws ArgumentError if the bundle or the options are no objects, or have other names.
 */
export function display(bundle: DisplayBundle, options: DisplayOptions = {}): void {
  checkOptions("display", bundle, ["data", "metadata"]);
  checkOptions("display", options, ["displayId", "update"]);
  const { displayId, update = false } = options;
  const transient = displayId === undefined ? {} : { display_id: displayId };
  findKernel()?.({ data: bundle.data, metadata: bundle.metadata ?? {}, transient }, update);
}

/** True inside a kernel, where `display` shows something. */
export function canDisplay(): boolean {
  return findKernel() !== undefined;
}

/** Shows Markdown; where it is not rendered, its source is readable text, unless `plain` says it better. */
export function markdown(text: string, plain: string = text): void {
  display({ data: { "text/markdown": text, "text/plain": plain } });
}

/** Shows HTML, with `plain` for places that show text only. */
export function html(text: string, plain: string): void {
  display({ data: { "text/html": text, "text/plain": plain } });
}

function findKernel(): Send | undefined {
  const { jupyter } = (globalThis as { readonly Deno?: { readonly jupyter?: DenoJupyter } }).Deno ?? {};
  if (!jupyter) return tslabSend();
  return (content, update) => {
    void jupyter.broadcast(update ? "update_display_data" : "display_data", content);
  };
}

/** https://docs.deno.com/api/deno/~/Deno.jupyter; there only in Deno's kernel. */
interface DenoJupyter {
  broadcast(type: string, content: object): Promise<void>;
}

/**
 * Of the tslab that is running this process. Its Jupyter module is looked up among the loaded modules: requiring it by
 * name could load a second copy, which knows nothing of the cell.
 */
function tslabSend(): Send | undefined {
  for (const [file, module] of Object.entries(require.cache)) {
    if (!/[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(file)) continue;
    const exports = module?.exports as { readonly lastWriteDisplayData: Send | null } | undefined;
    if (exports?.lastWriteDisplayData) return exports.lastWriteDisplayData;
  }
  return undefined;
}
