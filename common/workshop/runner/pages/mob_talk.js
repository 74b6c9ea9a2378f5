// What a mob talks about: hints that were released, and questions: after green those of the lab, while a test is red those
// that fit its failure, and those on the steps that are done.
import { $, chosen, green, isPredicting, markAnswered, say, state, wasAnswered } from "/mob_state.js";
import { remembers } from "/mob_tests.js";
import { element, words } from "/words.js";

const kAsksMax = 3;

export function showHints() {
  const view = $("hint-view");
  view.replaceChildren();
  const { given, none, before } = state.hints;
  if (none) element(view, "p", none);
  if (none && given.length > 0 && given.length <= before) element(view, "p", takenBefore());
  const away = given.slice(0, state.putAway);
  const titleOf = (hint) => hintTitle(isPredicting() ? { ...hint, fits: [] } : hint);  // what it fits is to be predicted
  for (const hint of given.slice(state.putAway).reverse()) {
    element(view, "h2", titleOf(hint));
    words(element(view, "div"), hint.text);
    element(view, "p", hint.on ? restOfGeneral(hint) : restOfStep(hint, given), "left");
  }
  if (away.length === 0) return;
  element(view, "h2", "Taken before");
  for (const hint of away) {
    const folded = element(view, "details");
    element(folded, "summary", titleOf(hint));
    words(element(folded, "div"), hint.text);
  }
}

// What the program tells of hints; whether it is news, which is shown at once.
export function takeHints(hints) {
  const count = hints.given.length;
  const more = count > hints.before && count > state.hints.given.length;
  const isNone = hints.none && (hints.none !== state.hints.none || state.asksHint);  // also when it was said before
  const news = state.hintsKnown && (more || isNone);
  state.asksHint = false;
  if (!state.hintsKnown || count <= hints.before) state.putAway = count;  // shown when somebody opens them
  else if (more) state.putAway = state.hints.given.length;
  else if (news) state.putAway = count;  // why there is none comes before all that were given
  state.hintsKnown = true;
  state.hints = hints;
  if (news && isNone) say(hints.none.match(/^[^;.]*/)[0]);  // the rest stands beside the tests
  return news;
}

// Of a rehearsal, say, in front of the room that is to take them.
const takenBefore = () => `They were taken before this page was opened: x in the terminal, or scripts/workshop reset ${state.lab?.number}, puts the file back, and gives them anew.`;

// The hints that were taken before, one line each until somebody opens them.
export const foldsOfHints = () => (state.view === "hint" ? [...$("hint-view").querySelectorAll("details")] : []);

const restOfGeneral = (hint) => (hint.left === 0 ? `This was the last one on ${hint.on}; then come the step's own.` : `${hint.left} more on ${hint.on}; try first.`);

export function restOfStep(hint, given) {
  if (hint.left === 0) return "This was the last one of the step.";
  const hasLast = given.some((each) => !each.on && each.step === hint.step && each.number === each.of);
  return hint.left === 1 && !hasLast ? "One other of this step is left, and it is almost the answer."
    : hint.left === 1 ? "One other of this step is left; try first." : `${hint.left} others of this step are left; try first.`;
}

// Counted in the order in which they are given, as in the terminal.
export const hintTitle = (hint) =>
  `Step ${hint.step}, ${hint.on ? `on ${hint.on}: ` : ""}hint ${hint.of - hint.left} of ${hint.of}${hint.before ? ", taken before" : ""}${hint.fits.length ? `, for this failure: ${hint.fits.join(", ")}` : ""}`;

// Until the room has voted: whatever is asked on the failure itself tells something of how it ends.
const kBeforeTheVote = { kind: "red", title: "before the vote",
  question: "Read the picture up to where it stops. What is saved there, what has been sent, and what is still under way? What may happen at the next step?",
  answer: "At each step the process goes on, or dies before it; a message may come again; an operation may be refused, or done although its " +
    "answer is lost. The vote lists what this test tries. What fits the failure is asked behind the vote." };

// Those that fit the chosen failure.
const asksOnRed = () => (isPredicting() ? [kBeforeTheVote] : (chosen()?.questions ?? []).map((each) => ({ kind: "red", ...each })));

// Those on the step that was done last: one on each of its tests.
function asksOnDone() {
  const step = (state.checks.step || 1) - 1;
  const names = state.checks.tests.filter((test) => test.step === step && step > 0).map((test) => test.name);
  const asks = names.map((name) => state.lab.asks.find((ask) => ask.test === name && ask.answer)).filter(Boolean);
  return asks.slice(0, kAsksMax).map((ask) => ({
    kind: "done", title: `step ${step} is green: would it be with another solution?`, question: `Suppose this was written: ${ask.mistake}. ${ask.question}`,
    answer: ask.answer, diagnosis: `This test is red then: ${ask.test} (${ask.sign}).` }));
}

// While the first build runs: no answer to it gives anything of the lab away.
const kFirst = { kind: "first", title: "until the first verdict",
  question: "What does the goal promise, in words that somebody could check? Where might this program die, and what would be half done then?",
  answer: "Take the goal sentence by sentence: what must be true at the end, however often a message comes. A program may die at each co_await: " +
    "what is before it is done, and what is behind it is not. The tests try each of these places." };

export function questionsNow() {
  if (!state.lab || !state.checks) return [];
  const isFirst = state.checks.state !== "done" && state.checks.tests.length === 0;
  if (isFirst) return state.checks.state === "checking" ? [kFirst] : [];
  const erratic = state.checks.tests.find((test) => test.verdict === "red" && remembers(test));
  // Until that is mended no other question is worth its answer.
  if (erratic && state.checks.state === "done") return (erratic.questions ?? []).map((each) => ({ kind: "red", ...each }));
  if (green()) return state.lab.questions.map((each) => ({ kind: "lab", title: "", ...each }));
  if (state.checks.state === "errors") return asksOnDone();  // the failure is that of another file
  // The turn has ended with a step that is green: what was done comes before the next step's failure.
  if (state.clock?.phase === "over" && state.clock.reason === "green" && asksOnDone().length) return [...asksOnDone(), ...asksOnRed()];
  return state.checks.state === "done" ? [...asksOnRed(), ...asksOnDone()] : [];
}

let shown = "";  // the answer is closed when another question comes

export function showQuestion() {
  const questions = questionsNow();
  const view = $("talk-view");
  view.replaceChildren();
  if (questions.length === 0) return;
  const at = Math.min(state.question, questions.length - 1);
  const each = questions[at];
  if (each.question !== shown) state.answer = false;
  shown = each.question;
  const ofKind = questions.filter((other) => other.kind === each.kind);
  element(view, "h2", `Question ${ofKind.indexOf(each) + 1} of ${ofKind.length}${each.title ? ` · ${each.title}` : ""}`);
  words(element(view, "div", undefined, "question"), each.question);
  if (!state.answer || !each.answer) return;
  words(element(view, "div", undefined, "answer"), each.answer);
  if (!each.diagnosis) return;
  element(view, "h2", "Diagnosis");
  words(element(view, "div", undefined, "diagnosis"), each.diagnosis);
}

// The answer that usually comes, and away.
export function toggleAnswer() {
  state.answer = !state.answer;
  const each = questionsNow()[Math.min(state.question, questionsNow().length - 1)];
  if (state.answer && each?.kind === "red" && !isPredicting() && chosen()) markAnswered(chosen());
}

// Whether something is asked on the chosen failure, and nobody has opened an answer yet.
export const asksOnFailure = () => questionsNow().some((each) => each.kind === "red") && !isPredicting() && !wasAnswered(chosen());

export const hasAnswer = () => Boolean(questionsNow()[Math.min(state.question, questionsNow().length - 1)]?.answer);

export const isLastQuestion = () => state.question >= questionsNow().length - 1;

// The next question or the one before; false: there is none in that direction.
export function moveQuestion(by) {
  const to = Math.min(state.question, questionsNow().length - 1) + by;
  if (to < 0 || to >= questionsNow().length) return false;
  state.question = to;
  state.answer = false;
  return true;
}
