// node play_test.mjs CHROMIUM WORKSHOP ROOT BUILD [SHOTS]: plays lab 08 in a browser: reaches a violation by clicks, undoes
// it, reaches it shorter with the keyboard alone; fails with what is wrong. With SHOTS, screenshots at two sizes go there.
import assert from "node:assert/strict";
import { drawn, fitsNarrow, isBusy, kSizes, lookAt, makeCheckout, open, playwrightOrSkip, shows, soon, start, toSize } from "./checkout.mjs";

const [chromium, workshop, root, build, shots] = process.argv.slice(2);
const playwright = playwrightOrSkip();
const kClickMs = 50;

const browser = await playwright.chromium.launch({ executablePath: chromium, args: ["--no-sandbox"] });
const checkout = makeCheckout(root, build);
checkout.save(checkout.stepOne);  // its events have random ids: it takes a fault to break it
const words = ["play", "8", "--preset", "kit", "--no-open", "--test", "a retry publishes the events"];
const play = await start(workshop, checkout.folder, words);
const page = await open(browser, play.address, { reducedMotion: "reduce" });
await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);

const text = (selector, on = page) => on.textContent(selector);
const schedule = (on = page) => on.evaluate(() => document.documentElement.dataset.schedule);
const stepsCount = () => page.$$eval("#picture g.step:not(.base)", (all) =>
  Math.max(0, ...all.map((each) => Number(each.dataset.step))));

// Does something that leads to another schedule; how long the page took to show it, in ms.
const times = [];
async function after(action, changes = true, on = page) {
  const before = await on.evaluate(() => {
    window.shown = new Promise((resolve) => {
      const begin = { at: performance.now() };
      for (const event of ["click", "keydown", "submit"]) {
        addEventListener(event, () => { begin.at = performance.now(); }, { capture: true, once: true });
      }
      new MutationObserver((_, observer) => {
        observer.disconnect();
        resolve(performance.now() - begin.at);
      }).observe(document.documentElement, { attributeFilter: ["data-schedule"] });
    });
    return document.documentElement.dataset.schedule;
  });
  await action();
  times.push(await on.evaluate(() => window.shown));
  if (changes) assert.notEqual(await schedule(on), before);
}
const click = (words) => after(() => page.locator(`#choices button[title*="${words}"]`).first().click());
const press = (key) => after(() => page.keyboard.press(key));

async function look(name) {
  await lookAt(page, `play-${name}`, shots);
  for (const size of kSizes) {
    await toSize(page, size);
    await soon(() => page.locator("#picture").evaluate((picture) => picture.scrollWidth - picture.clientWidth), (cut) => cut <= 0,
               `the picture is cut at ${size.width}, ${name}, in px`);
  }
  await toSize(page, kSizes[0]);
}

async function checkPlay() {
  await page.waitForFunction(() => document.documentElement.dataset.schedule);
  const begin = await schedule();
  assert.match(begin, /^[0-9a-f]{4}:\d@$/);
  assert.equal(await page.inputValue("#schedule"), begin);
  const told = await page.$$eval("#choices button span", (all) => all.map((each) => each.textContent));
  assert.ok(told.some((words) => /receive .*\(DUPLICATED\)/.test(words)), `a delivery has no verb: ${told}`);
  await shows(page, "#challenge", /Beat the explorer: it breaks this with 1 fault, in \d+ steps/);
  await shows(page, "#verdict", "Nothing has happened yet.");
  await look("start");

  // ? says what the keys do, and what the goal is; no key goes through it.
  await page.keyboard.press("?");
  await shows(page, "#help-keys", /something goes wrong.*takes the last step back/s);
  await shows(page, "#goal", "The goal: Break an invariant with fewer faults than the explorer; the oracle judges after each step.");
  await lookAt(page, "play-help", shots);
  await page.keyboard.press("1");
  assert.equal(await schedule(), begin, "a key goes through the help");
  await page.keyboard.press("?");
  await soon(() => page.locator("#help").evaluate((dialog) => dialog.open), (isOpen) => !isOpen, "? does not close what it opens");

  // By clicks: to the end of a right execution, and back.
  await click("receive BookPayment");
  assert.equal(await stepsCount(), 1);
  await click("load Order");
  await look("open");
  await everyChoiceIsInSight();
  await after(() => page.click("#finish"));
  await shows(page, "#verdict", /^holds/);
  await after(() => page.click("#reset"));
  assert.equal(await schedule(), begin);
  return begin;
}

// The answer to a move comes after the next one was told, which another page has made: the page shows what holds.
async function anAnswerComesLate(other) {
  let letGo;
  const held = new Promise((resolve) => { letGo = resolve; });
  await page.route("**/command", async (route) => {
    const response = await route.fetch();
    await held;
    await route.fulfill({ response });
  });
  const late = page.waitForResponse("**/command");
  const begin = await schedule();
  await press("1");  // shown by what is told to all
  await soon(() => schedule(other), (now) => now !== begin, "the other page has not moved");
  await after(() => other.keyboard.press("1"));
  const holds = await schedule(other);
  letGo();
  await (await late).finished();
  await drawn(page);
  assert.equal(await schedule(), holds, "a late answer is shown though it no longer holds");
  await page.unroute("**/command");
  await after(() => other.keyboard.press("Home"));
}

// What the explorer cannot break has a goal, too.
async function theGoalWhenItIsGreen() {
  const right = await start(workshop, checkout.folder, words);
  try {
    const there = await open(browser, right.address);
    await shows(there, "#challenge", /^The goal: The explorer finds nothing that breaks\. Try to beat it: .*\(.+\)$/);
    await lookAt(there, "play-green", shots);
    // An id that is computed is long, and as short as in the picture.
    for (let i = 0; i < 3; ++i) await after(() => there.keyboard.press("1"), false, there);
    const short = (await text("#choices .goes-on span", there)).match(/ ([0-9a-f]{4,8}…)/)?.[1];
    assert.ok(short, await text("#choices", there));
    await after(() => there.keyboard.press("1"), false, there);
    assert.ok((await text("#picture", there)).includes(short), `${short} has another form in the picture`);
    assert.deepEqual(there.complaints, []);
    await there.close();
  } finally {
    await right.stop();
  }
}

// Also in the window of a laptop. What happens to an operation stands beneath it, and does not tell it again.
async function everyChoiceIsInSight() {
  await toSize(page, { width: 1400, height: 860 });
  await click("save Order");
  const choices = await page.$$eval("#choices button", (all) => all.map((each) => ({ words: each.title, told: each.querySelector("span").textContent })));
  assert.ok(choices.length >= 5, "there are few choices here");
  assert.equal(choices.filter((choice) => choice.told.includes("publish PaymentBooked")).length, 1, JSON.stringify(choices));
  assert.ok(choices.every((choice) => choice.words.includes("PaymentBooked") || !choice.words.includes("publish")), JSON.stringify(choices));
  const below = () => page.$eval("#choices", (all) => Math.round(all.lastElementChild.getBoundingClientRect().bottom - document.querySelector("aside").getBoundingClientRect().bottom));
  await soon(below, (px) => px <= 0, "px of the choices below the fold");
  await press("ArrowLeft");
  await toSize(page, kSizes[0]);
}

const broken = () => page.evaluate(() => document.querySelector("header").classList.contains("broken"));

// Two faults, of which one is wasted.
async function breakIt() {
  await click("receive BookPayment");
  await click("a crash before load");
  for (let i = 0; i < 6; ++i) await after(() => page.locator("#choices button.goes-on").first().click());
  await click("a crash before");
  await after(() => page.click("#finish"));
  assert.ok(await broken(), `no violation was reached: ${await text("#verdict")}`);
}

try {
  const begin = await checkPlay();
  await breakIt();
  const failing = await schedule();
  const brokenSteps = await stepsCount();
  const verdict = await text("#verdict");
  assert.match(verdict, /effect/);
  assert.match(verdict, /The explorer took 1 fault\. Undo it/);
  await shows(page, "#cost", /^2 faults · /);
  assert.equal(await page.locator("#choices button").count(), 0);
  assert.ok(await page.isVisible("#picture .verdict"), "the picture says what broke");
  await look("broken");
  await fitsNarrow(page, ["#test", "#verdict", "#picture", "#choices", "#schedule"], shots, "play");

  // Undone, and done again.
  await press("ArrowLeft");
  assert.ok(!(await broken()));
  assert.ok(await page.locator("#choices button").count() > 0);
  await press("ArrowRight");
  assert.equal(await schedule(), failing);
  await shows(page, "#verdict", verdict);

  // Another page sees the same, and may take part.
  const other = await open(browser, play.address);
  await other.waitForFunction((wanted) => document.documentElement.dataset.schedule === wanted, failing);
  await after(() => other.keyboard.press("Home"));
  assert.equal(await schedule(), begin);
  assert.deepEqual(other.complaints, []);
  await anAnswerComesLate(other);
  await other.close();

  // The schedule leads there again; what is none does not, and says so.
  await page.fill("#schedule", "nonsense");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => /not a schedule/.test(document.getElementById("complaint").textContent));
  assert.equal(await schedule(), begin);
  await page.fill("#schedule", failing);
  await after(() => page.keyboard.press("Enter"));
  await shows(page, "#verdict", verdict);
  await page.evaluate(() => navigator.clipboard.writeText(""));
  await page.click("#copy");
  await soon(() => page.evaluate(() => navigator.clipboard.readText()), (copied) => copied === failing, `not ${failing} is copied`);

  // Shorter, with keys alone: the process dies after its first event.
  await page.evaluate(() => document.activeElement?.blur());
  await press("Home");
  for (let i = 0; i < 4; ++i) await press("1");
  const crash = page.locator("#choices button[data-sign='!']").first();
  assert.match(await crash.getAttribute("title"), /a crash before publish ReceiptIssued/);
  await press(await crash.locator("kbd").textContent());
  await press("Enter");
  assert.ok(await broken(), await text("#verdict"));
  await shows(page, "#verdict", /As few faults as the explorer/);
  assert.ok(await stepsCount() < brokenSteps, `${await stepsCount()} steps, not fewer than ${brokenSteps}`);
  await look("shorter");

  // A save is told: what is played is older.
  assert.equal(await text("#changed"), "");
  checkout.save(checkout.solution);
  await page.waitForFunction(() => /^payments_handler\.cpp was saved, and what is played here is older: .* scripts\/workshop play 8 again$/
    .test(document.getElementById("changed").textContent));
  await look("changed");

  await theGoalWhenItIsGreen();

  times.sort((a, b) => a - b);
  const [median, longest] = [times[Math.floor(times.length / 2)], times.at(-1)];
  const busy = isBusy();
  console.log(`${times.length} moves: median ${median.toFixed(0)} ms, longest ${longest.toFixed(0)} ms` +
              (busy ? ", on a machine that is busy" : ""));
  assert.ok(busy || median <= kClickMs, `a move takes ${median.toFixed(0)} ms`);
  assert.deepEqual(page.complaints, []);
} finally {
  await play.stop();
  await browser.close();
  checkout.remove();
}
