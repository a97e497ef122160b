import { delimiter, dirname, join } from "node:path";

export interface LabCommand {
  args: string[];
  environment: NodeJS.ProcessEnv;
}

/**
 * How JupyterLab is started: with the project's kernel, everything it writes kept in the project, no questions, no
 * calls home, and no limit on a cell's output. `args` are the user's own, and win.
 */
export function labCommand(root: string, args: readonly string[]): LabCommand {
  const folder = join(root, ".jupyter");
  const data = join(folder, "data");
  const notebook = args.some((arg) => arg.endsWith(".ipynb")) ? [] : ["notebooks/main.ipynb"];
  // In a container everybody is root, and JupyterLab refuses unless it is told that this is meant.
  const rootToo = process.getuid?.() === 0 && !args.includes("--allow-root") ? ["--allow-root"] : [];
  return {
    args: [
      ...["-m", "jupyterlab"],
      `--ServerApp.root_dir=${root}`,
      "--KernelSpecManager.allowed_kernelspecs=tslab",
      // Language servers are looked for with npm, which writes a log into the home folder.
      "--ServerApp.jpserver_extensions={'jupyter_lsp': False}",
      "--LabApp.extension_manager=readonly",
      "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
      "--ZMQChannelsWebsocketConnection.limit_rate=False",
      ...rootToo,
      ...args,
      ...notebook,
    ],
    environment: {
      ...process.env,
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      JUPYTER_PATH: folder,
      JUPYTER_CONFIG_PATH: folder,
      JUPYTER_CONFIG_DIR: join(data, "config"),
      JUPYTER_DATA_DIR: data,
      JUPYTER_RUNTIME_DIR: join(folder, "runtime"),
      IPYTHONDIR: join(data, "ipython"),
    },
  };
}
