/**
 * Starts tslab's kernel of this project: `node launcher.js CONNECTION_FILE`; the runner sends the connection instead.
 * Nothing is loaded before the watchdog is there: loading takes seconds, in which the parent may end or a signal come.
 */
import { Watchdog } from "./Watchdog";

const watchdog = new Watchdog();
import("./startKernel.js").then(({ startKernel }) => startKernel(watchdog, process.argv[2]));
