// What a mob's page knows, and what its scripts have in common.
import { redTests } from "/mob_tests.js";

export const state = {
  clock: null, lab: null, checks: null, hints: { given: [], none: "" },
  end: 0, over: 0, breakAt: null, breakWasDue: false, view: "step", shown: 0, question: 0, greenQuestion: 0, answer: false, sound: true, alerted: "", aside: "",
  putAway: 0, leaving: null, lostAt: 0, story: false, workedAt: 0, takeBack: "", takeBackUntil: 0, predictsFirst: true, fromTheStart: false, goneOn: false, isNewStep: false, stepRead: 0, asksHint: false,
};

export const $ = (id) => document.getElementById(id);
export const reds = () => redTests(state.checks);
export const chosen = () => reds()[state.shown];
// Whether the room has not seen how the failure beside the tests ends: it reads on to the step before the one that decides, and votes there.
export const isPredicting = () => document.body.classList.contains("predicting");
export const green = () => state.checks?.judgement === "green";

// A failure is new to the room when its test has not shown this execution before: how it ends is hidden then, until the room has voted.
const seen = new Map();  // whether the room has voted on it, and not only seen how it ends
const answered = new Set();
const nameOf = (test) => [test.name, test.sign, test.schedule].join("\n");
let predictsAnyway = "";  // somebody has asked to predict this one

export const isToPredict = (test) => Boolean(test?.picture) && !seen.has(nameOf(test)) &&
  (state.predictsFirst && state.clock?.phase !== "talk" || nameOf(test) === predictsAnyway);
export const markSeen = (test, isVoted) => seen.set(nameOf(test), isVoted || wasVotedOn(test));
export const wasVotedOn = (test) => Boolean(test) && seen.get(nameOf(test)) === true;

export function markNew(test) {
  seen.delete(nameOf(test));
  predictsAnyway = nameOf(test);
}

// Whether a question on it was answered here.
export const markAnswered = (test) => answered.add(nameOf(test));
export const wasAnswered = (test) => Boolean(test) && answered.has(nameOf(test));

export function forgetFailures() {
  seen.clear();
  answered.clear();
}

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
