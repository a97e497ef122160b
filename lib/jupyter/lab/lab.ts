/** The command behind `npm run lab`: opens JupyterLab on notebooks/main.ipynb; its arguments are JupyterLab's. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { messageOf } from "../../errors";
import { projectRoot } from "../../platform/paths";
import { callersWatch } from "../callersWatch";
import { SignalStop } from "../SignalStop";
import { kernelFolder, registerKernel } from "./kernelSpec";
import { labCommand } from "./labCommand";
import { virtualEnvironment } from "./virtualEnvironment";

const usage = `npm run lab [-- OPTIONS]    opens JupyterLab on notebooks/main.ipynb; installs it into .venv the first time

OPTIONS are JupyterLab's, such as --port 9000, --no-browser or a notebook; all of them: npm run lab -- --help-all
  --help   this text`;
const checkMs = 500;
const root = projectRoot();

async function serve(python: string): Promise<number> {
  const { args, environment } = labCommand(root, process.argv.slice(2));
  const server = spawn(python, args, { cwd: root, env: environment, stdio: "inherit" });
  const end = (): boolean => server.kill("SIGTERM");
  // Ctrl-C reaches JupyterLab by itself, which asks before it ends.
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, end);
  const callersAreGone = callersWatch();
  setInterval(() => callersAreGone() && end(), checkMs).unref();
  const [code] = await once(server, "close");
  return code ?? 1;
}

async function main(): Promise<number> {
  if (process.argv.some((arg) => arg === "--help" || arg === "-h")) {
    console.log(usage);
    return 0;
  }
  const stop = new SignalStop("Stopped; the next npm run lab goes on with the installation.");
  try {
    stop.throwIfAsked();
    const python = await virtualEnvironment(root, console.log, stop.signal);
    registerKernel(kernelFolder(join(root, ".venv")));
    return await serve(python);
  } catch (error) {
    console.error(messageOf(error));
    return stop.exitCode || 1;
  }
}

main().then((code) => {
  process.exitCode = code;
});
