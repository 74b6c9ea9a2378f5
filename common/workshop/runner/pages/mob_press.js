// Keys that the program behind the page takes, as it takes those of its terminal.
import { send } from "/live.js";
import { asksToLeave, hush, say, state } from "/mob_state.js";

export const press = (key) => send("/press", { key }).catch((error) => say(error.message));

export function askHint() {
  state.asksHint = true;
  if (state.checks?.state !== "checking") return press("h");
  return say("A check is running: read its verdict first, then ask for a hint");
}

export const kOfferMs = 20_000;

export function nextLab() {
  if (!asksToLeave(state.leaving, performance.now())) {
    state.leaving = null;
    hush();
    return press("n");
  }
  state.leaving = performance.now();
  const { next } = state.lab;
  return say(next ? `Next: lab ${next}? n once more goes there, and the questions of this one are gone; for another one start mob with its number`
    : "This was the last lab that is not green");
}
