// The page of a mob: the lab's tests, what stands beside them, and its keys.
import { live, send } from "/live.js";
import { alertIsShown, breakIsDue, clockIsLost, isAside, layAside, onAlertChange, takeClock, takesBack, tick, workedMs } from "/mob_clock.js";
import { decidingStep, hasRightRun, isVoting, onPictureChange, pictureIsWider, predictFromTheStart, showPicture, showPictureFull, slidesAreShown, togglePredictsFirst, toggleSlides, toPicture, toSlides } from "/mob_frames.js";
import { isOverTime, minutesOf, nextAction } from "/mob_next.js";
import { askHint, kOfferMs, nextLab, press } from "/mob_press.js";
import { keepAddress, setFromAddress, showHelp, showHelpKeys } from "/mob_settings.js";
import { hasCode, otherCode, showCode, toLineOfCode } from "/mob_code.js";
import { $, chosen, forgetFailures, green, hush, isPredicting, markSeen, reds, say, state, wasVotedOn } from "/mob_state.js";
import { asksOnFailure, foldsOfHints, hasAnswer, isLastQuestion, moveQuestion, questionsNow, showHints, showQuestion, takeHints, toggleAnswer } from "/mob_talk.js";
import { fitTests, isSame, placesOf, placesOfWhatIsKept, remembers, showErrors, showFailure, showNews, showTests, stepText, verdictClass, verdictText } from "/mob_tests.js";
import { soundAllowed } from "/sound.js";
import { element, plain, words } from "/words.js";

function onClock(clock) {
  const phase = state.clock?.phase;
  if (!takeClock(clock)) return;
  if (phase !== clock.phase) showGoal();
  else showWhatToDo();
  // A step that is new is read first: what was asked between the two turns was on the one before. Else what stands there stays.
  if (clock.phase === "running" && phase !== "running") {
    if (phase === "over" && state.isNewStep) state.question = 0;
    if (phase === "over" && state.isNewStep && state.view === "talk") look("step");
    state.isNewStep = false;
  }
  // The room has heard the story.
  if (phase === "ready" && clock.phase === "running" && state.view === "step" && chosen()) look(chosen().picture ? "picture" : "failure");
  showKeys();
  keepAddress();
}

// --- the lab and its tests -----------------------------------------------------------------------

function stepNow() {
  const steps = state.lab?.steps ?? [];
  const number = state.checks?.step || (state.checks?.judgement === "green" ? 0 : 1);
  return steps.find((step) => step.number === number) ?? null;
}

// What the room has not heard yet comes before the step; once it has gone on to another step, that one does.
const storyIsFirst = () => state.story || phaseIs("ready") && !state.goneOn;

let lineNow = 0;  // of the file to edit; 0: none is known

// Which line to look at, and the one thing to do next: from the picture, where there is one, and from the step's own functions.
function showWhatToDo() {
  const { lab, checks, clock } = state;
  const step = stepNow();
  const isKept = checks?.state === "done" && (remembers(chosen()) || Boolean(chosen()?.doubt));
  const { line, shows, work } = lab && step && isKept ? placesOfWhatIsKept(lab.source) : lab && step ? placesOf(lab.file, checks, step, decidingStep()?.source) : { line: 0, shows: 0, work: "" };
  lineNow = line;
  const place = lab && step ? `${lab.file.split("/").pop()}${line ? `:${line}` : ""}` : "";
  $("open").replaceChildren();
  plain($("open"), place);
  $("open").title = lab?.file ?? "";
  const text = nextAction({ lab, phase: clock?.phase, paused: Boolean(clock?.paused), covered: alertIsShown() || isAside(), state: checks?.state,
    turns: clock?.turns ?? 0, judgement: checks?.judgement, view: state.view, story: storyIsFirst(), place, shows, work, predicting: isPredicting(), voting: isVoting(), test: chosen(), deciding: decidingStep(), isLastQuestion: isLastQuestion(),
    isRead: wasVotedOn(chosen()), asks: asksOnFailure(), isStepRead: step !== null && state.stepRead === step.number, hasHint: state.hints.given.some((each) => each.on || each.step === checks?.step) });
  if ($("rule").textContent !== text) $("rule").textContent = text;
  showMinutes();
}

function showMinutes() {
  const worked = state.clock ? workedMs() : 0;
  const text = minutesOf(stepNow(), worked);
  if ($("minutes").textContent !== text) $("minutes").textContent = text;
  $("minutes").classList.toggle("over", isOverTime(stepNow(), worked));
}

function showGoal() {
  const { lab } = state;
  if (lab === null) return;
  const step = stepNow();
  $("where").textContent = `Lab ${lab.number}, ${lab.title}` + (step ? ` · step ${step.number} of ${lab.steps.length}` : "");
  showWhatToDo();
  const title = step ? step.title : "All steps are green";
  $("step").textContent = title.charAt(0).toUpperCase() + title.slice(1);
  words($("step-view"), stepText(lab, step, storyIsFirst()));
  $("slides").replaceChildren();
  if (lab.slides) {
    const link = element($("slides"), "a", "Slides in a tab");
    link.href = lab.slides;
    link.target = "_blank";
    link.rel = "noopener";
    link.title = lab.part || "of this part";
  }
}

function showVerdict() {
  for (const id of ["verdict", "full-verdict", "alert-verdict"]) {
    const text = verdictText(state.checks);
    if ($(id).textContent !== text) $(id).textContent = text;
    $(id).className = verdictClass(state.checks);
  }
}

function choose(test) {
  state.shown = Math.max(0, reds().findIndex((each) => each.name === test.name));
  look(test.picture ? "picture" : "failure");
}

function onChecks(checks) {
  const before = state.checks;
  state.checks = checks;
  // Whoever has had the page open before the first verdict has not seen how a failure ends, also when the first turn has begun meanwhile.
  if (checks.state === "checking" && checks.tests.length === 0) state.fromTheStart = true;
  showVerdict();
  showNews($("news"), checks, state.lab);
  document.body.classList.toggle("stale", checks.state !== "done" && checks.tests.length > 0);
  document.body.classList.toggle("errors", checks.errors.length > 0);
  document.body.classList.toggle("checking", checks.state === "checking");
  if (checks.state === "errors" && before?.state !== "errors") state.view = "error";
  const ended = checks.state === "done" && (before?.state !== "done" || before.count !== checks.count);
  if (ended) {
    if (before?.judgement === "green") state.greenQuestion = state.question;
    state.shown = 0;
    Object.assign(state, { question: checks.judgement === "green" ? state.greenQuestion : 0, answer: false });
    const goesOn = state.stepSeen > 0 && checks.step > state.stepSeen;
    if (goesOn) Object.assign(state, { goneOn: true, story: false, isNewStep: true });  // it has been told
    const isFirst = state.stepSeen === undefined && (phaseIs("ready") || state.fromTheStart);
    if (checks.judgement === "green") state.view = "talk";
    else if (isFirst) Object.assign(state, { view: "step", story: !phaseIs("ready") });  // the story comes first
    else if (state.stepSeen === undefined && !state.story) offerStory();
    else if (goesOn && !phaseIs("talk")) state.view = "step";
    else if (state.view !== "hint" || !isSame(checks)) state.view = chosen()?.picture ? "picture" : "failure";
    state.stepSeen = checks.step;
  }
  showGoal();
  showView();
  document.documentElement.dataset.check = `${checks.count} ${checks.state}`;
  document.documentElement.dataset.toldAt = checks.told_at_ms;
}

// A page that is opened when the mob is at work begins with the failure, and offers what the room has heard before.
function offerStory() {
  state.view = chosen()?.picture ? "picture" : "failure";
  for (const test of reds()) markSeen(test, false);  // by the room
  say("This page was opened in the middle. g tells it from the start: the story, the step, then the failure, predicted first", kOfferMs);
}

function tellFromTheStart() {
  state.story = true;
  if (chosen()?.picture) predictFromTheStart();
  showGoal();
  look("step");
}

// --- what stands beside the tests ----------------------------------------------------------------

const views = [["error", "Compiler"], ["step", "The step"], ["picture", "Picture"], ["failure", "Failure"], ["code", "Code"], ["hint", "Hints"], ["talk", "Questions"]];

function hasView(name) {
  if (name === "error") return (state.checks?.errors.length ?? 0) > 0;
  if (name === "picture") return Boolean(chosen()?.picture);
  if (name === "failure") return chosen() !== undefined && !chosen().picture;
  if (name === "hint") return state.hints.given.length > 0 || state.hints.none !== "";
  if (name === "code") return hasCode();
  if (name === "talk") return questionsNow().length > 0;
  return true;
}

let stepTold = "";
let isAtItsTop = true;

// Another step is read from its top, which can be set once it is shown.
function beginAtTheTop() {
  const told = `${state.lab?.number} ${stepNow()?.number}`;
  if (told !== stepTold) isAtItsTop = false;
  stepTold = told;
  if (state.view !== "step" || isAtItsTop) return;
  isAtItsTop = true;
  $("step-view").scrollTop = 0;
}

function showView() {
  if (!hasView(state.view)) state.view = "step";
  $("views").replaceChildren();
  for (const [name, title] of views) {
    $(`${name}-view`).hidden = name !== state.view;
    if (!hasView(name)) continue;
    const button = element($("views"), "button", title);
    button.setAttribute("aria-pressed", String(name === state.view));
    button.onclick = () => look(name);
  }
  beginAtTheTop();
  document.body.classList.toggle("picture", state.view === "picture");
  document.body.classList.toggle("reads-code", state.view === "code");
  showPicture(onKey);
  showWhatToDo();
  showFailure($("failure-view"), chosen());
  if (state.checks) showErrors($("error-view"), state.checks);
  showHints();
  showQuestion();
  showCode();
  if (state.checks) {
    const beside = state.view === "picture" || state.view === "failure";
    showTests($("tests"), state.checks, beside ? chosen() : null, choose);
  }
  showKeys();
  showMore();
  fitList();
}

const fitList = () => fitTests($("tests"), true, green());
new ResizeObserver(fitList).observe($("tests"));

function look(name) {
  if (state.view === "step" && name !== "step" && state.checks?.state === "done") state.stepRead = stepNow()?.number ?? 0;
  state.view = name;
  showView();
  $(`${name}-view`).scrollTop = 0;
  if (name === "code") toLineOfCode(lineNow, stepNow()?.places);
  showMore();
}

// Whether what stands beside the tests goes on below.
const textView = () => (state.view === "picture" ? null : $(`${state.view}-view`));
function showMore() {
  const view = textView();
  if (view === null) {
    const isFull = document.body.classList.contains("full");
    $("more").textContent = isFull ? "The picture is wider than the page, and follows the steps" : "The picture is wider than this; f shows more of it";
    $("more").hidden = !pictureIsWider();
    return;
  }
  $("more").textContent = "↓ more below";
  $("more").hidden = view.scrollTop + view.clientHeight >= view.scrollHeight - 4;
}
onPictureChange(() => {
  showWhatToDo();
  fitList();
  showKeys();
  showMore();
});
for (const view of document.querySelectorAll(".words")) {
  view.addEventListener("scroll", showMore);
  new ResizeObserver(showMore).observe(view);  // a line below takes of its room
}

function putHintsAway() {
  state.putAway = state.hints.given.length;
  look(chosen() ? (chosen().picture ? "picture" : "failure") : "step");
}

function onHints(hints) {
  if (takeHints(hints)) state.view = "hint";
  showView();
}

// --- keys ----------------------------------------------------------------------------------------

const change = (what) => send("/change", { what });
const phaseIs = (...phases) => phases.includes(state.clock?.phase);
const hasBegun = () => state.clock !== null && !phaseIs("ready");

function nextShown() {
  if (state.view === "talk") return nextQuestion(1);
  const beside = state.view === "picture" || state.view === "failure";
  const of = chosen().step === state.checks.step ? ` of step ${state.checks.step}` : "";
  if (beside && reds().length === 1) return say(`No other test${of} is red`);
  if (beside) state.shown = (state.shown + 1) % reds().length;
  if (beside && state.shown === 0) say(`This was the last red test${of}: here is the first one again`);
  return look(chosen().picture ? "picture" : "failure");
}

function nextQuestion(by) {
  if (!moveQuestion(by)) return say(by > 0 ? "This is the last question" : "This is the first question");
  return look("talk");
}

let viewBeforeTalk = "step";
function toQuestions() {
  if (alertIsShown()) {
    layAside();
    state.question = green() ? state.greenQuestion : 0;
  } else if (state.view === "talk" && reds().length > 0) {
    return look(viewBeforeTalk);
  }
  if (state.view !== "talk") viewBeforeTalk = state.view;
  return look("talk");
}

const slidesMissing = () => `No slides yet: first scripts/setup --slides, then scripts/workshop slides ${state.lab?.deck.match(/^\d*/)[0] ?? ""}`;

function answerOrHints() {
  if (state.view !== "talk") return foldsOfHints().forEach((each) => { each.open = !each.open; });
  toggleAnswer();
  return showView();
}

let viewBeforeCode = "step";
function showCodeOrHeader() {
  if (state.view !== "code") {
    viewBeforeCode = state.view;
    return look("code");
  }
  return look(otherCode() ? "code" : viewBeforeCode);
}

function nextView() {
  if (state.view === "step") state.story = false;
  const there = views.map(([name]) => name).filter(hasView);
  look(there[(there.indexOf(state.view) + 1) % there.length]);
}

function toggleFull() {
  document.body.classList.toggle("full");
  showPictureFull();
  showKeys();
  showMore();
}

function predictsFirstOrNot() {
  togglePredictsFirst();
  keepAddress();
  showKeys();
}

function slidesHereOrBack() {
  toggleSlides(onKey);
  showKeys();
}

// What it does, when it does something, what it says else, and its words below the page.
const keys = {
  Enter: { help: "begins the first turn, and the next one when a turn is over", does: () => change("go on"),
           works: () => phaseIs("over") || phaseIs("ready", "talk") && !green(),
           short: () => (phaseIs("ready") ? "begin" : phaseIs("talk") ? "next turn" : "go on") },
  Space: { help: "pause the clock, and go on", does: () => change("pause"), works: () => phaseIs("running", "break"),
           short: () => (state.clock.paused ? "go on" : "pause") },
  e: { help: "end this turn, or this break, early; e again takes it back", does: () => change("end"),
       works: () => phaseIs("running", "break") || takesBack("e"), short: "end", isShort: () => !takesBack("e") },
  b: { help: "a break now; b again takes it back", does: () => change("break"), works: () => hasBegun() && !phaseIs("break") || takesBack("b") },
  w: { help: "the next break a turn later", does: () => change("put off").then(() => say("The next break comes a turn later")), works: () => hasBegun() && !phaseIs("break"),
       short: "break later", isShort: breakIsDue },
  Escape: { help: "lay aside the page of a turn that is over; leave the slides", does: () => (slidesAreShown() ? slidesHereOrBack() : layAside()),
            works: () => alertIsShown() || slidesAreShown() },
  h: { help: "release the next hint", does: askHint, works: () => !green(), short: "hint",
       why: "All is green: there is nothing to hint at" },
  z: { help: "put the hints away; v or their tab brings them back", does: putHintsAway, works: () => state.view === "hint", short: "hints away" },
  q: { help: "questions on the failure, the step done or the lab; and back", does: toQuestions, works: () => hasView("talk"),
       short: "questions", why: "There are no questions before a verdict" },
  t: { help: "the next failing test, or the next question", does: nextShown, works: () => reds().length > 0 || state.view === "talk",
       short: "next", why: "No test is red" },
  a: { help: "the usual answer; beside hints, those taken before", does: answerOrHints, works: () => state.view === "talk" || foldsOfHints().length > 0,
       short: () => (state.view === "talk" ? "answer" : "hints before"), isShort: () => state.view !== "talk" || hasAnswer() },
  c: { help: "the code as it was saved, its header, and back", does: showCodeOrHeader, works: hasCode, short: "code" },
  v: { help: "another view beside the tests", does: nextView, works: () => views.filter(([name]) => hasView(name)).length > 1, short: "view" },
  g: { help: "tells it from the start: the story, the step, and then the failure, predicted first", does: tellFromTheStart,
       works: () => !green() && Boolean(state.lab), short: "from the start", isShort: () => hasBegun() && state.view === "step" && !state.story },
  P: { help: "predict each new failure before it is shown, or do not", does: predictsFirstOrNot, works: () => state.clock !== null && !green(),
       short: () => `predict first: ${state.predictsFirst ? "on" : "off"}`, isShort: () => state.view === "picture" && decidingStep() !== null },
  f: { help: "tests away and the rest larger, and back", does: toggleFull, works: () => true, short: "full" },
  s: { help: "the slides on this lab, and back", does: slidesHereOrBack, works: () => Boolean(state.lab?.slides), short: "slides",
       why: () => slidesMissing() },
  r: { help: "check again", does: () => press("r"), works: () => true, short: "check" },
  n: { help: "the next lab, when this one is green; asks", does: nextLab, works: green, short: "next lab",
       why: "Not all tests are green yet: n goes on when they are" },
  "?": { help: "keys and settings; ? or Esc closes them", does: showHelp, works: () => true, short: "keys" },
};
const kOnAlert = ["Enter", "Space", "e", "b", "w", "Escape", "q", "?"];
const kOnSlides = ["s", "Escape", "?"];

const whatPDoes = () => (isVoting() ? "show it" : isPredicting() ? "to the vote" : "predict");

function showKeys() {
  const rows = Object.entries(keys).filter(([key, { works, short, isShort }]) =>
    short && works() && (!isShort || isShort()) && (!slidesAreShown() || kOnSlides.includes(key)));
  const shown = rows.map(([key, { short }]) =>
    [key, slidesAreShown() && key === "s" ? "back to the tests" : typeof short === "function" ? short() : short]);
  if (slidesAreShown()) shown.unshift(["← →", "a slide"]);
  if (state.view === "picture" && !slidesAreShown()) shown.splice(-1, 0, ["← →", "step"], ...(decidingStep() ? [["p", whatPDoes()]] : []), ["l", "large"], ["o", "state"]);
  $("keys").replaceChildren();
  for (const [key, text] of shown) {
    const pair = element($("keys"), "span");  // a line does not end between a key and what it does
    element(pair, "kbd", key);
    pair.append(` ${text}`);
    $("keys").append("   ");
  }
  showHelpKeys(keys);
}

const kOfPicture = { p: "p", l: "l", d: "d", o: "o", R: "r", Home: "Home", End: "End" };
const kScroll = { ArrowDown: 0.2, ArrowUp: -0.2, PageDown: 0.8, PageUp: -0.8, Home: -Infinity, End: Infinity };

// A key of what stands beside the tests; whether it is one.
function onKeyOfView(key, event) {
  if (state.view === "picture") {
    const inside = event.view !== window;  // the picture has the keyboard
    if (key.startsWith("Arrow")) return inside ? "inside" : (toPicture(key, event.code), true);
    if ((key === "d" || key === "R") && isPredicting()) return say("Vote first: the right run says what happens"), true;
    if ((key === "d" || key === "R") && !hasRightRun()) return say("There is no right run beside this picture: it would show the room the solution"), true;
    if (kOfPicture[key]) return inside ? "inside" : (toPicture(kOfPicture[key], event.code), true);
    return false;
  }
  if (state.view === "code" && (key === "ArrowRight" || key === "ArrowLeft")) {
    $("code-view").scrollLeft += (key === "ArrowRight" ? 1 : -1) * kScroll.ArrowDown * $("code-view").clientWidth;
    return true;
  }
  if (state.view === "talk" && (key === "ArrowRight" || key === "ArrowLeft")) {
    nextQuestion(key === "ArrowRight" ? 1 : -1);
    return true;
  }
  if (kScroll[key] === undefined) return false;
  const view = textView();
  if (view.scrollHeight <= view.clientHeight && document.documentElement.scrollHeight > innerHeight) return false;  // the page itself scrolls
  const by = kScroll[key] * view.clientHeight;
  view.scrollTop = Number.isFinite(by) ? view.scrollTop + by : by > 0 ? view.scrollHeight : 0;
  return true;
}

// Whether the key has done something, or has said why not.
function onKeyOfPage(key) {
  const isPerson = /^[1-9]$/.test(key) && Number(key) <= state.clock.people.length;
  if (isPerson && !slidesAreShown()) {
    send("/change", { what: "absent", person: Number(key) - 1 });
    return true;
  }
  const known = keys[key];
  if (alertIsShown() && known && !kOnAlert.includes(key)) {
    say("Esc lays this page aside; then this key works");
    return true;
  }
  if (key === "p" && chosen()?.picture) return look("picture"), true;
  if (!known && kOfPicture[key] && !kScroll[key]) return say(`${key} works on a picture, where a red test has one`), true;
  if (!known && key.length === 1) return say(`${key} is no key of this page; ? shows the keys`), true;
  if (!known) return key === "Space";
  if (key !== "n") state.leaving = null;
  const works = known.works();
  if (works) {
    if (!takesBack(state.clock?.take_back?.key)) hush();  // what can be taken back stays told
    known.does();
  } else if (known.why) {
    say(typeof known.why === "function" ? known.why() : known.why);
  }
  return works || Boolean(known.why) || key === "Space";
}

function onKey(event) {
  if (!event.isTrusted) return;  // it is on its way to the picture
  if (event.ctrlKey || event.metaKey || event.altKey || $("help").open || event.repeat && !kScroll[event.key]) return;
  const pressesIt = !alertIsShown() && event.target.closest?.("button, input, a");
  if (pressesIt && (event.key === "Enter" || event.key === " ")) return;
  soundAllowed();
  const key = event.key === " " ? "Space" : event.key;
  if (!alertIsShown() && slidesAreShown()) {
    if (!toSlides(key) && !onKeyOfPage(key)) return;
  } else {
    const ofView = alertIsShown() ? false : onKeyOfView(key, event);
    if (ofView === "inside") return;
    if (!ofView && !onKeyOfPage(key)) return;
  }
  event.preventDefault();
  event.stopPropagation();  // a picture that has the keyboard has keys of its own
}

onAlertChange(showWhatToDo);
document.addEventListener("keydown", onKey);
addEventListener("resize", () => {
  document.querySelector("#tests .shown")?.scrollIntoView({ block: "nearest" });
  showMore();
});
document.addEventListener("pointerdown", soundAllowed);
document.addEventListener("click", (event) => {  // the keyboard stays with the page
  if (event.detail > 0 && !$("help").open) document.activeElement?.blur();
});
showKeys();
setInterval(() => {
  tick();
  showMinutes();
  if (state.checks?.state === "checking") showVerdict();
}, 200);
await setFromAddress();
live("/events", {
  clock: (clock) => {
    onClock(clock);
    if (!state.early) return;
    const checks = state.early;
    state.early = undefined;
    onChecks(checks);
  },
  // What a page tells first depends on the clock, which comes after a verdict that is there already.
  checks: (checks) => {
    if (state.clock) onChecks(checks);
    else state.early = checks;
  },
  hints: onHints,
  lab: (lab) => {
    if (state.lab?.number !== lab.number) {
      forgetFailures();
      Object.assign(state, { question: 0, greenQuestion: 0, answer: false, stepSeen: undefined, goneOn: false, isNewStep: false, stepRead: 0 });
    }
    state.lab = lab;
    showGoal();
    showView();
  },
}, clockIsLost, () => (state.lab ? `Start it again: scripts/workshop mob ${state.lab.number} (clock and names are kept).` : ""));
