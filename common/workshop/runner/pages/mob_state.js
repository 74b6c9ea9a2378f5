// What a mob's page knows, and what its scripts have in common.
import { redTests } from "/mob_tests.js";

export const state = {
  clock: null, lab: null, checks: null, hints: { given: [], none: "" },
  end: 0, over: 0, breakAt: null, view: "step", shown: 0, question: 0, answer: false, sound: true, alerted: "", aside: "",
  putAway: 0, leaving: 0,
};

export const $ = (id) => document.getElementById(id);
export const reds = () => redTests(state.checks);
export const chosen = () => reds()[state.shown];
export const green = () => state.checks?.judgement === "green";

// One line at the lower edge, for a while: why a key does nothing, or what it asks.
let saidUntil = 0;
export function say(text) {
  $("said").textContent = text;
  $("said").hidden = false;
  clearTimeout(saidUntil);
  saidUntil = setTimeout(hush, 6_000);
}

export function hush() {
  $("said").hidden = true;
}
