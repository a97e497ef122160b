import { platform } from "./node/platform";

/** How long, in milliseconds, a training keeps the event loop waiting at most. */
export const TURN = 40;

/** Lets the event loop run once, so that output appears and an interrupt is heard. */
export function turn(): Promise<void> {
  return platform.turn();
}
