// node play_test.mjs CHROMIUM WORKSHOP ROOT BUILD [SHOTS]: plays lab 08 in a browser: reaches a violation by clicks, undoes
// it, reaches it shorter with the keyboard alone; fails with what is wrong. With SHOTS, screenshots at two sizes go there.
import assert from "node:assert/strict";
import os from "node:os";
import { kSizes, lookAt, makeCheckout, open, playwrightOrSkip, start } from "./checkout.mjs";

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
async function after(action, changes = true) {
  const before = await schedule();
  const shown = page.evaluate(() => new Promise((resolve) => {
    const begin = { at: performance.now() };
    for (const event of ["click", "keydown", "submit"]) {
      addEventListener(event, () => { begin.at = performance.now(); }, { capture: true, once: true });
    }
    new MutationObserver((_, observer) => {
      observer.disconnect();
      resolve(performance.now() - begin.at);
    }).observe(document.documentElement, { attributeFilter: ["data-schedule"] });
  }));
  await action();
  times.push(await shown);
  if (changes) assert.notEqual(await schedule(), before);
}
const click = (words) => after(() => page.locator("#choices button", { hasText: words }).first().click());
const press = (key) => after(() => page.keyboard.press(key));

async function look(name) {
  await lookAt(page, `play-${name}`, shots);
  for (const size of kSizes) {
    await page.setViewportSize(size);
    const cut = await page.locator("#picture").evaluate((picture) => picture.scrollWidth - picture.clientWidth);
    assert.ok(cut <= 0, `the picture is cut at ${size.width}, ${name}: ${cut} px`);
  }
  await page.setViewportSize(kSizes[0]);
}

async function checkPlay() {
  await page.waitForFunction(() => document.documentElement.dataset.schedule);
  const begin = await schedule();
  assert.match(begin, /^[0-9a-f]{4}:\d@$/);
  assert.equal(await page.inputValue("#schedule"), begin);
  assert.match(await text("#challenge"), /Beat the explorer: it breaks this with 1 fault, in \d+ steps/);
  assert.equal(await text("#verdict"), "Nothing has happened yet.");
  await look("start");

  // By clicks: to the end of a right execution, and back.
  await click("receive BookPayment");
  assert.equal(await stepsCount(), 1);
  await click("load Order");
  await look("open");
  await after(() => page.click("#finish"));
  assert.match(await text("#verdict"), /^holds/);
  await after(() => page.click("#reset"));
  assert.equal(await schedule(), begin);
  return begin;
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
  assert.match(await text("#cost"), /^2 faults · /);
  assert.equal(await page.locator("#choices button").count(), 0);
  assert.ok(await page.isVisible("#picture .verdict"), "the picture says what broke");
  await look("broken");

  // Undone, and done again.
  await press("ArrowLeft");
  assert.ok(!(await broken()));
  assert.ok(await page.locator("#choices button").count() > 0);
  await press("ArrowRight");
  assert.equal(await schedule(), failing);
  assert.equal(await text("#verdict"), verdict);

  // Another page sees the same, and may take part.
  const other = await open(browser, play.address);
  await other.waitForFunction((wanted) => document.documentElement.dataset.schedule === wanted, failing);
  await after(() => other.keyboard.press("Home"));
  assert.equal(await schedule(), begin);
  assert.deepEqual(other.complaints, []);
  await other.close();

  // The schedule leads there again; what is none does not, and says so.
  await page.fill("#schedule", "nonsense");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => /not a schedule/.test(document.getElementById("complaint").textContent));
  assert.equal(await schedule(), begin);
  await page.fill("#schedule", failing);
  await after(() => page.keyboard.press("Enter"));
  assert.equal(await text("#verdict"), verdict);
  await page.click("#copy");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), failing);

  // Shorter, with keys alone: the process dies after its first event.
  await page.evaluate(() => document.activeElement?.blur());
  await press("Home");
  for (let i = 0; i < 4; ++i) await press("1");
  const crash = page.locator("#choices button[data-sign='!']").first();
  assert.match(await crash.textContent(), /a crash before publish ReceiptIssued/);
  await press(await crash.locator("kbd").textContent());
  await press("Enter");
  assert.ok(await broken(), await text("#verdict"));
  assert.match(await text("#verdict"), /As few faults as the explorer/);
  assert.ok(await stepsCount() < brokenSteps, `${await stepsCount()} steps, not fewer than ${brokenSteps}`);
  await look("shorter");

  // A save is told: what is played is older.
  assert.equal(await text("#changed"), "");
  checkout.save(checkout.solution);
  await page.waitForFunction(() => /^payments_handler\.cpp was saved, and what is played here is older: .* scripts\/workshop play 8 again$/
    .test(document.getElementById("changed").textContent));
  await look("changed");

  times.sort((a, b) => a - b);
  const [median, longest] = [times[Math.floor(times.length / 2)], times.at(-1)];
  // Of a machine with more to do than it has processors this says nothing.
  const busy = os.loadavg()[0] > 1.5 * os.cpus().length;
  console.log(`${times.length} moves: median ${median.toFixed(0)} ms, longest ${longest.toFixed(0)} ms` +
              (busy ? ", on a machine that is busy" : ""));
  assert.ok(busy || median <= kClickMs, `a move takes ${median.toFixed(0)} ms`);
  assert.deepEqual(page.complaints, []);
} finally {
  await play.stop();
  await browser.close();
  checkout.remove();
}
