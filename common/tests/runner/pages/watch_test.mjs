// node watch_test.mjs WORKSHOP ROOT BUILD [WORDS]: `watch 8` in terminals that tmux makes: its keys, narrow and wide ones, one that
// understands nothing, a pipe, Ctrl-C and Ctrl-Z, saves during a check; fails with what is wrong. Prints how soon verdicts come.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { makeCheckout } from "./checkout.mjs";
import { endTerminals, inANarrowTerminal, inATerminalThatUnderstandsNothing, kUsualModes, Terminal, tmuxOrSkip } from "./terminal.mjs";

const [workshop, root, build] = process.argv.slice(2);
tmuxOrSkip();
const checkout = makeCheckout(root, build);
const kWatch = `${workshop} watch 8 --preset kit`;
const kRedFooter = /^h hint · o only this test · r again · t next failure · p picture · s solution · x reset · q quit · \? keys$/m;
const kFooterWithoutFailure = /^h hint · r again · s solution · x reset · q quit · \? keys$/m;
const kGreenFooter = /^n next lab · v prove · r again · s solution · x reset · q quit · \? keys$/m;

// Of a checkout in which nothing has been judged yet.
async function aFirstCheckThatCannotBeJudged() {
  checkout.save(checkout.skeleton.replace("  order.value.paid += ", "  __builtin_trap();\n  order.value.paid += "));
  const run = spawnSync(workshop, ["watch", "8", "--preset", "kit", "--checks", "1"],
                        { env: { ...process.env, WORKSHOP_ROOT: checkout.folder }, encoding: "utf8" });
  assert.equal(run.signal, null, "the program itself has crashed");
  assert.equal(run.status, 2);
  assert.match(run.stdout, /crashed/);
  checkout.save(checkout.skeleton);
}

// A replay line that is printed has the options that it was asked with: copied, it shows the same.
async function aReplayLineKeepsItsOptions() {
  const replayLineOf = (...words) => {
    const run = spawnSync(workshop, [...words, "--preset", "kit"], { env: { ...process.env, WORKSHOP_ROOT: checkout.folder }, encoding: "utf8" });
    assert.equal(run.status, 1, run.stdout + run.stderr);
    const line = run.stdout.match(/replay: \S*scripts\/workshop (replay 8 (--no-diff )?'(\S+)')/);
    assert.ok(line, `${words.join(" ")} prints no replay line:\n${run.stdout}`);
    return { line: line[1], schedule: line[3] };
  };
  const checked = replayLineOf("check", "8", "--no-diff");
  assert.equal(checked.line, `replay 8 --no-diff '${checked.schedule}'`);
  assert.deepEqual(replayLineOf("replay", "8", "--no-diff", checked.schedule), checked);
  assert.equal(replayLineOf("check", "8").line, `replay 8 '${checked.schedule}'`);
}

async function keysOfAWideTerminal() {
  const terminal = new Terminal(checkout.folder, "wide", 200);
  terminal.enter(kWatch);
  await terminal.until(/^Lab 08, [^:\n]+\nGoal:  [^]+?\nStep:  1 of \d, [^\n]+\nPage:  \S+README\.md\nSave:  \S+, and the verdict comes$/m);
  await terminal.until(/^Step:  1 of \d, [^\n]+\nNext:  edit \S+payments_handler\.cpp:\d+, in handle$/m);
  await terminal.until(kRedFooter);
  await terminal.expect("h", /hint 1 of \d/);
  await terminal.until(kRedFooter);
  await terminal.expect("?", /^x  put the lab's file back/m);
  await terminal.expect("t", /Failing test 2 of \d+:[^]*(►|TODO)/);
  await terminal.expect("p", /^Opened: |^Picture: no browser can be started from here; open this file in one: \S+\.html$/m);
  await terminal.expect("s", /See the solution all the same\? y\/n/);
  await terminal.expect("n", /^Not yet\.$/m);
  await terminal.expect("x", /A copy is kept\. y\/n/);
  await terminal.expect("n", /^It stays as it is\.$/m);
  await terminal.expect("n", /^Not all tests are green yet\.$/m);
  await terminal.expect("v", /^Not all tests are green yet\.$/m);
  await terminal.expect("r", /verdict after [\d.]+ s/);
  await terminal.until(kRedFooter);
  // An edit that moves failures: each old one is tried first; then what is green, what is red, and what fails in another way.
  const movesTo = async (source, ...patterns) => {
    terminal.mark();
    checkout.save(source);
    for (const pattern of patterns) await terminal.until(pattern);
    await terminal.until(kRedFooter);
  };
  await movesTo(`${checkout.skeleton}// a word\n`, /^  ✗ still there: a payment is booked once however/m, /^The same \d+ red as before\.$/m);
  await movesTo(checkout.mistaken, /^  ✗ lost effect instead of duplicate effect: /m,
                /^  · the handler takes other steps now(, so exploring decides: a payment is| than in \d old failures, so exploring decides$)/m, /^✓ green now: a payment is booked once however/m, /^✗ red now: /m, /^→ another failure: [^:]+: .*(instead of|deeper|less|in an(other)? execution)/m);
  await movesTo(checkout.skeleton, /^✓ green now: /m, /^✗ red now: a payment is booked once however/m, /^→ another failure: /m);
  terminal.mark();
  checkout.save(checkout.stepOne);
  await terminal.until(/✓ green now: a payment is booked once/);
  await terminal.until(/^✓ Step 1 is done\. On to step 2: /m);
  await terminal.until(kRedFooter);
  terminal.mark();
  checkout.save(checkout.solution);
  await terminal.until(/^  ✓ that one is mended: a retry publishes the events/m);
  await terminal.until(/^Prove: press v/m);
  await terminal.until(/^Next:  press n for lab \d\d/m);
  await terminal.until(kGreenFooter);
  await terminal.expect("o", /^No test is red\.$/m);
  // A proof takes most of a minute, and any key leaves it.
  await terminal.expect("v", /^Proving: harder situations/m);
  await terminal.expect("z", /^Left: nothing is proved\.$/m);
  await terminal.until(kGreenFooter);
  // Who breaks on purpose what was solved has not lost it.
  terminal.mark();
  checkout.save(checkout.mistaken);
  await terminal.until(/^Lab 08 was solved before, and stays so in your list/m);
  await terminal.until(kRedFooter);
  await terminal.expect("r", /verdict after [\d.]+ s/);
  assert.doesNotMatch(terminal.all().slice(terminal.marked), /was solved before/, "it is said once");
  await terminal.until(kRedFooter);
  await terminal.expect("q", /\$$/);
  assert.match(await terminal.modes(), kUsualModes);
}

// x puts the file back, and the hints begin anew: none comes a second time without a word.
async function aLabBegunAnew() {
  const git = (...words) => spawnSync("git", ["-C", checkout.folder, "-c", "user.name=a", "-c", "user.email=a@b", ...words]);
  checkout.save(checkout.skeleton);
  git("init", "-q");
  git("add", "labs/08-identity-deduplication");
  git("commit", "-qm", "x");
  const terminal = new Terminal(checkout.folder, "anew", 200);
  terminal.enter(kWatch);
  await terminal.until(kRedFooter);
  while (!/All \d hints of step 1 are taken/.test(terminal.all().slice(terminal.marked))) {
    await terminal.expect("h", /hint \d of \d|are taken/);
    await terminal.until(kRedFooter);
  }
  await terminal.expect("x", /A copy is kept\. y\/n/);
  await terminal.expect("y", /as it was at\s+the\s+start,\s+and\s+its\s+hints\s+begin\s+anew/);
  await terminal.until(/verdict after [^\n]*\nYours: before the reset it was \S*copies\/08\/payments_handler\.\S+\.cpp$/m);
  await terminal.until(kRedFooter);
  await terminal.expect("r", /verdict after [\d.]+ s/);
  assert.equal(terminal.all().match(/before the reset/g).length, 1, "where the copy is, is said once");
  await terminal.until(kRedFooter);
  await terminal.expect("h", /hint 1 of \d, taken before/);
  await terminal.until(kRedFooter);
  await terminal.expect("q", /\$$/);
  terminal.mark();
  terminal.enter(`${workshop} status`);
  await terminal.until(/^Kept:  lab 08's file before it was put back or caught up last: \S+copies\/08\//m);
}

// `o` runs the one test whose story is shown, until `o` is pressed once more; a file that does not compile has hints as well.
async function oneTestAndNoCompiling() {
  checkout.save(checkout.skeleton);
  const terminal = new Terminal(checkout.folder, "one", 200);
  terminal.enter(kWatch);
  await terminal.until(kRedFooter);
  await terminal.expect("o", /^Only this test from now on: a payment is booked once however/m);
  await terminal.until(/^Lab 08, [^:]+: 0 of 1 test passes/m);
  await terminal.until(/^h hint · o all tests · r again · t the failure · p picture/m);
  terminal.mark();
  checkout.save(checkout.stepOne);
  await terminal.until(/^✓ green now: a payment is booked once however/m);
  await terminal.until(/^Next:  press o for all tests; this one is green$/m);
  await terminal.until(/^h hint · o all tests · r again · s solution/m);
  await terminal.expect("o", /^All tests again\.$/m);
  await terminal.until(/^Lab 08, [^:]+: \d+ of \d\d tests pass/m);
  await terminal.until(kRedFooter);
  terminal.mark();
  checkout.save(checkout.skeleton.replace("co_await context.store().load", "context.store().load"));
  await terminal.until(/does not compile: \d+ errors?/);
  await terminal.until(kFooterWithoutFailure);
  await terminal.expect("h", /^Lab 08 does not compile, so no test has run/m);
  await terminal.until(/payments_handler\.cpp:\d+/);
  await terminal.until(/a co_await\s+is missing/);
  await terminal.until(/^Next: mend the first error/m);
  await terminal.until(kFooterWithoutFailure);
  await terminal.expect("q", /\$$/);
  checkout.save(checkout.skeleton);
}

// What `prove` finds in a lab that is green: the keys are about that, in a window that has become wider meanwhile.
async function aNoOfProve() {
  checkout.save(checkout.triesForEver);
  const terminal = new Terminal(checkout.folder, "refused", 80);
  terminal.enter(kWatch);
  await terminal.until(kGreenFooter);
  terminal.resize(140);
  await terminal.expect("?", /^v  prove it, when it is green: harder situations, a minute; any key leaves it$/m);
  terminal.mark();
  terminal.type("v");
  await terminal.until(/^No: lab 08 is not right\.$/m, "a No", 4 * 60_000);
  await terminal.until(/^  the situation: .{60,}$/m);
  await terminal.until(/^  Next:  mend what it says, then press v$/m);
  assert.doesNotMatch(terminal.all().slice(terminal.marked), /--all|story|failures\.empty/);
  const footer = /^h hint · n next lab · v prove again · r again · t the failure · s solution · x reset · q quit · \? keys$/m;
  await terminal.until(footer);
  await terminal.expect("h", /^All tests of check are green, and no hint is left for what prove has found: "thousands of payments/m);
  await terminal.until(footer);
  await terminal.expect("t", /^Failing test 1 of 1:[^]*the situation: /m);
  await terminal.expect("p", /^This failure has no picture\.$/m);
  await terminal.expect("o", /^What prove has found is run by prove alone: v\.$/m);
  terminal.resize(80);
  await terminal.expect("t", /^h hint  n lab  v prove  r again  t failure  s solution  x reset  q  \? keys$/m);
  terminal.mark();
  checkout.save(checkout.solution);
  await terminal.until(kGreenFooter);
  await terminal.expect("h", /^No test of lab 08 was red when it was checked last/m);
  await terminal.expect("q", /\$$/);
}

async function aNarrowTerminal() {
  await inANarrowTerminal(checkout, kWatch);
}

async function stoppedAndContinued() {
  const terminal = new Terminal(checkout.folder, "stopped", 120);
  terminal.enter(kWatch);
  await terminal.until(kRedFooter);
  terminal.press("C-z");
  await terminal.until(/Stopped/);
  assert.match(await terminal.modes(), kUsualModes);
  terminal.enter("fg");
  await terminal.untilItIs("workshop");
  await terminal.expect("?", /^q  end$/m);  // without Enter, so its mode is there again
  await terminal.expect("q", /\$$/);
  assert.match(await terminal.modes(), kUsualModes);
}

async function aTerminalThatUnderstandsNothing() {
  await inATerminalThatUnderstandsNothing(checkout, kWatch);
  const piped = spawnSync(workshop, ["watch", "8", "--preset", "kit", "--checks", "1"],
                          { env: { ...process.env, WORKSHOP_ROOT: checkout.folder, LANG: "C.UTF-8" }, encoding: "utf8" });
  assert.equal(piped.status, 1);
  assert.doesNotMatch(piped.stdout, /[\x1b\r\b]/, "a pipe is sent what only a terminal understands");
  assert.match(piped.stdout, /^checking…$/m);
}

// A check that a save has made pointless is left, and what was saved last is judged.
async function savedWhileItChecks() {
  const terminal = new Terminal(checkout.folder, "again", 120);
  terminal.enter(kWatch);
  await terminal.until(kRedFooter);
  terminal.mark();
  checkout.hold(0);
  checkout.save(checkout.mistaken);
  await terminal.until(/^(checking|building)/m);
  checkout.save(checkout.solution);
  await terminal.until(/Saved again: this check is left/);
  checkout.release();
  await terminal.until(kGreenFooter);
  const all = terminal.all().slice(terminal.marked);
  assert.equal(all.match(/verdict after/g).length, 1, `one verdict, not:\n${all}`);
  await terminal.expect("q", /\$$/);
}

// q ends a check that is under way, and what is typed behind it is dropped.
async function endedWhileItChecks() {
  const terminal = new Terminal(checkout.folder, "ended", 120);
  terminal.enter(kWatch);
  await terminal.until(kGreenFooter);
  terminal.mark();
  checkout.hold(0);
  checkout.save(checkout.mistaken);
  await terminal.until(/^(checking|building)/m);
  terminal.type("hqh");
  await terminal.until(/^Ended: this check is left\.$/m);
  await terminal.until(/\$$/);
  checkout.release();
  assert.doesNotMatch(terminal.all().slice(terminal.marked), /hint \d of/, "a hint that nobody wanted");
}

async function howSoon() {
  checkout.save(checkout.mistaken);
  const terminal = new Terminal(checkout.folder, "times", 120);
  terminal.enter(kWatch);
  await terminal.until(kRedFooter);
  const times = [];
  for (let i = 0; i < 9; ++i) {
    terminal.mark();
    checkout.save(`${checkout.mistaken}// ${i}\n`);
    const [, verdict, last] = await terminal.until(/verdict after ([\d.]+) s, the failures of before tried again after ([\d.]+) s/);
    times.push([Number(verdict), Number(last)]);
    await terminal.until(kRedFooter);
  }
  await terminal.expect("q", /\$$/);
  const middle = (column) => times.map((each) => each[column]).sort((a, b) => a - b)[4];
  console.log(`medians of 9: verdict after ${middle(0)} s, the failures of before tried again after ${middle(1)} s; load ${fs.readFileSync("/proc/loadavg", "utf8").split(" ")[0]}`);
}

try {
  for (const part of [aFirstCheckThatCannotBeJudged, aReplayLineKeepsItsOptions, keysOfAWideTerminal, oneTestAndNoCompiling, aNoOfProve, aLabBegunAnew, aNarrowTerminal, stoppedAndContinued, aTerminalThatUnderstandsNothing,
                      savedWhileItChecks, endedWhileItChecks, howSoon]) {
    await part();
    console.log(`ok ${part.name}`);
  }
} finally {
  endTerminals(checkout.folder);
  checkout.remove();
}
