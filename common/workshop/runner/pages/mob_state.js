// What a mob's page knows, and what its scripts have in common.
import { redTests } from "/mob_tests.js";

export const state = {
  clock: null, lab: null, checks: null, hints: { given: [], none: "" },
  end: 0, over: 0, breakAt: null, breakWasDue: false, view: "step", shown: 0, question: 0, greenQuestion: 0, answer: false, sound: true, alerted: "", aside: "",
  putAway: 0, leaving: null, lostAt: 0, story: false, workedAt: 0, takeBack: "", takeBackUntil: 0, predictFirst: false, fromTheStart: false, goneOn: false, told: "",
};

export const $ = (id) => document.getElementById(id);
export const reds = () => redTests(state.checks);
export const chosen = () => reds()[state.shown];
// Whether the room has not seen how the failure beside the tests ends: it reads on to the step before the one that decides, and votes there.
export const isPredicting = () => document.body.classList.contains("predicting");
export const green = () => state.checks?.judgement === "green";

// The questions of the lab go with it, so n asks, and goes there when it is pressed again soon; `at`: when it was pressed before,
// null: it was not, or another key after it.
const kLeavingMs = 6_000;
export const asksToLeave = (at, now) => at === null || now - at >= kLeavingMs;

// One line at the lower edge, for a while: why a key does nothing, or what it asks.
let saidUntil = 0;
export function say(text, ms = 6_000) {
  $("said").textContent = text;
  $("said").hidden = false;
  clearTimeout(saidUntil);
  saidUntil = setTimeout(hush, ms);
}

export function hush() {
  $("said").hidden = true;
}
