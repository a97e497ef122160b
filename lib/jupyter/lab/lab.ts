/** The command behind `npm run lab`: opens JupyterLab on notebooks/main.ipynb; its arguments are JupyterLab's. */
import { spawn } from "node:child_process";
import { projectRoot } from "../../platform/paths";
import { labCommand } from "./labCommand";
import { virtualEnvironment } from "./virtualEnvironment";

function main(): void {
  const root = projectRoot();
  const python = virtualEnvironment(root, console.log);
  const { args, environment } = labCommand(root, process.argv.slice(2));
  const server = spawn(python, args, { cwd: root, env: environment, stdio: "inherit" });
  // Ctrl-C reaches JupyterLab by itself, which asks before it ends.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => server.kill("SIGTERM"));
  server.on("close", (code) => {
    process.exitCode = code ?? 1;
  });
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
