// node mob_words_test.mjs: what the scripts of a mob's page say, without a browser; fails with what is wrong.
import assert from "node:assert/strict";
import { register } from "node:module";

// The page's scripts name each other as its server does.
const kPages = new URL("../../../workshop/runner/pages/", import.meta.url).href;
register(`data:text/javascript,${encodeURIComponent(`
  export const resolve = (name, context, next) =>
    next(name.startsWith("/") ? ${JSON.stringify(kPages)} + name.slice(1) : name, context);
  export const load = async (url, context, next) => next(url, url.startsWith(${JSON.stringify(kPages)}) ? { ...context, format: "module" } : context);
`)}`);

// As much of a document as lists of words need.
const made = () => ({ children: [], textContent: "", append(...all) { this.children.push(...all); }, replaceChildren(...all) { this.children = all; } });
globalThis.document = { createElement: made };
const linesOf = (list) => list.children.map((each) => each.textContent);

const { lineToOpen, othersText, ruleFor, ruleForGreen, showNews, stepFirst } = await import(`${kPages}mob_tests.js`);
const { hintTitle, restOfStep } = await import(`${kPages}mob_talk.js`);

function testsWithoutRoomAreCountedByTheirVerdicts() {
  assert.equal(othersText(["green", "green", "green", "green"]), "… and 4 more, green");
  assert.equal(othersText(["red", "red", "red"]), "… and 3 more red: t shows the next");
  assert.equal(othersText(["green", "red", "red", "red"]), "… and 3 more red (t shows the next), 1 green");
  assert.equal(othersText(["green", "skipped"]), "… and 2 more, not red");
}

function whatToReadFirst() {
  const livelock = { picture: "/pictures/a.html", sign: "livelock" };
  assert.equal(ruleFor(livelock, { decision: "proceed" }), "Read the picture first, aloud: what is done again and again, and who could end it?");
  assert.match(ruleFor({ sign: "lost message" }, { decision: "proceed" }), /from step 1 to the deciding step/);
  assert.match(ruleFor({ sign: "lost message" }, { decision: "crash" }), /to its end, because ► is a fault/);
  assert.match(ruleFor({ sign: "not deterministic" }, null), /what does the handler remember from the attempt before\?$/);
  assert.match(ruleFor({ sign: "assertion" }, null), /^Read the failing check aloud/);
  assert.match(stepFirst(true), /story and the step first.*Enter begins turn 1, with the failure\.$/);
  assert.equal(stepFirst(false), "Read the step first, aloud. v leads on to the failure.");
}

function whatIsNextWhenAllIsGreen() {
  const questions = [{ question: "Why?" }, { question: "**Before you go on:** what then?" }];
  assert.match(ruleForGreen({ number: 8, questions }, true), /^Prove it: scripts\/workshop prove 8 .*before you go on\.$/);
  assert.doesNotMatch(ruleForGreen({ number: 6, questions: questions.slice(0, 1) }, true), /last question/);
  assert.match(ruleForGreen({ number: 8, questions }, false), /^This lab is solved already\. x in the terminal begins it anew, and keeps a copy\. Prove it/);
}

function aHintIsNotCountedOnFromItsNumber() {
  const hint = { step: 2, number: 3, of: 5, left: 4, fits: ["assertion"] };
  assert.equal(hintTitle(hint), "Step 2, hint 3 of 5, for this failure: assertion");
  assert.equal(restOfStep(hint, [hint]), "4 others of this step are left; try first.");
  assert.equal(hintTitle({ ...hint, fits: [] }), "Step 2, hint 3 of 5");
  assert.match(restOfStep({ ...hint, left: 1 }, [hint]), /^One other of this step is left, and it is almost the answer/);
}

function theLineToOpenIsAboveTheFailure() {
  const step = { lines: [6, 15] };
  const at = (source, tests = []) => lineToOpen("src/handler.cpp", { state: "done", tests }, step, source);
  assert.equal(at("handler.cpp:9"), 6);
  assert.equal(at("handler.cpp:18"), 15);
  assert.equal(at("handler.cpp:3"), 6, "no TODO is above");
  assert.equal(at(undefined), 6, "the picture is not there yet");
  assert.equal(at("handler.cpp:18", [{ verdict: "red", place: "src/handler.cpp:20" }]), 20, "a crash is where it is");
  assert.equal(lineToOpen("src/handler.cpp", { state: "done", tests: [] }, { lines: [] }, "handler.cpp:18"), 18, "the TODO is gone");
}

function onlyLaterStepsHaveChanged() {
  const list = made();
  const checks = { state: "done", count: 1, mended: [], broken: [], moved: [], later: 2, tests: [] };
  showNews(list, checks);
  assert.deepEqual(linesOf(list), ["Only later steps have changed"]);
  showNews(list, { ...checks, broken: ["a"] });
  assert.deepEqual(linesOf(list), ["✗ 1 red now"]);
}

for (const part of [testsWithoutRoomAreCountedByTheirVerdicts, whatToReadFirst, whatIsNextWhenAllIsGreen, aHintIsNotCountedOnFromItsNumber, theLineToOpenIsAboveTheFailure,
                    onlyLaterStepsHaveChanged]) {
  part();
  console.log(`ok ${part.name}`);
}
