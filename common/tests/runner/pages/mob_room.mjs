// What the test of the mob's page looks at from the second row: how large its type is, and what a page is told that comes late.
import assert from "node:assert/strict";
import { pictureIsThere } from "./mob_page.mjs";
import { fitsNarrow, gone, kSizes, open, seen, shows, soon, start, toSize } from "./checkout.mjs";

const kStateMin = { 1920: 20, 1280: 16 };
const kWordsMin = { 1920: 30, 1280: 24 };
const kLarger = { 1920: 1.2, 1280: 1.15 };  // than beside the tests; at 1280 five steps must be seen, too

const smallestOf = (page, selector) => page.frameLocator("#picture").locator(selector).evaluateAll((all) => {
  const outer = window.frameElement.getBoundingClientRect().width / window.frameElement.offsetWidth;
  return Math.min(...all.filter((each) => each.checkVisibility() && each.children.length === 0 && each.textContent.trim() !== "")
    .map((each) => parseFloat(getComputedStyle(each).fontSize) * outer));
});

// Six metres away, a sign of 14 pixels of 1280 on a screen of two metres is as high as one in a book: the state and large views, too.
export async function typeIsForARoom(page, typeOf, kTypeMin) {
  await shows(page, "#keys", /l large.*o state/);
  await page.keyboard.press("o");
  await seen(page.frameLocator("#picture").locator("html").page(), "#picture");
  assert.ok(await page.frameLocator("#picture").locator("#panel").isVisible(), "o does not show the state");
  for (const size of kSizes) {
    await toSize(page, size);
    await soon(() => smallestOf(page, "#panel *"), (type) => type >= kStateMin[size.width], `the state's type at ${size.width} in px`);
  }
  await page.keyboard.press("o");
  for (const size of kSizes) {
    await toSize(page, size);
    const beside = await typeOf([".label"]);
    assert.ok(beside >= kTypeMin[size.width]);
    await page.keyboard.press("f");
    await soon(() => typeOf([".label"]), (type) => type >= kLarger[size.width] * beside, `f does not enlarge the picture's ${beside} px at ${size.width}`);
    await page.click("#views button:has-text('The step')");
    await soon(() => page.locator("#step-view p").first().evaluate((each) => parseFloat(getComputedStyle(each).fontSize)),
               (type) => type >= kWordsMin[size.width], `the step's type with f at ${size.width} in px`);
    await page.click("#views button:has-text('Picture')");
    await page.keyboard.press("f");
    await soon(() => typeOf([".label"]), (type) => type <= beside + 0.5, "f does not lead back");
  }
  await toSize(page, kSizes[0]);
  await fitsNarrow(page, ["#step", "#rule", "#verdict", "#tests li.shown", "#picture-view", "#keys"]);
}

// How the first failure of a step ends is hidden until p shows it, whatever else is pressed, and the keys say so; then it is at its start.
export async function aFirstFailureIsPredicted(page, steps) {
  const counter = page.frameLocator("#picture").locator("#counter");
  await page.waitForSelector("body.predicting");
  await shows(page, "#keys", /p to the vote/);
  await gone(page, "#tests li.shown small", "the list tells the sign");
  for (let i = 0; i < steps; ++i) await page.keyboard.press("ArrowRight");
  await page.keyboard.press("End");
  await page.waitForSelector("body.voting");
  await shows(page, "#keys", /p show it/);
  assert.equal(await counter.textContent(), `step ${steps - 1} of ${steps}`);
  await page.keyboard.press("p");
  await page.waitForSelector("body:not(.predicting)");
  await shows(page, "#keys", /p predict/);
  assert.equal(await counter.textContent(), `step ${steps} of ${steps}`);
  await page.keyboard.press("Home");
}

// A failure that is new is hidden until the room has voted, also after the first one was shown; P switches that off, and the page says so.
// What was hidden stays hidden for the same failure, and p leads to the picture from wherever it is pressed.
export async function anotherFailureIsPredicted(page) {
  await pictureIsThere(page);
  await page.waitForSelector("body.predicting");
  await gone(page, "#tests li.shown small", "the list tells the sign of a failure that is new");
  await seen(page, "#news", "how many have turned green is hidden");
  await shows(page, "#rule", /^Read on with → until it stops/);
  await shows(page, "#keys", /P predict first: on/);
  await page.keyboard.press("P");
  await shows(page, "#said", "Predict first: off. New failures are shown at once; p shows this one");
  await shows(page, "#keys", /P predict first: off/);
  assert.match(page.url(), /predict=off/);
  await page.keyboard.press("P");
  await shows(page, "#said", /^Predict first: on/);
  await page.click("#views button:has-text('The step')");
  await page.keyboard.press("p");
  await seen(page, "#picture-view", "p does not lead to the picture");
  await page.waitForSelector("body.predicting:not(.voting)");
}

// A turn that begins while a question stands there, or a picture, leaves it there: its step was read before. Three turns: then the
// same three people have the same roles.
export async function aQuestionStaysForTheNextTurn(page, { until }) {
  const nextTurn = async (key) => {
    await page.keyboard.press("e");
    await until(() => document.getElementById("alert-why").textContent === "The turn is over" && !document.getElementById("alert").hidden);
    if (key) await page.keyboard.press(key);
    await page.keyboard.press("Enter");
    await until(() => document.getElementById("aside").hidden && document.getElementById("alert").hidden && /^turn/.test(document.getElementById("clock-words").textContent));
  };
  await nextTurn("q");
  await seen(page, "#talk-view", "a question is swept away by the next turn");
  await shows(page, "#rule", /Then q leads back\.$/);
  await page.keyboard.press("q");
  await gone(page, "#talk-view", "q does not lead back from the questions");
  await page.click("#views button:has-text('Picture')");
  await nextTurn();
  await nextTurn("Escape");
  await seen(page, "#picture-view", "a picture is swept away by the next turn");
}

// Where every hint was taken, h says so from wherever it is pressed, each time.
async function noHintIsLeft(page) {
  const isNone = () => page.evaluate(() => /are taken; /.test(document.getElementById("hint-view").textContent));
  for (let i = 0; i < 30 && !await isNone(); ++i) {
    await page.keyboard.press("h");
    await page.waitForTimeout(100);
  }
  await page.keyboard.press("z");
  await gone(page, "#hint-view");
  await page.keyboard.press("h");
  await seen(page, "#hint-view", "h is dead once all hints are taken");
  await shows(page, "#said", /^All \d hints of step \d are taken/);
  await page.keyboard.press("z");
}

// A turn that begins while the tests are built: the first failure is predicted all the same, behind the story.
export async function aTurnThatBeginsEarlyIsPredicted(browser, workshop, checkout) {
  checkout.hold(0);
  const mob = await start(workshop, checkout.folder, ["mob", "8", "--preset", "kit", "--no-open"]);
  const page = await open(browser, mob.address);
  await shows(page, "#verdict", /(checking|building)/);
  await page.keyboard.press("Enter");
  await shows(page, "#clock-words", /^turn 1/);
  checkout.release();
  await shows(page, "#verdict", /tests are red$/);
  await shows(page, "#rule", "Read the story and the step aloud. Then v shows the failure.");
  await page.keyboard.press("v");
  await pictureIsThere(page);
  await page.waitForSelector("body.predicting");
  await page.context().close();
  await mob.stop();
}

// What is asked before the vote tells nothing of the failure; behind it come the questions on its sign, with their answers.
export async function theVoteComesBeforeTheQuestions(page, look) {
  await page.keyboard.press("q");
  await shows(page, "#talk-view h2", "Question 1 of 1 · before the vote");
  await look("ask-before-the-vote");
  await page.click("#views button:has-text('Picture')");
  await aFirstFailureIsPredicted(page, 8);
  await page.keyboard.press("q");
  await shows(page, "#talk-view h2", /^Question 1 of 2 · duplicate effect: what to ask$/);
  // Of the untouched lab it is the lab's own: nothing dies in this execution, and nobody has written anything yet.
  await shows(page, "#talk-view .question", /^Suppose a payment is delivered a second time\. At which step/);
  await page.keyboard.press("a");
  await shows(page, "#talk-view .answer", /^At load, if the order keeps/);
  await look("ask");
  const first = await page.textContent("#talk-view .question");
  await page.keyboard.press("ArrowRight");
  assert.notEqual(await page.textContent("#talk-view .question"), first);
  await page.keyboard.press("ArrowLeft");
  assert.equal(await page.textContent("#talk-view .question"), first, "there is no way back to a question");
  await page.keyboard.press("ArrowLeft");
  await shows(page, "#said", /first question/);
  await page.click("#views button:has-text('Picture')");
}

// Green before the first turn: the next step's goal comes before the story, which the room has heard, and its failure is predicted.
export async function aGreenComesEarly(browser, workshop, checkout) {
  const mob = await start(workshop, checkout.folder, ["mob", "8", "--preset", "kit", "--no-open"]);
  const page = await open(browser, mob.address);
  await shows(page, "#rule", /^Read the story and the step aloud\. Then Enter begins turn 1/);
  checkout.save(checkout.stepOne);
  await shows(page, "#step-view", /^Step 2: announce .*The story/s);
  await shows(page, "#rule", "Read the step aloud. Then Enter begins turn 1, with the failure.");
  await page.waitForSelector("body.predicting");
  await page.keyboard.press("v");
  await pictureIsThere(page);
  await aFirstFailureIsPredicted(page, 8);
  // Both ids are named where the failure shows, though the step of the first one has gone from sight.
  await page.keyboard.press("End");
  await soon(() => page.frameLocator("#picture").locator("#caption").textContent(), (text) => /publish PaymentBooked m1#2\.2.* · step 4 has sent it as m1#1\.2/.test(text), "the caption");
  await page.context().close();
  await mob.stop();
  checkout.save(checkout.skeleton);
}

// A page that is opened before the first turn tells the story, also when the verdict is there already.
export async function aPageBeforeTheFirstTurnTellsTheStory(page) {
  const early = await page.context().newPage();
  await early.goto(page.url());
  await shows(early, "#step-view", /^The story/);
  await shows(early, "#rule", /^Read the story and the step aloud\. Then Enter begins turn 1/);
  await early.close();
}

// A page that is opened while the mob is at work offers to tell it from the start: the story, and then the failure, predicted first.
export async function aLatePageIsOfferedTheStory(page) {
  await shows(page, "#said", /opened in the middle\. g tells it from the start/);
  await page.keyboard.press("g");
  await shows(page, "#step-view", /^The story/);
  await shows(page, "#rule", "Read the story and the step aloud. Then v shows the failure.");
  await page.keyboard.press("v");
  await gone(page, "#step-view", "v does not lead from the story to the failure");
}

// What the compiler says has more than half of the page, and a source line stays one.
export async function errorsHaveTheWideSide(page) {
  for (const size of kSizes) {
    await toSize(page, size);
    const [view, line] = await page.locator("#error-view").evaluate((view) => {
      const source = view.querySelector(".first pre");
      const style = getComputedStyle(source);
      return [view.getBoundingClientRect().width, [style.whiteSpace, source.scrollHeight / parseFloat(style.fontSize)]];
    });
    assert.ok(view > size.width * 0.6, `compile errors have ${view} px at ${size.width}`);
    assert.equal(line[0], "pre", "source lines of an error are wrapped");
  }
}

// The code stands beside the tests, and its contract, as text.
export async function theCodeIsShown(page, look) {
  await page.keyboard.press("c");
  await shows(page, "#code-view", /payments_handler\.cpp.*13  Task<void> handle/s);
  // It opens at the function to work on, and no line is wrapped.
  for (const size of kSizes) {
    await toSize(page, size);
    const [over, high, type] = await page.locator("#code-view").evaluate((view) => {
      const [code, head] = [view.querySelector("pre.code"), view.querySelector("[data-line='13']")];
      const style = getComputedStyle(code);
      return [head.getBoundingClientRect().top - view.getBoundingClientRect().top,
              code.scrollHeight / (parseFloat(style.lineHeight) * code.querySelectorAll(".number").length), parseFloat(style.fontSize)];
    });
    if (size === kSizes[0]) assert.ok(over > -2 && over < 60, `handle begins ${over} px below the top of the code`);
    assert.ok(high < 1.1, `lines of code are wrapped at ${size.width}`);
    assert.ok(type >= 15, `code is ${type} px high at ${size.width}`);
  }
  await toSize(page, kSizes[0]);
  await page.keyboard.press("c");
  await shows(page, "#code-view", /payments_handler\.hpp.*Equal arguments give equal ids/s);
  await look("code");
  await fitsNarrow(page, ["#code-view"], null, "the code");
  await page.keyboard.press("c");
  await gone(page, "#code-view");
}

// Broken in the discussion: it goes on with the failure in front, and with the questions once that is undone.
export async function theDiscussionGoesOn(page, checkout) {
  await shows(page, "#clock-words", /discussion/);
  await shows(page, "#rule", /^It is broken, and the discussion goes on/);
  await gone(page, "#step-view", "the failure is not in front");
  checkout.save(checkout.solution);
  await shows(page, "#talk-view", /^Question 1 of 8/);
  await shows(page, "#clock-words", /discussion/);
  // Broken at the third question, and predicted: once it is undone the third question comes back, and nothing is hidden any more.
  for (let i = 0; i < 2; ++i) await page.keyboard.press("t");
  await shows(page, "#talk-view", /^Question 3 of 8/);
  checkout.save(checkout.mistaken);
  await shows(page, "#rule", /^It is broken/);
  await page.keyboard.press("p");
  await page.waitForSelector("body.predicting");
  checkout.save(checkout.solution);
  await shows(page, "#talk-view", /^Question 3 of 8/);
  await seen(page, "#news", "what is told of green is hidden");
  checkout.save(checkout.mistaken);
  await shows(page, "#rule", /^It is broken/);
  await noHintIsLeft(page);
}
