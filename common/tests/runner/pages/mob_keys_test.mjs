// node mob_keys_test.mjs WORKSHOP ROOT BUILD: `mob 8` in terminals that tmux makes: each key, also those that the page sends,
// narrow and wide ones, one that understands nothing, a pipe, Ctrl-C; fails with what is wrong.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { makeCheckout } from "./checkout.mjs";
import { endTerminals, inANarrowTerminal, inATerminalThatUnderstandsNothing, kUsualModes, Terminal, tmuxOrSkip } from "./terminal.mjs";

const [workshop, root, build] = process.argv.slice(2);
tmuxOrSkip();
const checkout = makeCheckout(root, build);
const words = ["mob", "8", "Ann", "Bea", "--preset", "kit", "--no-open"];
const kMob = `${workshop} ${words.join(" ")}`;
const kRedFooter = /^h hint · r again · t next failure · p picture · s solution · x reset · q quit · \? keys$/m;
const kGreenFooter = /^n next lab · v prove · r again · s solution · x reset · q quit · \? keys$/m;
const kAddress = /^The mob's page: (http:\/\/127\.0\.0\.1:\d+\/)\?turn=5&every=45&break=10&names=Ann,Bea$/m;

// What the page sends when a key is pressed on it; the status of the answer.
async function pressOnPage(address, key) {
  const answer = await fetch(`${address}press`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ key }) });
  return answer.status;
}

async function keysOfAWideTerminal() {
  const terminal = new Terminal(checkout.folder, "wide", 200);
  terminal.enter(kMob);
  const [, address] = await terminal.until(kAddress);
  await terminal.until(/^Enter on the page begins the first turn; \? there shows its keys\.$/m);
  await terminal.until(/^Show the room the page, not this window/m);
  await terminal.until(kRedFooter);
  await terminal.expect("h", /hint 1 of \d/);
  await terminal.until(kRedFooter);
  await terminal.expect("?", /^x  put the lab's file back/m);
  await terminal.expect("t", /Failing test 2 of \d+/);
  await terminal.expect("p", /Opened: |Picture: |no picture/);
  await terminal.expect("s", /See the solution all the same\? y\/n/);
  await terminal.expect("n", /^Not yet\.$/m);
  await terminal.expect("x", /A copy is kept\. y\/n/);
  await terminal.expect("n", /^It stays as it is\.$/m);
  await terminal.expect("n", /^Not all tests are green yet\.$/m);
  await terminal.expect("o", /^A page shows all tests, so all are run\.$/m);
  await terminal.expect("r", /verdict after [\d.]+ s/);
  await terminal.until(kRedFooter);
  // Those that a room presses come here too; others are no keys of a page.
  terminal.mark();
  assert.equal(await pressOnPage(address, "h"), 200);
  await terminal.until(/hint 2 of \d|hint \d of \d/);
  terminal.mark();
  assert.equal(await pressOnPage(address, "r"), 200);
  await terminal.until(/verdict after [\d.]+ s/);
  for (const key of ["x", "q", "s", "Enter"]) assert.equal(await pressOnPage(address, key), 400, `a page may press ${key}`);
  // What is saved while people look at the page.
  terminal.mark();
  checkout.save(checkout.solution);
  await terminal.until(kGreenFooter);
  await terminal.expect("s", /NOTES|differ|same/i);
  await terminal.expect("n", /^Lab \d\d, [^:]+\nGoal:  /m);
  await terminal.until(/verdict after|cannot be built|does not compile|was not built/);
  await terminal.expect("q", /\$$/);
  assert.match(await terminal.modes(), kUsualModes);
  await assert.rejects(fetch(address), "the page is served after the end");
}

async function aNarrowTerminal() {
  await inANarrowTerminal(checkout, kMob);
}

async function aTerminalThatUnderstandsNothing() {
  const all = await inATerminalThatUnderstandsNothing(checkout, kMob);
  assert.match(all.replaceAll("\n", ""), /The mob's page: http:/);
}

// The page is served all the same, and a file that is saved is judged.
async function aPipe() {
  const child = spawn(workshop, words, { env: { ...process.env, WORKSHOP_ROOT: checkout.folder, LANG: "C.UTF-8" },
                                         stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  let output = "";
  child.stdout.on("data", (text) => { output += text; });
  const until = async (pattern) => {
    for (const begin = Date.now(); Date.now() - begin < 60_000; await new Promise((done) => setTimeout(done, 20))) {
      if (pattern.test(output)) return output.match(pattern);
    }
    throw new Error(`a pipe has no ${pattern}:\n${output}`);
  };
  try {
    const [, address] = await until(kAddress);
    await until(/verdict after/);
    assert.equal((await fetch(address)).status, 200);
    output = "";
    checkout.save(checkout.stepOne);
    await until(/✓ Step 1 is done\. On to step 2: /);
    assert.doesNotMatch(output, /[\x1b\r\b]/, "a pipe is sent what only a terminal understands");
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}

try {
  for (const part of [keysOfAWideTerminal, aNarrowTerminal, aTerminalThatUnderstandsNothing, aPipe]) {
    await part();
    console.log(`ok ${part.name}`);
  }
} finally {
  endTerminals(checkout.folder);
  checkout.remove();
}
