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
globalThis.document = { createElement: made, body: { classList: { contains: () => false } } };
const textOf = (node) => (typeof node === "string" ? node : node.textContent + node.children.map(textOf).join(""));
const linesOf = (list) => list.children.map((each) => each.textContent);

const { howToRead, isOverTime, minutesOf, nextAction } = await import(`${kPages}mob_next.js`);
const { othersText, placesOf, placesOfWhatIsKept, redTests, showFailure, showNews, verdictText } = await import(`${kPages}mob_tests.js`);
const { asksToLeave, chosen, isToPredict, markAnswered, markNew, markSeen, state, wasAnswered, wasVotedOn } = await import(`${kPages}mob_state.js`);
const wordsModule = await import(`${kPages}words.js`);
const { asksOnFailure, hintTitle, questionsNow, restOfStep, showHints, showQuestion, toggleAnswer } = await import(`${kPages}mob_talk.js`);

function testsWithoutRoomAreCountedByTheirVerdicts() {
  assert.equal(othersText(["green", "green", "green", "green"]), "… and 4 more tests, green");
  assert.equal(othersText(["red", "red", "red"]), "… and 3 more red: t shows the next");
  assert.equal(othersText(["green", "red", "red", "red"]), "… and 3 more red (t shows the next), 1 green");
  assert.equal(othersText(["green"]), "… and 1 more test, green");
  assert.equal(othersText(["green", "skipped"]), "… and 2 more tests, not red");
}

function howAFailureIsRead() {
  const livelock = { picture: "/pictures/a.html", sign: "livelock" };
  assert.equal(howToRead(livelock, { decision: "proceed" }), "Read the picture aloud: what is done again and again, and who could end it?");
  assert.match(howToRead({ sign: "lost message" }, { decision: "proceed" }), /from step 1 to ►/);
  assert.match(howToRead({ sign: "lost message" }, { decision: "crash" }), /to its end: after the crash at ► comes the harm\.$/);
  assert.match(howToRead({ sign: "not deterministic" }, null), /what does the handler remember from the attempt before\?$/);
  assert.match(howToRead({ sign: "crashed" }, null), /^Read the failure aloud: which line does not come back/);
  for (const sign of ["endless loop", "did not end"]) {
    assert.match(howToRead({ sign }, null), /^Read the failure aloud: which loop does it not leave/);
  }
  assert.match(howToRead({ sign: "todo" }, null), /^Nothing is written here yet, so there is nothing to vote on/);
  assert.match(howToRead({ sign: "assertion" }, null), /^Read the failing check aloud/);
}

// While one handler remembers, nothing that the other tests show is read, and the banner leads to what is kept.
function whatIsNotToBeBelieved() {
  const doubt = "Not to be believed yet: the handler remembers something from another execution. First let it do the same in each attempt.";
  const doubted = { name: "booked once", step: 1, verdict: "red", sign: "lost effect", words: "lost effect", doubt, picture: "", failures: [], place: "", done: [], questions: [] };
  const erratic = { ...doubted, name: "erratic", sign: "not deterministic", doubt: "", questions: [{ title: "", question: "What is remembered?", answer: "x" }] };
  const view = made();
  showFailure(view, doubted);
  assert.deepEqual(linesOf(view), ["booked once", doubt]);
  assert.match(nextAction({ lab: {}, phase: "running", state: "done", judgement: "red", view: "failure", test: doubted, deciding: null }), /^Not to be believed yet: t leads to/);
  Object.assign(state, { lab: { asks: [{ test: "booked once", question: "a", answer: "b", mistake: "c" }] }, checks: { state: "done", judgement: "red", step: 2, tests: [doubted, erratic] }, shown: 1 });
  assert.equal(chosen(), doubted);
  assert.deepEqual(questionsNow().map((each) => each.question), ["What is remembered?"]);
  const source = "constexpr int kMost = 3;\nstatic const int kOne = 1;\n\nTask<void> handle(A a) {\n  static std::set<std::string> seen;\n}\n";
  assert.deepEqual(placesOfWhatIsKept(source), { line: 5, shows: 0, work: "what line 5 keeps" });
  assert.equal(placesOfWhatIsKept("namespace {\nstd::map<int, int> known;\nint twice(int a) { return a; }\n}\n").line, 2);
  assert.deepEqual(placesOfWhatIsKept("Task<void> handle(A a) {\n  int n = 0;\n}\nstatic int one() {\n}\n").line, 0);
}

// Before the first verdict there is one question, which gives nothing away; after a step, what was done comes first, and then the next failure.
function whatIsAskedWhen() {
  const ask = { test: "done", question: "Would it?", answer: "b", mistake: "c", sign: "s" };
  const red = { name: "next", step: 2, verdict: "red", sign: "lost effect", doubt: "", failures: [], questions: [{ title: "", question: "What is lost?", answer: "x" }] };
  const tests = [{ name: "done", step: 1, verdict: "green" }, red];
  const of = (changes, phase) => {
    Object.assign(state, { lab: { asks: [ask], questions: [] }, shown: 0, clock: { phase, reason: "green" }, checks: { state: "done", judgement: "red", step: 2, tests, ...changes } });
    return questionsNow().map((each) => each.question.replace(/^Suppose.*\. /, ""));
  };
  assert.deepEqual(of({ state: "checking", judgement: "", tests: [] }, "ready").length, 1);
  assert.deepEqual(of({ state: "errors", judgement: "unjudged", tests: [] }, "ready"), []);
  assert.deepEqual(of({}, "running"), ["What is lost?", "Would it?"]);
  assert.deepEqual(of({}, "over"), ["Would it?", "What is lost?"]);
  // Before the vote nothing that is asked on the failure tells how it ends.
  document.body.classList.contains = (name) => name === "predicting";
  const [before, done] = of({}, "running");
  document.body.classList.contains = () => false;
  assert.match(before, /^Read the picture up to where it stops\./);
  assert.equal(done, "Would it?");
}

// Each failure that is new is predicted, once: another test, or another execution. Nothing is in the discussion, or when it is switched off.
function newFailuresArePredicted() {
  const test = { name: "a", sign: "lost effect", schedule: "1:1@Ar", picture: "/a.html" };
  Object.assign(state, { clock: { phase: "running" }, predictsFirst: true });
  assert.ok(isToPredict(test));
  markSeen(test, true);
  assert.ok(!isToPredict({ ...test, picture: "/a.html?check=2" }), "the same failure is hidden once more");
  assert.ok(wasVotedOn(test) && isToPredict({ ...test, schedule: "1:1@A!" }) && isToPredict({ ...test, name: "b" }));
  assert.ok(!isToPredict({ name: "todo", sign: "todo", schedule: "", picture: "" }), "a TODO is hidden");
  const other = { ...test, name: "b" };
  state.clock.phase = "talk";
  assert.ok(!isToPredict(other));
  state.clock.phase = "running";
  state.predictsFirst = false;
  assert.ok(!isToPredict(other));
  markNew(other);  // p hides it all the same
  assert.ok(isToPredict(other));
  markSeen(other, false);
  assert.ok(!isToPredict(other) && !wasVotedOn(other));
  state.predictsFirst = true;
}

// An answer belongs to one question: another one comes without.
function anAnswerIsClosedForEachQuestion() {
  const view = made();
  document.getElementById = () => view;
  const red = { name: "q", step: 1, verdict: "red", sign: "lost effect", schedule: "1:1@Ar", doubt: "", failures: [], questions: [{ title: "", question: "What is lost?", answer: "x" }] };
  Object.assign(state, { lab: { asks: [], questions: [] }, shown: 0, question: 0, answer: false, clock: { phase: "running" }, checks: { state: "done", judgement: "red", step: 1, tests: [red] } });
  showQuestion();
  assert.ok(asksOnFailure());
  toggleAnswer();
  showQuestion();
  assert.match(textOf(view), /What is lost\?x$/);
  assert.ok(!asksOnFailure() && wasAnswered(red), "what was answered is to be asked");
  document.body.classList.contains = (name) => name === "predicting";
  showQuestion();
  document.body.classList.contains = () => false;
  assert.match(textOf(view), /before the vote.*next step\?$/, "the answer is open before anybody has asked for it");
  // Where all hints were taken in a rehearsal, the page says what gives them back; not to a room that has taken them itself.
  const given = [{ step: 1, number: 1, of: 1, left: 0, fits: [], text: "a" }];
  state.lab.number = 8;
  state.hints = { given, none: "All 1 hint of step 1 are taken.", before: 1 };
  showHints();
  assert.match(textOf(view), /taken before this page was opened: x in the terminal, or scripts\/workshop reset 8/);
  state.hints.before = 0;
  showHints();
  assert.doesNotMatch(textOf(view), /reset/);
}

// Another failure begins at its top, and the same one stays where somebody reads.
function anotherFailureBeginsAtItsTop() {
  const view = made();
  const shown = (test) => {
    view.scrollTop = 50;
    showFailure(view, test);
    return view.scrollTop;
  };
  const test = { name: "a", failures: ["x"], place: "a.cpp:3" };
  assert.equal(shown(test), 0);
  assert.equal(shown({ ...test }), 50);
  assert.equal(shown({ ...test, failures: ["y"] }), 0);
}

// In each state of the page there is one order, and it names the one key or the one line that is next.
function thereIsOneThingToDo() {
  const lab = { number: 8 };
  const red = { lab, phase: "running", paused: false, covered: false, state: "done", judgement: "red", view: "picture", story: false,
                turns: 0, place: "handler.cpp:16", shows: 21, work: "handle, lines 13 to 20", test: { picture: "/a.html", sign: "lost message" }, deciding: { decision: "proceed" }, isLastQuestion: false };
  const of = (changes) => nextAction({ ...red, ...changes });
  assert.equal(of({}), "Read the failure aloud, from step 1 to ►; it shows at line 21. Then work on handle, lines 13 to 20, and save.");
  assert.equal(of({ phase: "ready", view: "step" }), "Read the step aloud. Then Enter begins turn 1, with the failure.");
  assert.equal(of({ phase: "ready", view: "step", story: true }), "Read the story and the step aloud. Then Enter begins turn 1, with the failure.");
  assert.equal(of({ shows: 0, work: "" }), "Read the failure aloud, from step 1 to ►. Then change the file, and save.");
  assert.equal(of({ phase: "ready" }), "Enter begins turn 1.");
  assert.equal(of({ phase: "ready", turns: 3 }), "Enter begins turn 4.");
  // Whoever breaks it in the discussion is told that this goes on.
  assert.match(of({ phase: "talk" }), /^It is broken, and the discussion goes on/);
  // Where the room votes nothing tells it to read on past the vote.
  assert.equal(of({ predicting: true }), "Read on with → until it stops, and vote: what happens next, and does the test's promise hold then?");
  assert.equal(of({ predicting: true, voting: true, test: { name: "booked once" } }), 'Vote: what happens next, and does it hold then: "booked once"? p shows it.');
  assert.equal(of({ view: "step" }), "Read the step aloud. Then v shows the failure.");
  assert.match(of({ view: "hint" }), /^No hint on this step was given yet: h gives one\./);
  assert.equal(of({ view: "hint", hasHint: true }), "Try the hint (z shows the failure): work on handle, lines 13 to 20, and save.");
  // Once it was read it is not read again.
  assert.equal(of({ view: "step", isStepRead: true }), "v leads back to the failure.");
  assert.equal(of({ phase: "ready", view: "step", isStepRead: true }), "Enter begins turn 1.");
  assert.match(of({ view: "code" }), /^Read the code together; f makes it larger\./);
  assert.match(of({ view: "talk" }), /a shows the usual answer, t the next question\. Then q leads back\.$/);
  // Who has voted has read it.
  assert.equal(of({ isRead: true }), "Say in one sentence what goes wrong at ►; it shows at line 21. Then work on handle, lines 13 to 20, and save.");
  assert.match(of({ isRead: true, deciding: { decision: "crash" } }), /^Say in one sentence what harm comes after the crash at ►;/);
  // What is asked on it comes before the place to work on, which gives the answer away.
  assert.equal(of({ isRead: true, asks: true, shows: 0, work: "the TODO in line 16" }), "Say in one sentence what goes wrong at ►. Then q asks; then work on the TODO in line 16, and save.");
  assert.match(of({ view: "talk" }), /^Answer the question together/);
  assert.equal(of({ state: "errors", judgement: "unjudged", place: "handler.cpp:18" }), "Mend the first error, handler.cpp:18, and save.");
  assert.equal(of({ state: "checking" }), "Wait for the verdict.");
  assert.equal(of({ state: "checking", judgement: "", view: "step" }), "Read the story and the step aloud while the tests are built and run; q has a question for the wait.", "the first verdict is not there yet");
  assert.match(of({ paused: true }), /Space lets it go on\.$/);
  for (const phase of ["over", "break", "ready", "running", "talk"]) assert.equal(of({ phase, covered: true }), "", "two orders: the clock's, and another one");
  assert.match(of({ judgement: "green", phase: "talk", view: "talk" }), /Then t shows the next one\.$/);
  assert.match(of({ judgement: "green", phase: "talk", view: "talk", isLastQuestion: true }), /^Prove it: scripts\/workshop prove 8 .*Then n goes/);
  assert.match(of({ judgement: "green", phase: "ready" }), /^This lab is solved already: x in the terminal begins it anew, and keeps a copy\.$/);
  assert.equal(of({ lab: null }), "");
  // Nowhere is somebody told to wait and to type.
  for (const phase of ["ready", "running", "over", "break", "talk"]) {
    for (const view of ["step", "picture", "failure", "code", "hint", "talk", "error"]) {
      for (const judgement of ["red", "green", "unjudged"]) {
        const text = of({ phase, view, judgement });
        assert.ok(!/Nobody types|Open /.test(text) && text.split(". ").length <= 2, text);
      }
    }
  }
}

function howLongAStepIsMeantToTake() {
  assert.equal(minutesOf({ mob_minutes: 6 }, 59_000), "6 minutes as a mob");
  assert.equal(minutesOf({ mob_minutes: 1 }, 150_000), "1 minute as a mob, 2 so far");
  assert.equal(minutesOf({ mob_minutes: 0 }, 1), "");
  assert.equal(minutesOf(null, 1), "");
  assert.ok(isOverTime({ mob_minutes: 6 }, 360_001) && !isOverTime({ mob_minutes: 6 }, 360_000));
}

function whatRunsForLong() {
  const of = (seconds, changes = {}) => verdictText({ state: "checking", explores: true, parts: 0, saved: "", began_at_ms: Date.now() - seconds * 1000 - 100, ...changes });
  assert.equal(of(3, { long_test: "a" }), "the tests run… 3 s");
  assert.equal(of(12, { long_test: "a payment is booked" }), 'the tests run… 12 s, now "a payment is booked"; what hangs is stopped after a minute, a save stops it at once');
  assert.equal(of(12), "the tests run… 12 s; what hangs is stopped after a minute, a save stops it at once");
}

function aHintIsNotCountedOnFromItsNumber() {
  const hint = { step: 2, number: 3, of: 5, left: 4, fits: ["a failed check"] };
  assert.equal(hintTitle(hint), "Step 2, hint 1 of 5, for this failure: a failed check");
  assert.equal(hintTitle({ ...hint, before: true }), "Step 2, hint 1 of 5, taken before, for this failure: a failed check");
  assert.equal(restOfStep(hint, [hint]), "4 others of this step are left; try first.");
  assert.equal(hintTitle({ ...hint, fits: [] }), "Step 2, hint 1 of 5");
  assert.match(restOfStep({ ...hint, left: 1 }, [hint]), /^One other of this step is left, and it is almost the answer/);
}

// Where a failure shows is not where the step is worked on: that is the step's TODO, or its function.
function whereAStepHasItsPlace() {
  const step = { lines: [6, 15], places: [{ function: "handle", first: 3, last: 10 }, { function: "id_of", first: 14, last: 20 }] };
  const of = (source, changes = {}, tests = []) => placesOf("src/handler.cpp", { state: "done", tests }, { ...step, ...changes }, source);
  assert.deepEqual(of("handler.cpp:9"), { line: 6, shows: 9, work: "the TODO in line 6, in handle" });
  assert.equal(of("handler.cpp:18").line, 15);
  assert.equal(of(undefined).line, 6, "the picture is not there yet");
  assert.deepEqual(of("handler.cpp:18", {}, [{ verdict: "red", place: "src/handler.cpp:20" }]).shows, 20, "a crash is where it is");
  // A failure shows in another step's function, which is finished.
  const second = { lines: [], places: [{ function: "id_of", first: 31, last: 34 }] };
  assert.deepEqual(of("handler.cpp:26", second), { line: 31, shows: 26, work: "id_of, lines 31 to 34" });
  assert.deepEqual(of("handler.cpp:9", { lines: [15] }), { line: 3, shows: 9, work: "handle, lines 3 to 10" }, "its own TODO is gone");
  assert.equal(of("handler.cpp:26", { lines: [] }).work, "handle or id_of");
  assert.deepEqual(of("handler.cpp:26", { lines: [], places: [] }), { line: 26, shows: 26, work: "" });
  assert.equal(placesOf("src/handler.cpp", { state: "errors", errors: ["src/handler.cpp:18:3: error: x"] }, step, undefined).line, 18);
}

function onlyLaterStepsHaveChanged() {
  const list = made();
  const checks = { state: "done", count: 1, mended: [], broken: [], moved: [], later: 2, tests: [] };
  showNews(list, checks);
  assert.deepEqual(linesOf(list), ["Only later steps have changed"]);
  showNews(list, { ...checks, broken: ["a"] });
  assert.deepEqual(linesOf(list), ["✗ 1 turned red"]);
}

// One verdict does not say that all is the same and that something has changed.
function theSameIsNotChanged() {
  const list = made();
  const red = { name: "a", verdict: "red", step: 1, failures: [] };
  const checks = { state: "done", count: 2, saved: "a.cpp", began_at_ms: 0, mended: [], broken: [], moved: [], later: 0, step: 1, same: true,
                   tests: [red, { ...red, name: "b", step: 2 }] };
  showNews(list, checks);
  assert.match(linesOf(list)[0], /: the same 1 red, the same failure$/);
  showNews(list, { ...checks, moved: ["a: at the same check, with other values"] });
  assert.doesNotMatch(linesOf(list)[0], /the same/);
}

// Of two lists what only one of them has is marked; anything else stays as it is.
function whatDiffersIsMarked() {
  const view = made();
  const shown = (text) => {
    showFailure(view, { name: "a", failures: [text] });
    return view.children.at(-1).children;
  };
  const parts = shown('CHECK( a == b )\nis { "{"id":"1","n":2} x", "same" }\n==\n{ "same", "y" }\nmore');
  assert.deepEqual(parts.map((each) => each.textContent ?? each).join(""),
                   'CHECK( a == b )\nis {\n  "{"id":"1","n":2} x"\n  "same" }\n==\n{\n  "same"\n  "y" }\nmore');
  assert.deepEqual(parts.filter((each) => each.textContent).map((each) => each.textContent), ['"{"id":"1","n":2} x"', '"y"']);
  assert.deepEqual(shown("CHECK( a == 1 )\nis 2 == 1"), ["CHECK( a == 1 )\nis 2 == 1"]);
  // Two sides that ought to differ read like a true sentence.
  assert.deepEqual(shown('REQUIRE( a != b )\nis "x1"\n!=\n"x1"\nmore'), ['REQUIRE( a != b )\nis "x1"\n!=\n"x1"\nBoth are the same, so the check fails.\nmore']);
  assert.deepEqual(shown('REQUIRE( a != b )\nis "x1" != "x12"'), ['REQUIRE( a != b )\nis "x1" != "x12"']);
}

// The number that ends a sentence at a line's beginning is none of a list.
function aNumberInASentenceStays() {
  const { words } = wordsModule;
  const view = made();
  const shown = (text) => {
    words(view, text);
    return view.children.map(textOf);  // a list for each item, where nothing tells the element before
  };
  assert.deepEqual(shown("- a coupon over 100 coins, a gold card over\n  1000. It is finished.\n- next"),
                   ["a coupon over 100 coins, a gold card over 1000. It is finished.", "next"]);
  assert.deepEqual(shown("one\n100. two"), ["one 100. two"]);
  assert.deepEqual(shown("1. one\n2. two\n\n3. three"), ["one", "two", "three"]);
}

// t stays within the step, and what is read most easily comes first.
function theRedTestsOfTheStep() {
  const test = (name, step, changes) => ({ name, step, verdict: "red", picture: "", failures: ["CHECK( a == b )"], ...changes });
  const names = (checks) => redTests(checks).map((each) => each.name);
  const tests = [test("later", 2), test("lists", 1, { failures: ["a\nb\nc\nd"] }), test("one line", 1), test("story", 1, { picture: "/a.html", failures: [] })];
  assert.deepEqual(names({ step: 1, tests }), ["story", "one line", "lists"]);
  // Of short stories the lab's first, a long one after them, and one of many situations only after what the lab's own tests say.
  const story = (name, schedule, changes) => test(name, 1, { picture: "/a.html", failures: [], schedule, ...changes });
  const situations = [test("empty", 1, { failures: ["REQUIRE( failures.empty() )\nis false\nthe situation: a payment"] }),
                      story("in a file of situations", "a1:1@PL", { place: "labs/12-inbox/tests/situations_test.cpp:9" })];
  assert.deepEqual(names({ step: 1, tests: [...situations, story("long", "a1:1@ArlcparlcBrlcpa"), story("short", "a1:1@Arlcparlc"), story("shorter", "a1:1@Ar"), ...tests] }),
                   ["short", "shorter", "story", "long", "one line", "lists", "empty", "in a file of situations"]);
  assert.deepEqual(names({ step: 2, tests }), ["later"]);
  assert.deepEqual(names({ step: 3, tests: [test("later", 2)] }), ["later"]);
  // What remembers is told first, wherever it shows: until it is gone no other failure can be believed.
  const erratic = test("erratic", 2, { sign: "not deterministic" });
  assert.deepEqual(names({ step: 1, tests: [...tests, erratic] }), ["erratic", "story", "one line", "lists"]);
}

// Also in the first seconds of a page that was loaded again.
function nAsksBeforeItLeaves() {
  assert.ok(asksToLeave(state.leaving, 100), "one n leaves the lab");
  assert.ok(!asksToLeave(1_000, 3_000));
  assert.ok(asksToLeave(1_000, 7_000));
}

for (const part of [whatIsNotToBeBelieved, whatIsAskedWhen, newFailuresArePredicted, anAnswerIsClosedForEachQuestion, anotherFailureBeginsAtItsTop, testsWithoutRoomAreCountedByTheirVerdicts, howAFailureIsRead, thereIsOneThingToDo, howLongAStepIsMeantToTake, whatRunsForLong, aHintIsNotCountedOnFromItsNumber, whereAStepHasItsPlace,
                    onlyLaterStepsHaveChanged, theSameIsNotChanged, theRedTestsOfTheStep, whatDiffersIsMarked, nAsksBeforeItLeaves, aNumberInASentenceStays]) {
  part();
  console.log(`ok ${part.name}`);
}
