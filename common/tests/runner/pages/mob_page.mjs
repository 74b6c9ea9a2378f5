// What the tests of the mob's page read from it, and how they save a file in the checkout that it watches.
import assert from "node:assert/strict";
import { kSizes, lookAt } from "./checkout.mjs";

export const kPatience = 60_000;

// Each reads from `page`, if not from another one; `look` looks for faults of the layout at both sizes, and keeps pictures in
// the folder `shots`, if there is one.
export function readersOf(page, checkout, shots) {
  const text = (selector, on = page) => on.textContent(selector);
  const clock = (key, on = page) => on.evaluate((name) => document.getElementById(name).textContent, key);
  const until = (test, value, on = page) => on.waitForFunction(test, value, { timeout: kPatience, polling: 20 });
  const look = (name) => lookAt(page, `mob-${name}`, shots);
  const roles = async (on = page) =>
    `${await clock("driver", on)}, ${await clock("navigator", on)}; then ${await clock("next", on)}`;
  // Saves, and waits for the verdict; how long after the terminal the page has shown it, in ms.
  const saved = async (source) => {
    const before = await page.evaluate(() => document.documentElement.dataset.check);
    const handle = page.evaluate(() => new Promise((resolve) => {
      const root = document.documentElement;
      new MutationObserver(() => {
        if (/done|errors/.test(root.dataset.check)) resolve(Date.now() - Number(root.dataset.toldAt));
      }).observe(root, { attributeFilter: ["data-told-at"] });
    }));
    checkout.save(source);
    const late = await handle;
    assert.notEqual(await page.evaluate(() => document.documentElement.dataset.check), before);
    return late;
  };
  return { text, clock, until, look, roles, saved };
}

// A wrong key is taken back by the same key, with turn and clock, and the page says so.
export async function wrongKeysAreTakenBack(page, { text, until, look, roles }) {
  const wrongKeys = [["3", /^Cem leaves: Ann drives\. 3 again takes it back$/], ["e", /^The turn is ended\. e again takes it back$/],
                     ["b", /^A break is begun\. b again takes it back$/]];
  const [turn, whose] = [await text("#clock-words"), await roles()];
  const left = await text("#time");
  for (const [key, said] of wrongKeys) {
    await page.keyboard.press(key);
    await until((pattern) => new RegExp(pattern).test(document.getElementById("said").textContent), said.source);
    assert.ok(await page.isVisible("#said"), `nothing says that ${key} can be taken back`);
    if (key !== "b") assert.notEqual(await roles(), whose);
    await look(`take-back-${key}`);
    await page.keyboard.press(key);
    await until((shown) => document.getElementById("driver").textContent === shown, whose.split(",")[0]);
    await until(() => document.getElementById("alert").hidden);
    assert.equal(await roles(), whose);
    assert.equal(await text("#clock-words"), turn, `${key} twice is another turn`);
    assert.ok(Number(left.split(":")[0]) - Number((await text("#time")).split(":")[0]) <= 1, `${key} twice costs time`);
  }
}

// A handler whose operations have no end is a livelock in every test, also where no explorer runs it, long before what hangs is
// stopped; who goes round, from where, and what to ask and to hint at then.
export async function aHandlerLoadsForEver(page, checkout, { text, look, saved, until }) {
  const began = Date.now();
  await saved(checkout.skeleton.replace("  // TODO(step 1)",
    "  while (true) order = co_await context.store().load<Order>(command.order_id);\n  // TODO(step 1)"));
  assert.ok(Date.now() - began < 50_000, "what hangs was waited for");
  assert.match(await text("#verdict"), /^Step 1: 5 of 5 tests are red$/);
  assert.match(await text("#open"), /payments_handler\.cpp:16 and save/);
  assert.match(await text("#tests"), /→ livelock instead of duplicate effect(?!,)/);
  await until(() => /again and again, and who could end it/.test(document.getElementById("rule").textContent));
  const picture = page.frameLocator("#picture");
  assert.match(await picture.locator("#expectation").textContent(), /because: payments-1 and payments-2 go round, .*load Order/);
  assert.ok(await picture.locator("#expectation").evaluate((each) => parseFloat(getComputedStyle(each).fontSize)) >= 20);
  assert.equal(await picture.locator("svg >> nth=0").locator("g.deciding").last().getAttribute("data-step"), "3");
  for (const size of kSizes) {
    await page.setViewportSize(size);
    await until(() => {  // the page measures anew when it has its size, and no test of the list is cut
      const list = document.getElementById("tests");
      return list.scrollHeight <= list.clientHeight + 1;
    });
    assert.match(await text("#tests .others"), /^… and \d more red: t shows the next$/);
  }
  await look("loads-for-ever");
  await page.keyboard.press("End");
  const left = picture.locator("#left-out");
  assert.match(await left.textContent(), /^… 2,\d{3} more steps are not shown: it goes round and round$/);
  const [note, stage] = [await left.boundingBox(), await picture.locator("#stage").boundingBox()];
  assert.ok(note.height > 15 && note.y + note.height <= stage.y + stage.height + 1, "what is not shown is not said in sight");
  await page.keyboard.press("q");
  assert.match(await text("#talk-view .question"), /^What is done again and again, .* for it to end/);
  await page.keyboard.press("h");
  await until(() => /: livelock$/.test(document.querySelector("#hint-view h2")?.textContent ?? ""));
  assert.match(await text("#hint-view"), /hint 1 of 2, for this failure: livelock.*It goes round and round.*1 more on a loop/s);
  await look("loads-for-ever-hint");
  await page.keyboard.press("z");
}

// A list of green tests beside a question is cut between two tests, and what has no room is counted.
export async function noGreenTestIsCut(page, { text }) {
  for (const size of kSizes) {
    await page.setViewportSize(size);
    await page.waitForFunction(() => {
      const list = document.getElementById("tests");
      return list.scrollHeight <= list.clientHeight + 1;
    });
    assert.match(await text("#tests .others"), /^… and \d+ more, green$/);
    assert.match(await text("#tests"), /Step 2: \d+ of \d+ green/);
  }
}

// How far a build is comes to the page while it builds.
export async function aBuildIsFollowed(page, source, { saved }) {
  await page.evaluate(() => {
    window.verdicts = [];
    new MutationObserver(() => window.verdicts.push(document.getElementById("verdict").textContent))
      .observe(document.getElementById("verdict"), { childList: true, characterData: true, subtree: true });
  });
  const late = await saved(source);
  const verdicts = await page.evaluate(() => window.verdicts);
  assert.ok(verdicts.some((words) => /building 1 of 2… \d+ s$/.test(words)), `how far it builds is not told: ${verdicts.join(" | ")}`);
  return late;
}

// A step that is red again has its failure beside the tests, not its words, which the room knows.
export async function aStepGoesBack(page, checkout, { text, saved }) {
  await page.click("#views button:has-text('The step')");
  await saved(checkout.skeleton);
  assert.match(await text("#where"), /step 1 of 2$/);
  assert.ok(await page.isVisible("#picture-view"), "no failure of a step that is red again");
  await saved(checkout.stepOne);
  assert.ok(await page.isVisible("#step-view"), "the step that it goes on to is not shown");
}

// Emphasis goes over the end of a line, and how far a build is stands in place of that it checks.
export async function wordsOfThePage(page) {
  const [inner, building] = await page.evaluate(async () => {
    const { words } = await import("/words.js");
    const { verdictText } = await import("/mob_tests.js");
    const parent = document.createElement("div");
    words(parent, "one **two\nthree** and *four\nfive*");
    return [parent.innerHTML, verdictText({ state: "checking", saved: "", began_at_ms: Date.now(), parts: 12, parts_done: 3 })];
  });
  assert.equal(inner, "<p>one <strong>two three</strong> and <em>four five</em></p>");
  assert.equal(building, "building 3 of 12… 0 s");
}

// A break that comes due while the page of a turn stands there is on it: Enter does what the page says.
export async function aBreakComesDueOnTheTurnPage(page, address, { text, until }) {
  await page.goto(`${address}?turn=0.05&every=0.2&break=0.05&names=Ann,Bea,Cem,Dan`);
  await until(() => location.search.includes("every=0.2&"));
  await page.keyboard.press("Enter");
  await until(() => document.getElementById("alert-why").textContent === "The turn is over");
  assert.match(await text("#alert-who"), / drives$/);
  await until(() => document.getElementById("alert-who").textContent === "Break");
  assert.match(await text("#alert-key"), /^Enter begins the break/);
  await page.keyboard.press("w");
  await until(() => / drives$/.test(document.getElementById("alert-who").textContent));
}

// ? opens keys and settings, and closes them; a key goes into no field.
export async function theHelpOpensAndCloses(page, { text, until, look }) {
  await page.keyboard.press("?");
  await page.keyboard.press("v");
  assert.equal(await page.inputValue("input[name=turn]"), "0.05");
  await page.keyboard.press("?");
  const helpIsOpen = () => page.locator("#help").evaluate((dialog) => dialog.open);
  assert.ok(!await helpIsOpen(), "? does not close what it opens");
  for (let i = 0; i < 5; ++i) {  // keys wait while a page is busy, and come before it is drawn again
    const busy = page.evaluate(() => { for (const end = performance.now() + 50; performance.now() < end;) {} });
    await Promise.all([busy, ...[1, 2, 3].flatMap(() => [page.keyboard.down("?"), page.keyboard.up("?")])]);
    assert.ok(await helpIsOpen(), "a ? right after another is lost");
    await page.keyboard.press("?");
  }
  await page.keyboard.press("?");
  assert.match(await text("#help-keys"), /pause the clock.*end this turn.*predict/s);
  await look("help");
  await page.fill("input[name=turn]", "x");
  await page.click("#settings button");
  await until(() => /number of minutes/.test(document.getElementById("settings-answer").textContent));
  await page.fill("input[name=turn]", "20");
  await page.fill("input[name=every]", "45");
  await page.click("#settings button");
  await until(() => !document.getElementById("help").open);
  assert.match(page.url(), /turn=20/);
  await page.keyboard.press("Enter");
}
