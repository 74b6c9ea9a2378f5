// The verdict on a lab's tests, in words, and the list of them.
import { element, plain } from "/words.js";

const kSlowSeconds = 30;
const kLongSeconds = 5;  // for tests alone

const isRed = (test) => test.verdict === "red";

export function secondsOf(checks) {
  return checks.state === "checking" ? Math.max(0, Math.floor((Date.now() - checks.began_at_ms) / 1000)) : 0;
}

export function verdictText(checks) {
  if (checks.state === "checking") {
    const passed = secondsOf(checks);
    const now = checks.explores && checks.long_test && passed >= kLongSeconds ? `, now "${checks.long_test}"` : "";
    const slow = checks.explores ? passed < kLongSeconds ? "" : "; what hangs is stopped after a minute, a save stops it at once"
      : passed < kSlowSeconds ? "" : "; a first build takes a minute or more, several minutes on a busy machine";
    const what = checks.explores ? "the tests run…" : checks.parts > 0 ? `building ${checks.parts_done} of ${checks.parts}…` : "checking…";
    return `${checks.saved ? `${checks.saved.split("/").pop()} was saved: ` : ""}${what} ${passed} s${now}${slow}`;
  }
  if (checks.state === "errors" || checks.problem) return checks.problem;
  if (checks.judgement === "green") return `All ${checks.tests.length} tests are green`;
  // Of the step to work on: the others cannot be green yet.
  const own = checks.tests.filter((test) => test.step === checks.step);
  const isOfStep = checks.step > 0 && own.some(isRed);
  const tests = isOfStep ? own : checks.tests;
  const red = tests.filter(isRed).length;
  return `${isOfStep ? `Step ${checks.step}: ` : ""}${red} of ${tests.length} ${tests.length === 1 ? "test" : "tests"} ${red === 1 ? "is" : "are"} red`;
}

export function verdictClass(checks) {
  return checks.state === "done" ? checks.judgement : checks.state === "errors" ? "unjudged" : "";
}

const timeOfDay = (ms) => new Date(ms).toTimeString().slice(0, 8);

const changedCount = (checks) => checks.mended.length + checks.broken.length + checks.moved.length;
// Nothing has changed, neither in kind nor in words.
export const isSame = (checks) => checks.same && changedCount(checks) === 0;

// When it was saved or asked for, and that nothing has changed by it: else nobody could tell it from no check at all.
function savedText(checks) {
  const red = redTests(checks).length;
  const what = `${checks.saved ? "saved" : "checked again"} ${timeOfDay(checks.began_at_ms)}`;
  if (!isSame(checks)) return what;
  return red === 0 ? `${what}: the same, all green` : `${what}: the same ${red} red, the same failure${red === 1 ? "" : "s"}`;
}

// What the compiler says: the first error large, its source line as it is written, and the others below.
export function showErrors(view, checks) {
  view.replaceChildren();
  const blocks = [];
  for (const line of checks.errors) {
    if (blocks.length === 0 || !/^( |>>>)/.test(line)) blocks.push([]);
    blocks.at(-1).push(line);
  }
  blocks.forEach(([head, ...rest], i) => {
    const [, place, said] = head.match(/^(?:\S*\/)?([^/\s]+:\d+(?::\d+)?): (.*)$/) ?? [null, "", head];
    if (i === 1) element(view, "p", `${checks.errors_count - 1} more; the first one often is the cause of the others`, "left");
    const box = element(view, "section", undefined, i === 0 ? "error first" : "error");
    if (place) element(box, "p", place, "place");
    element(box, "p", said.replace(/^error: /, ""), "said");
    const source = rest.filter((line) => !line.startsWith("  because: "));
    if (source.length) {
      const longest = Math.max(...source.map((line) => line.length));
      element(box, "pre", source.join("\n")).style.fontSize = `min(${i === 0 ? 1.25 : 1}rem, ${(110 / longest).toFixed(2)}vw)`;
    }
    for (const line of rest.filter((each) => each.startsWith("  because: "))) element(box, "p", line.trim(), "reason");
  });
}

export function showNews(list, checks, lab) {
  list.replaceChildren();
  if (checks.state === "errors") element(list, "li", "The picture is of the last version that compiled", "old");
  if (checks.state !== "done") return;
  if (checks.count > 1) element(list, "li", savedText(checks), isSame(checks) ? "moved" : "old");
  if (checks.mended.length) element(list, "li", `✓ ${checks.mended.length} turned green`, "good");
  if (checks.broken.length) element(list, "li", `✗ ${checks.broken.length} turned red`, "bad");
  if (checks.moved.length) element(list, "li", `→ ${checks.moved.length} red in another way`, "moved");
  if (checks.judgement === "green") {
    element(list, "li", "in what they hold up to, a preemption is: another process goes on, though this one could", "old");
    if (lab) element(list, "li", `if there is time: scripts/workshop play ${lab.number}, in which the room chooses each step`, "old");
  }
  if (changedCount(checks) === 0 && checks.later > 0) element(list, "li", "Only later steps have changed", "old");
}

// What has changed of one test, as its class and its words.
function newsOf(test, checks) {
  if (test.replayed) return ["moved", test.replayed];
  if (checks.state !== "done") return null;
  if (checks.mended.includes(test.name)) return ["good", "turned green"];
  if (checks.broken.includes(test.name)) return ["bad", "turned red"];
  const moved = checks.moved.find((text) => text.startsWith(`${test.name}: `));
  const how = moved?.slice(test.name.length + 2);
  return moved ? ["moved", `→ ${/^(at|on) /.test(how) ? "it fails " : ""}${how}`] : null;
}

// A handler that does not do the same in each attempt: until it does, what other tests say of it may be anything.
export const remembers = (test) => test?.sign === "not deterministic";

// How much there is to read of a failure: a story is read aloud step by step, a failed check is its lines.
const lengthOf = (test) => (test.picture ? 0 : test.failures.reduce((sum, text) => sum + text.split("\n").length + text.length / 80, 1));

// One of many situations of all kinds: what fails in it mostly fails in a plainer test of the lab, too.
const isOfSituations = (test) =>
  [test.words, ...test.failures].some((text) => /failures\.empty\(\)|^the situation: /m.test(text ?? "")) || /situations_test\.cpp/.test(test.place ?? "");

// How hard it is to read: stories before checks, situations last; of stories that are all short the lab has the plainest first.
const kShortStory = 14;  // signs of its schedule: about so many steps
const storyLength = (test) => Math.max(kShortStory, (test.schedule ?? "").split("@").at(-1).length);
const hardnessOf = (test) => (remembers(test) ? -1 : isOfSituations(test) ? 2e6 : lengthOf(test) === 0 ? storyLength(test) : 1e6 + lengthOf(test));

// The red tests of the step to work on, or all where none of it is red; those that are read most easily first, behind one that says
// why no other can be believed.
export function redTests(checks) {
  const red = (checks?.tests ?? []).filter(isRed);
  const own = red.filter((test) => test.step === checks.step);
  const shown = own.length ? [...own, ...red.filter((test) => remembers(test) && !own.includes(test))] : red;
  return shown.map((test) => [hardnessOf(test), test]).sort(([one], [other]) => one - other).map(([, test]) => test);
}

// The list, in which a step that is done is one line and the chosen test is in sight.
export function showTests(parent, checks, shown, choose) {
  parent.replaceChildren();
  const steps = [...new Set(checks.tests.map((test) => test.step))].sort((a, b) => (a || 99) - (b || 99));
  for (const step of steps) {
    const tests = checks.tests.filter((test) => test.step === step);
    const green = tests.filter((test) => test.verdict === "green").length;
    const later = checks.step > 0 && step > checks.step;
    const finished = checks.step > 0 && green === tests.length;  // all green: nothing is folded, for the bounds
    const unknown = tests.some((test) => test.verdict === "not run");
    if (unknown) {
      element(parent, "h2", `${step ? `Step ${step}` : "Besides"}: ${tests.length} tests, not all were run`);
    }
    const words = later ? ", later" : finished ? " ✓" : "";
    if (!unknown) element(parent, "h2", `${step ? `Step ${step}` : "Besides"}: ${green} of ${tests.length} green${words}`);
    if (finished) continue;
    const list = element(parent, "ul");
    for (const test of tests) {
      if ((later || test.verdict === "not run") && test !== shown) continue;
      const item = element(list, "li", test.name, test.verdict);
      item.classList.toggle("shown", test === shown);
      if (test.verdict === "red") item.onclick = () => choose(test);
      if (test.words) element(item, "small", `${test.doubt ? "not to be believed yet: " : ""}${test.words.split("\n")[0]}`);
      for (const bound of checks.judgement === "green" ? test.bounds : []) element(item, "small", bound, "bound");
      const news = newsOf(test, checks);
      if (news) element(item, "small", news[1], news[0]);
    }
  }
  parent.querySelector(".shown")?.scrollIntoView({ block: "nearest" });
}

// What is said of tests for which there is no room, by their verdicts.
export function othersText(verdicts) {
  const red = verdicts.filter((each) => each === "red").length;
  const rest = verdicts.length - red;
  const words = verdicts.includes("green") && !verdicts.some((each) => !["red", "green"].includes(each)) ? "green" : "not red";
  if (red === 0) return `… and ${rest} more ${rest === 1 ? "test" : "tests"}, ${words}`;
  return rest ? `… and ${red} more red (t shows the next), ${rest} ${words}` : `… and ${red} more red: t shows the next`;
}

// Beside a picture or a question only whole tests are seen: those for which there is no room are counted. The chosen one has
// room first.
export function fitTests(parent, fits, allGreen) {
  parent.classList.toggle("all-green", allGreen);
  parent.querySelector(".others")?.remove();
  const items = [...parent.querySelectorAll("li:not(.shown)")].reverse();
  for (const item of items) {
    item.hidden = false;
    item.classList.remove("short");
  }
  const isCut = () => parent.scrollHeight > parent.clientHeight + 1;
  if (!fits || !isCut()) return;
  for (const item of items) item.classList.add("short");  // how a failure has moved is told of the chosen one alone
  if (!isCut()) return;
  const others = element(parent, "p", "…", "others");
  items.at(-1).parentElement.after(others);
  const hidden = [];
  const isOfGreen = (item) => item.classList.contains("green");
  for (const item of [...items.filter(isOfGreen), ...items.filter((each) => !isOfGreen(each))]) {
    if (!isCut()) break;
    item.hidden = true;
    hidden.push(item.classList[0]);
    others.textContent = othersText(hidden);
  }
}

// What the terminal has of a failed assertion: its place, its expression, its values and its message. Another failure is read from
// its top.
let failureShown = "";
export function showFailure(view, test) {
  const shown = test ? JSON.stringify([test.name, test.place, test.failures, test.doubt]) : "";
  const isAnother = shown !== failureShown;
  failureShown = shown;
  view.replaceChildren();
  if (!test) return;
  fillFailure(view, test);
  if (isAnother) view.scrollTop = 0;
}

function fillFailure(view, test) {
  element(view, "h2", test.name);
  if (test.doubt) return element(view, "p", test.doubt, "doubt");
  if (test.place) plain(element(view, "p", undefined, "place"), test.place);
  const texts = test.failures.length ? test.failures : [test.words];
  for (const text of texts) showMarked(element(view, "pre", undefined, "failure"), text);
  if (!test.done?.length) return null;
  element(view, "h2", ["exception", "not deterministic"].includes(test.sign) ? "What the test does" : "What the test did, up to the check that failed");
  return element(view, "pre", test.done.join("\n"), "done");
}

const kSameSides = /\nis (.+)\s!=\s\1(?=\n|$)/;
// Two sides that ought to differ, and do not, read like a true sentence: it is said that they are the same.
const withSameSides = (text) => text.replace(kSameSides, "$&\nBoth are the same, so the check fails.");

const kTwoLists = /^([^\n]*\nis )\{ "([^\n]*)" \}(\s[=!]=\s)\{ "([^\n]*)" \}((?:\n[^]*)?)$/;
// Of two lists of texts each text has a line, and is marked where only one of them has it.
function showMarked(parent, text) {
  const [, before, one, sign, other, after] = text.match(kTwoLists) ?? [];
  if (one === undefined) return parent.append(withSameSides(text));
  const add = (side, otherSide) => {
    const theirs = new Set(otherSide.split('", "'));
    parent.append("{");
    for (const each of side.split('", "')) {
      parent.append("\n  ");
      if (theirs.has(each)) parent.append(`"${each}"`);
      else element(parent, "mark", `"${each}"`);
    }
    parent.append(" }");
  };
  parent.append(before);
  add(one, other);
  parent.append(sign);
  add(other, one);
  return parent.append(after);
}

// Where a failure shows, and where the step has its place: `line` to open, of the compiler's error, a crash, the step's TODO or its
// function; `shows`, the line at which the execution went wrong; `work`, the function that the step asks for, in words. 0, "": not known.
export function placesOf(file, checks, step, source) {
  const name = file.split("/").pop();
  const lineOf = (text) => {
    const [, named, line] = (text ?? "").match(/^(?:\S*\/)?([^/\s:]+):(\d+)/) ?? [];
    return named === name ? Number(line) : 0;
  };
  if (checks?.state === "errors") return { line: checks.errors.map(lineOf).find((line) => line > 0) ?? 0, shows: 0, work: "" };
  const crashed = lineOf((checks?.tests ?? []).find((test) => isRed(test) && lineOf(test.place) > 0)?.place);
  const shows = crashed || lineOf(source);
  const { lines, places = [] } = step;
  const around = places.find((each) => each.first <= shows && shows <= each.last);
  const isOf = (line, place) => places.find((each) => line <= each.last) === place;
  const todos = around ? lines.filter((line) => isOf(line, around)) : lines;
  const todo = todos.findLast((line) => line <= shows) ?? todos[0] ?? 0;
  const here = around ?? (todo ? places.find((each) => isOf(todo, each)) : places.length === 1 ? places[0] : undefined);
  const work = todo ? `the TODO in line ${todo}${here ? `, in ${here.function}` : ""}`
    : here ? `${here.function}, lines ${here.first} to ${here.last}` : places.map((each) => each.function).join(" or ");
  return { line: crashed || todo || here?.first || (places.length ? 0 : shows), shows, work };
}

// The same where the handler remembers something from another attempt: what may keep it, as far as the file's text shows it.
export function placesOfWhatIsKept(source) {
  const lines = (source ?? "").split("\n");
  const isFixed = (line) => /\bconst(expr)?\b/.test(line);
  const isKept = (line) => /^\s*(inline |static |thread_local )*(static|thread_local) /.test(line) && !isFixed(line) && !/\)\s*(const\s*)?\{/.test(line);
  const isGlobal = (line) => /^(?!using |namespace |return |template|struct |class |enum |extern )[A-Za-z_][\w:<>,*& ]* \w+( ?[={].*)?;/.test(line) && !isFixed(line);
  const line = lines.findIndex(isKept) + 1 || lines.findIndex(isGlobal) + 1;
  return { line, shows: 0, work: line ? `what line ${line} keeps` : "what outlives the handler: a static, a global or an object outside of it" };
}

// What the page says of a step, as Markdown; of the lab when there is none left.
export function stepText(lab, step, storyFirst) {
  if (!step) return `${lab.intro}\n\n${lab.steps.map((each) => `## Step ${each.number}: ${each.title}\n${each.text}`).join("\n\n")}`;
  const begin = `**The file:** \`${lab.file}\`${step.lines.length ? `, line ${step.lines[0]}` : ""}. Saving is enough: the check begins by itself.` +
    (lab.header ? ` The contract: \`${lab.header}\`; c shows both here.` : "");
  const heading = `## Step ${step.number}: ${step.title}\n${step.text}`;
  const story = `## The story\n${lab.intro}`;
  return storyFirst ? `${story}\n\n${heading}\n\n${begin}` : `${heading}\n\n${begin}\n\n${story}`;
}
