// What the tests of the mob's page read from it, and how they save a file in the checkout that it watches.
import assert from "node:assert/strict";
import { drawn, gone, isBusy, kSizes, lookAt, seen, shows, soon, toSize } from "./checkout.mjs";

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
    const before = await page.evaluate(() => {
      const root = document.documentElement;
      window.nextVerdict = new Promise((resolve) => {
        new MutationObserver(() => {
          if (/done|errors/.test(root.dataset.check)) resolve(Date.now() - Number(root.dataset.toldAt));
        }).observe(root, { attributeFilter: ["data-told-at"] });
      });
      return root.dataset.check;
    });
    checkout.save(source);
    const late = await page.evaluate(() => window.nextVerdict);
    assert.notEqual(await page.evaluate(() => document.documentElement.dataset.check), before);
    return late;
  };
  const rolesAre = (wanted, on = page) => soon(() => roles(on), (found) => found === wanted, `not ${wanted}`);
  return { text, until, look, roles, rolesAre, saved };
}

// The picture of the chosen failure is there, and not the one before it.
export async function pictureIsThere(page) {
  await page.waitForFunction(() => {
    const frame = document.getElementById("picture");
    return frame.dataset.shown !== undefined && frame.dataset.shown === frame.getAttribute("src");
  }, null, { timeout: kPatience, polling: 20 });
  await drawn(page);
}

// A key of a picture that is pressed while the picture is on its way is its first one.
export async function aKeyWaitsForItsPicture(page) {
  const wanted = () => page.getAttribute("#picture", "src");
  const before = await wanted();
  let letGo;
  const held = new Promise((resolve) => { letGo = resolve; });
  await page.route("**/pictures/**", (route) => held.then(() => route.continue()));
  for (let i = 0; i < 20 && await wanted() === before; ++i) await page.keyboard.press("t");
  assert.notEqual(await wanted(), before, "there is no other picture");
  await page.keyboard.press("ArrowRight");
  letGo();
  await pictureIsThere(page);
  await page.unroute("**/pictures/**");
  assert.match(await page.frameLocator("#picture").locator("#counter").textContent(), /^step 1 of/, "a key is lost while a picture comes");
}

const kWrongKeys = [["3", /^Cem leaves: Ann drives\. 3 again takes it back$/], ["e", /^The turn is ended\. e again takes it back$/],
                    ["b", /^A break is begun\. b again takes it back$/]];
const toldAs = ([key, said], page, until) => page.keyboard.press(key)
  .then(() => until((pattern) => new RegExp(pattern).test(document.getElementById("said").textContent), said.source));

// A wrong key is taken back by the same key, with turn and clock, and the page says so.
export async function wrongKeysAreTakenBack(page, { text, until, roles, rolesAre }) {
  const [turn, whose] = [await text("#clock-words"), await roles()];
  const left = await text("#time");
  for (const wrong of kWrongKeys) {
    const [key] = wrong;
    await toldAs(wrong, page, until);
    await seen(page, "#said", `nothing says that ${key} can be taken back`);
    if (key !== "b") assert.notEqual(await roles(), whose);
    await page.keyboard.press(key);
    await rolesAre(whose);
    await gone(page, "#alert");
    await shows(page, "#clock-words", turn);  // the same turn
    assert.ok(Number(left.split(":")[0]) - Number((await text("#time")).split(":")[0]) <= 1, `${key} twice costs time`);
  }
}

// They are looked at on their own, because a key is taken back for some seconds only: this may take longer.
export async function wrongKeysAreLookedAt(page, { until, look }) {
  for (const wrong of kWrongKeys) {
    await toldAs(wrong, page, until);
    await look(`take-back-${wrong[0]}`);
    if (wrong[0] === "b") await page.keyboard.press("e");  // the break's end: the same after any time
    if (wrong[0] === "3") {
      await page.keyboard.press("3");
      await until(() => document.querySelectorAll("#people .absent").length === 0);
    } else {
      await until(() => ["The turn is over", "The break is over"].includes(document.getElementById("alert-why").textContent));
      await page.keyboard.press("Enter");
      await until(() => /^turn/.test(document.getElementById("clock-words").textContent));
    }
  }
}

// A handler whose operations have no end is a livelock in every test, also where no explorer runs it, long before what hangs is
// stopped; who goes round, from where, and what to ask and to hint at then.
export async function aHandlerLoadsForEver(page, checkout, { text, look, saved, until }) {
  const began = Date.now();
  await saved(checkout.skeleton.replace("  // TODO(step 1)",
    "  while (true) order = co_await context.store().load<Order>(command.order_id);\n  // TODO(step 1)"));
  assert.ok(isBusy() || Date.now() - began < 50_000, "what hangs was waited for");
  await shows(page, "#verdict", /^Step 1: 5 of 5 tests are red$/);
  await shows(page, "#open", /payments_handler\.cpp:16$/);
  await shows(page, "#tests", /→ livelock instead of duplicate effect(?!,)/);
  await pictureIsThere(page);
  for (let i = 0; i < 2; ++i) await page.keyboard.press("p");  // it is new, so it is predicted
  await until(() => /again and again, and who could end it/.test(document.getElementById("rule").textContent));
  const picture = page.frameLocator("#picture");
  assert.match(await picture.locator("#expectation").textContent(), /because: payments-1 and payments-2 go round, .*load Order/);
  assert.ok(await picture.locator("#expectation").evaluate((each) => parseFloat(getComputedStyle(each).fontSize)) >= 20);
  assert.equal(await picture.locator("svg >> nth=0").locator("g.deciding").last().getAttribute("data-step"), "3");
  for (const size of kSizes) {
    await toSize(page, size);
    await until(() => {  // the page measures anew when it has its size, and no test of the list is cut
      const list = document.getElementById("tests");
      return list.scrollHeight <= list.clientHeight + 1;
    });
    await shows(page, "#tests .others", /^… and \d more red: t shows the next$/);
  }
  await look("loads-for-ever");
  await page.keyboard.press("End");
  const left = picture.locator("#left-out");
  assert.match(await left.textContent(), /^… 2,\d{3} more steps are not shown: it goes round and round$/);
  const [note, stage] = [await left.boundingBox(), await picture.locator("#stage").boundingBox()];
  assert.ok(note.height > 15 && note.y + note.height <= stage.y + stage.height + 1, "what is not shown is not said in sight");
  await page.keyboard.press("q");
  await shows(page, "#talk-view .question", /^What is done again and again, .* for it to end/);
  await page.keyboard.press("h");
  await until(() => /: livelock$/.test(document.querySelector("#hint-view h2")?.textContent ?? ""));
  await shows(page, "#hint-view", /hint 1 of 2, for this failure: livelock.*It goes round and round.*1 more on the loop/s);
  await look("loads-for-ever-hint");
  await page.keyboard.press("z");
}

// A static makes every other story impossible: only what it says itself is told, and what the file keeps is named.
export async function aHandlerRemembers(page, checkout, { look, saved }) {
  await saved(checkout.remembering);
  await shows(page, "#rule", /what does the handler remember from the attempt before\? Then q asks; then work on what line \d+ keeps, and save\.$/);
  await shows(page, "#failure-view", /not deterministic: .*most likely a static/s);
  await look("remembers");
  await page.keyboard.press("q");
  await shows(page, "#talk-view", /^Question 1 of \d · not deterministic/);
  await page.click("#views button:has-text('Failure')");
  for (let i = 0; i < 12; ++i) {
    await page.keyboard.press("t");
    if (!/not deterministic: /.test(await page.textContent("#failure-view"))) break;
  }
  await shows(page, "#failure-view", /Not to be believed yet: the handler remembers something from another execution/);
  await shows(page, "#rule", /^Not to be believed yet/);
  await gone(page, "#picture-view", "an impossible story is shown");
  await look("not-believed");
}

// A list of green tests beside a question is cut between two tests, and what has no room is counted.
export async function noGreenTestIsCut(page, { text }) {
  for (const size of kSizes) {
    await toSize(page, size);
    await page.waitForFunction(() => {
      const list = document.getElementById("tests");
      return list.scrollHeight <= list.clientHeight + 1;
    });
    await shows(page, "#tests .others", /^… and \d+ more tests, green$/);
    await shows(page, "#tests", /Step 2: \d+ of \d+ green/);
  }
  for (const view of ["The step", "Hints", "Questions"]) {
    await page.click(`#views button:has-text('${view}')`);
    await shows(page, "#tests .others", /^… and \d+ more tests, green$/);
  }
}

// How far a build is comes to the page while it builds.
export async function aBuildIsFollowed(checkout, source, { saved, until }) {
  checkout.hold(1);
  const late = saved(source);
  await until(() => /building 1 of 2… \d+ s$/.test(document.getElementById("verdict").textContent));
  checkout.release();
  return late;
}

// A step that is red again has its failure beside the tests, not its words, which the room knows.
export async function aStepGoesBack(page, checkout, { text, saved }) {
  await page.click("#views button:has-text('The step')");
  await toSize(page, kSizes[1]);
  await page.keyboard.press("End");
  assert.ok(await page.locator("#step-view").evaluate((view) => view.scrollTop) > 0);
  await saved(checkout.skeleton);
  await shows(page, "#where", /step 1 of 2$/);
  await seen(page, "#picture-view", "no failure of a step that is red again");
  await saved(checkout.stepOne);
  await seen(page, "#step-view", "the step that it goes on to is not shown");
  assert.equal(await page.locator("#step-view").evaluate((view) => view.scrollTop), 0, "another step does not begin at its top");
  await toSize(page, kSizes[0]);
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
  await seen(page, "#alert");  // of the break before: the clock is known, so a key counts
  await page.keyboard.press("Enter");
  await until(() => document.getElementById("alert-why").textContent === "The turn is over");
  await shows(page, "#alert-who", / drives$/);
  await until(() => document.getElementById("alert-who").textContent === "Break");
  await shows(page, "#alert-key", /^Enter begins the break/);
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
  await shows(page, "#help-keys", /pause the clock.*end this turn.*predict/s);
  await look("help");
  await page.fill("input[name=turn]", "x");
  await page.click("#settings button");
  await until(() => /number of minutes/.test(document.getElementById("settings-answer").textContent));
  await page.fill("input[name=turn]", "20");
  await page.fill("input[name=every]", "45");
  await page.click("#settings button");
  await until(() => !document.getElementById("help").open);
  await until(() => /turn=20/.test(location.search));
  await page.keyboard.press("Enter");
  await until(() => /^turn/.test(document.getElementById("clock-words").textContent));
}
