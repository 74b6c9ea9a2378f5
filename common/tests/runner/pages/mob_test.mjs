// node mob_test.mjs CHROMIUM WORKSHOP ROOT BUILD [SHOTS]: a mob at lab 08, in a browser, with real edits; fails with what is
// wrong. With SHOTS, screenshots at two sizes go there.
import assert from "node:assert/strict";
import path from "node:path";
import { gone, isBusy, kSizes, makeCheckout, open, playwrightOrSkip, seen, shows, soon, start, toSize } from "./checkout.mjs";
import { aRestartKeepsWhatThePageKnows, slidesAreShownHere } from "./mob_end.mjs";
import { anotherFailureIsPredicted, aQuestionStaysForTheNextTurn, aLatePageIsOfferedTheStory, aGreenComesEarly, aPageBeforeTheFirstTurnTellsTheStory, aTurnThatBeginsEarlyIsPredicted, errorsHaveTheWideSide, theCodeIsShown, theDiscussionGoesOn, theVoteComesBeforeTheQuestions, typeIsForARoom } from "./mob_room.mjs";
import { aBreakComesDueOnTheTurnPage, aBuildIsFollowed, aHandlerLoadsForEver, aHandlerRemembers, aKeyWaitsForItsPicture, aStepGoesBack, kPatience, noGreenTestIsCut, pictureIsThere, readersOf, theHelpOpensAndCloses, wordsOfThePage, wrongKeysAreLookedAt, wrongKeysAreTakenBack } from "./mob_page.mjs";

const [chromium, workshop, root, build, shots] = process.argv.slice(2);
const playwright = playwrightOrSkip();
const kPageAfterTerminalMs = 100;

const browser = await playwright.chromium.launch({ executablePath: chromium, args: ["--no-sandbox"] });
const checkout = makeCheckout(root, build);
await aTurnThatBeginsEarlyIsPredicted(browser, workshop, checkout);
await aGreenComesEarly(browser, workshop, checkout);
const words = ["mob", "8", "Ann", "Bea", "Cem", "--preset", "kit", "--no-open", "--turn", "30"];
const mob = await start(workshop, checkout.folder, words);
let again = null;  // the same, started anew
const page = await open(browser, mob.address);

const { text, until, look, roles, rolesAre, saved } = readersOf(page, checkout, shots);

try {
  // The first check, before anybody begins.
  await until(() => /done|errors/.test(document.documentElement.dataset.check ?? ""));
  assert.match(await page.evaluate(() => document.documentElement.dataset.check), /done/,
               "lab 08 of this build folder is not up to date: cmake --build --preset kit --target lab08");
  await shows(page, "#where", /Lab 8, identity deduplication · step 1 of 2/);
  await shows(page, "#step", "Book a payment once");
  await shows(page, "#verdict", /^Step 1: \d+ of 5 tests are red$/);
  await shows(page, "#time", "30:00");
  await shows(page, "#minutes", "6 minutes as a mob");
  await rolesAre("Ann, Cem; then Bea");
  await seen(page, "#step-view", "the room has not heard the story");
  await shows(page, "#rule", /^Read the story and the step aloud\. Then Enter begins turn 1, with the failure\.$/);
  await shows(page, "#step-view", /^The story.*bookkeeper is at the door.*Goal:.*from_name.*Saving is enough.*payments_handler\.hpp/s);
  await look("begin");
  await aPageBeforeTheFirstTurnTellsTheStory(page);
  await page.click("#views button:has-text('Picture')");
  await seen(page, "#picture-view", "no picture of the failure");
  await pictureIsThere(page);
  assert.match(await page.frameLocator("#picture").locator("body").textContent(), /PaymentBooked|payment/);
  await shows(page, "#open", /^payments_handler\.cpp:16$/);
  await shows(page, "#rule", "Enter begins turn 1.");
  await look("red");
  await shows(page, "#slides", "");  // said when somebody wants them
  // A key that does nothing now says why.
  await page.keyboard.press("s");
  await shows(page, "#said", /^No slides yet: first scripts\/setup --slides, then scripts\/workshop slides 2$/);
  await page.keyboard.press("n");
  await shows(page, "#said", /Not all tests are green yet/);
  await page.keyboard.press("x");
  await shows(page, "#said", "x is no key of this page; ? shows the keys");
  await theVoteComesBeforeTheQuestions(page, look);

  const rowsSeen = () => page.frameLocator("#picture").locator("#stage").evaluate((stage) => {
    const frame = stage.getBoundingClientRect();
    const top = frame.top + (stage.querySelector("g.heads")?.getBoundingClientRect().height ?? 0);
    return [...stage.querySelectorAll("g.step .band")].map((band) => band.getBoundingClientRect())
      .filter((box) => box.top >= top - 2 && box.bottom <= frame.bottom + 2).length;
  });
  const drawn = page.frameLocator("#picture").locator("main svg").first();
  // Its type, as it is seen, for the second row.
  const typeOf = (names) => page.frameLocator("#picture").locator("main svg").first().evaluate((svg, names) => {
    const outer = window.frameElement.getBoundingClientRect().width / window.frameElement.offsetWidth;
    const scale = svg.getScreenCTM().a * outer;
    return Math.min(...names.flatMap((name) => [...svg.querySelectorAll(name)])
      .map((text) => parseFloat(getComputedStyle(text).fontSize) * scale));
  }, names);
  const wider = () => page.frameLocator("#picture").locator("#stage").evaluate((stage) => stage.scrollWidth - stage.clientWidth);
  const kTypeMin = { 1920: 20, 1280: 14 };
  for (const size of kSizes) {
    await toSize(page, size);
    const box = await drawn.boundingBox();
    assert.ok(box && box.width > size.width / 4, `the diagram has no room at ${size.width}`);
    await soon(rowsSeen, (rows) => rows >= 5, `rows of the diagram at ${size.width}`);
    const type = await typeOf([".label", ".value", ".number", ".head .name"]);
    assert.ok(type >= kTypeMin[size.width], `the diagram's type is ${type} px high at ${size.width}`);
    await soon(async () => await page.isHidden("#more") && await wider() <= 0, (whole) => whole, `the diagram is cut at ${size.width}`);
  }
  // It opens at its start, from where it is read aloud, with no panel until somebody asks for the state.
  assert.equal(await page.frameLocator("#picture").locator("#counter").textContent(), "start, 8 steps");
  assert.ok(await page.frameLocator("#picture").locator("#panel").isHidden());
  await typeIsForARoom(page, typeOf, kTypeMin);
  await page.keyboard.press("f");
  await look("full");
  // In large type and where the room votes, every lane is in sight, and so is the sentence above.
  await toSize(page, kSizes[1]);
  await page.keyboard.press("l");
  await page.keyboard.press("p");
  const outside = await page.frameLocator("#picture").locator("#stage").evaluate((stage) =>
    [...stage.querySelectorAll(".head")].map((head) => head.getBoundingClientRect())
      .filter((box) => box.left < -1 || box.right > window.innerWidth + 1).length);
  assert.equal(outside, 0, "a lane is outside where the room votes");
  for (let i = 0; i < 2; ++i) await page.keyboard.press("p");
  const [head, said] = await page.frameLocator("#picture").locator("header").evaluate((header) =>
    [header, header.querySelector(".what p")].map((each) => [each.getBoundingClientRect().top, each.getBoundingClientRect().bottom]));
  assert.ok(said[0] >= head[0] - 1 && said[1] <= head[1] + 1, "the sentence above the picture is cut in large type");
  await page.keyboard.press("l");
  await page.keyboard.press("End");
  await soon(rowsSeen, (rows) => rows >= 5, "rows of the diagram in full view");
  await shows(page, "#full-verdict", /tests are red/);
  await seen(page, "#full-verdict");
  await page.keyboard.press("f");

  // The arrows step the picture, though the page has the keyboard.
  const slider = () => page.frameLocator("#picture").locator("#slider").inputValue();
  const before = await slider();
  await page.keyboard.press("ArrowLeft");
  assert.notEqual(await slider(), before, "an arrow does not step the picture");

  // So do the picture's own letters, in this page and in the picture.
  const large = () => page.frameLocator("#picture").locator("html.large").count();
  await page.keyboard.press("l");
  assert.equal(await large(), 1, "l does not reach the picture");
  await page.keyboard.press("l");
  assert.equal(await large(), 0);
  await page.keyboard.press("p");
  assert.equal(await page.frameLocator("#picture").locator("html.predict").count(), 1, "p does not reach the picture");
  await until(() => getComputedStyle(document.querySelector("#tests small")).display === "none");
  // Where the room votes, and where there is no right run, its keys say so.
  await page.keyboard.press("d");
  await shows(page, "#said", /Vote first/);
  await page.keyboard.press("p");  // it is at the vote already
  await page.keyboard.press("d");
  await shows(page, "#said", /no right run/);
  await page.keyboard.press("End");

  // A turn begins, and the clock runs.
  const minutes = (words) => words.match(/^break at (\d\d):(\d\d)$/).slice(1).reduce((hours, rest) => 60 * hours + Number(rest), 0);
  const timeOf = (minute) => [Math.floor(minute / 60) % 24, minute % 60].map((part) => String(part).padStart(2, "0")).join(":");
  const minuteNow = () => 60 * new Date().getHours() + new Date().getMinutes();
  const pressedAt = minuteNow();
  await page.keyboard.press("Enter");
  await until(() => /^29:[0-5]\d$/.test(document.getElementById("time").textContent) && document.getElementById("time").textContent < "29:59");
  const due = minutes(await text("#break-words"));
  assert.ok([pressedAt, minuteNow()].some((minute) => timeOf(minute + 45) === timeOf(due)), `the break is due at ${timeOf(due)}`);
  // A break is put off, and begun by hand; its page is laid aside, and keys do not go through it.
  await page.keyboard.press("w");
  // A minute more or less: how long the page's word is on its way counts.
  await until((shown) => shown.includes(document.getElementById("break-words").textContent), [29, 30, 31].map((more) => `break at ${timeOf(due + more)}`));

  // Space pauses and goes on, and Enter ends nothing.
  await page.keyboard.press("Space");
  await until(() => document.getElementById("clock-words").textContent === "paused");
  await shows(page, "#keys", /Space go on/);
  await shows(page, "#rule", "The clock is paused: Space lets it go on.");
  await page.keyboard.press("Space");
  await until(() => document.getElementById("clock-words").textContent === "turn 1");
  await page.keyboard.press("Enter");
  await page.waitForTimeout(300);
  await gone(page, "#alert", "Enter ended a turn");
  await rolesAre("Ann, Cem; then Bea");

  // A hint is released.
  await page.keyboard.press("h");
  await until(() => !document.getElementById("hint-view").hidden);
  await shows(page, "#hint-view h2", /^Step 1, hint \d of 5/);
  await soon(() => mob.output, (output) => /Lab 08, step 1, hint/.test(output), "the terminal has no hint");
  await shows(page, "#hint-view .left", /others of this step are left/);
  await look("hint");
  await page.keyboard.press("z");
  await gone(page, "#hint-view", "the hint cannot be put away");
  await page.click("#views button:has-text('Hints')");
  await shows(page, "#hint-view details summary", /^Step 1, hint/);

  // r checks again.
  const checked = await page.evaluate(() => document.documentElement.dataset.check);
  await page.keyboard.press("r");
  await until((before) => /done/.test(document.documentElement.dataset.check) && document.documentElement.dataset.check !== before, checked);

  // A hint that is asked for during a check is refused, not kept.
  checkout.hold(0);
  checkout.save(`${checkout.skeleton}// held\n`);
  await until(() => /(checking|building 0 of 2)… \d+ s/.test(document.getElementById("verdict").textContent));
  assert.ok(await page.evaluate(() => document.body.classList.contains("stale")), "the old verdict looks like a new one");
  await page.keyboard.press("h");
  await seen(page, "#said");
  await shows(page, "#said", /read its verdict first/);
  const refused = await page.evaluate(async () => (await fetch("/press", { method: "POST",
    headers: { "Content-Type": "application/json" }, body: JSON.stringify({ key: "h" }) })).status);
  assert.equal(refused, 409);
  checkout.release();
  await until(() => /done/.test(document.documentElement.dataset.check));
  await page.waitForTimeout(500);
  assert.equal(await page.locator("#hint-view summary, #hint-view .left").count(), 1, "a hint came though it was refused");

  // Real edits: the verdict comes after the terminal's, a compiler's error as well.
  const lates = [];
  lates.push(await saved(checkout.skeleton.replace("order.value.paid +=", "order.value.payd +=")));
  await shows(page, "#verdict", "It does not compile");
  // The line to open is the compiler's.
  await shows(page, "#open", /payments_handler\.cpp:18$/);
  await shows(page, "#rule", "Mend the first error, payments_handler.cpp:18, and save.");
  await shows(page, "#news", "The picture is of the last version that compiled");
  // What the compiler says has the wide side: the file without its folder, the source line as it is written.
  await shows(page, "#error-view .first .place", /^payments_handler\.cpp:\d+:\d+$/);
  await shows(page, "#error-view .first .said", /payd/);
  await errorsHaveTheWideSide(page);
  await page.keyboard.press("f");
  await shows(page, "#full-verdict", "It does not compile");
  await look("error-full");
  await page.keyboard.press("f");
  await look("error");
  lates.push(await saved(checkout.twoErrors));
  await shows(page, "#error-view .left", /^1 more;/);
  await shows(page, "#error-view .first .reason", /because: no known conversion from .*MessageId/);
  await look("error-two");
  lates.push(await aBuildIsFollowed(checkout, checkout.mistaken, { saved, until }));
  await shows(page, "#verdict", /red$/);
  await shows(page, "#news", /✓ 1 turned green.*✗ 1 turned red.*→ \d+ red in another way/);
  await anotherFailureIsPredicted(page);
  await page.keyboard.press("v");
  await page.keyboard.press("v");
  await look("mistaken");

  // A save that changes nothing leaves a trace.
  lates.push(await saved(`${checkout.mistaken}// a word\n`));
  await shows(page, "#news", /saved \d\d:\d\d:\d\d: the same \d+ red, the same failures?$/);
  await look("same");

  // A crash is one everywhere, with its last step and its line; the next verdict is compared with it.
  lates.push(await saved(checkout.crashing));
  await shows(page, "#verdict", /crashed \(SIG(SEGV|TRAP|ILL)\) in test/);
  await shows(page, "#failure-view", /payments_handler\.cpp:\d+.*crashed.*1  receive\s+2  load.*►  our own line 18: .*__builtin_trap/s);
  assert.doesNotMatch(await text("main"), /did not end|0 of 1 green/);
  await shows(page, "#tests li small", /^crashed \(/);
  await shows(page, "#open", /payments_handler\.cpp:18$/);
  await look("crash");
  lates.push(await saved(checkout.skeleton));
  await shows(page, "#tests", /→ duplicate effect instead of a crash/);
  await pictureIsThere(page);
  await gone(page, "body.predicting", "what was revealed is hidden again");

  // Without its TODO the step has its function; where the failure shows is told, and nobody is sent there.
  lates.push(await saved(checkout.skeleton.replace(/.*TODO\(step 1\).*\n/, "")));
  await pictureIsThere(page);
  await shows(page, "#open", /payments_handler\.cpp:13$/);
  await shows(page, "#rule", "Say in one sentence what goes wrong at ►; it shows at line 18. Then work on handle, lines 13 to 28, and save.");
  await theCodeIsShown(page, look);
  // A hint stays beside the tests for the same failure, and makes room for another one.
  await page.keyboard.press("h");
  await until(() => !document.getElementById("hint-view").hidden);

  // So is an endless loop, with the story that the terminal has; tests that did not run are not lost from sight.
  await saved(checkout.looping);
  await shows(page, "#rule", /^Read the failure aloud: which loop does it not leave, and who should end it\?/);
  await shows(page, "#verdict", 'stopped: an endless loop in test "a payment is booked once however often it is delivered"');
  await seen(page, "#failure-view", "no failure of an endless loop");
  await shows(page, "#failure-view", /expected: every handler reaches its next operation\s+got: .*spins without an operation.*1 +receive BookPayment m1\s+2 ► load.*it SPINS/s);
  await shows(page, "#tests", /Step 1: 5 tests, not all were run.*stopped: an endless loop.*Step 2: 12 tests, not all were run/s);
  assert.doesNotMatch(await text("main"), /of 1 green|CRASH/);
  await shows(page, "#failure-view", /►  our own line 18: .*volatile bool wait/);
  await shows(page, "#open", /payments_handler\.cpp:18$/);
  await look("endless-loop");
  await page.keyboard.press("q");
  await shows(page, "#talk-view", /^Question 1 of \d/);
  for (let i = 0; i < 5; ++i) {
    assert.doesNotMatch(await text("#talk-view .question"), /each process|last fault/);
    await page.keyboard.press("ArrowRight");
  }
  await shows(page, "#talk-view .question", "Which loop does it not leave, and who should change what it waits for?");
  await saved(checkout.skeleton);
  await aHandlerRemembers(page, checkout, { look, saved });
  await saved(checkout.skeleton);
  await aHandlerLoadsForEver(page, checkout, { text, look, saved, until });
  await saved(checkout.skeleton);

  // A green step ends the turn: the whole screen says so.
  lates.push(await saved(checkout.stepOne));
  await until(() => !document.getElementById("alert").hidden);
  await shows(page, "#alert-why", "Step 1 is green, which ends the turn");
  await shows(page, "#alert-who", "Bea drives");
  await shows(page, "#alert-then", "Ann navigates");
  assert.equal(await page.evaluate(() => document.documentElement.dataset.chimes), "1");
  await look("step-green");
  // No key goes through it unseen, and a save is seen on it.
  await page.keyboard.press("f");
  assert.ok(!await page.evaluate(() => document.body.classList.contains("full")), "a key has gone through the page");
  await shows(page, "#said", /Esc lays this page aside/);
  lates.push(await saved(`${checkout.stepOne}// once more\n`));
  await shows(page, "#alert-verdict", /^Step 2: 12 of 12 tests are red$/);
  await seen(page, "#alert-verdict", "a save is not seen while a page stands over the tests");
  // Questions on the step that is done; the page is laid aside for them, and a line of it stays.
  await page.keyboard.press("q");
  await gone(page, "#alert");
  await shows(page, "#aside", /Step 1 is green, which ends the turn · Bea drives · Ann navigates.*Enter begins the turn/);
  await gone(page, "#rule", "beside the line of the turn there is another order");
  await shows(page, "#talk-view h2", /^Question 1 of \d · step 1 is green/);
  await page.keyboard.press("a");
  await shows(page, "#talk-view .diagnosis", /^This test is red then: /);
  await look("step-green-questions");
  await page.keyboard.press("Enter");
  await until(() => !document.getElementById("step-view").hidden);  // it leaves the questions
  await rolesAre("Bea, Ann; then Cem");
  await shows(page, "#time", /^(30:00|29:59)$/);
  await shows(page, "#step", "Announce a payment under the same id each time");
  await shows(page, "#open", /payments_handler\.cpp:3\d$/);
  await gone(page, "#aside");
  await page.click("#views button:has-text('The step')");
  await shows(page, "#step-view h3 >> nth=0", /Step 2/);
  await look("step-2");
  // What is below is said, and the keyboard gets there.
  await toSize(page, kSizes[1]);
  await seen(page, "#more", "nothing says that the step goes on below");
  for (let i = 0; i < 12; ++i) await page.keyboard.press("PageDown");
  await until(() => document.getElementById("more").hidden);
  assert.ok(await page.locator("#step-view").evaluate((view) => view.scrollTop + view.clientHeight >= view.scrollHeight - 4));
  await page.keyboard.press("Home");
  await until(() => document.getElementById("step-view").scrollTop === 0);
  // Wide pictures keep their type, and scroll to the step; the page says that they go on.
  for (let i = 0; i < 12; ++i) {
    await page.keyboard.press("t");
    if (await page.isHidden("#picture-view")) continue;
    await pictureIsThere(page);
    for (const size of kSizes) {
      await toSize(page, size);
      const type = await typeOf([".label", ".value", ".number", ".head .name"]);
      assert.ok(type >= kTypeMin[size.width], `the type of picture ${i} is ${type} px high at ${size.width}`);
      await soon(async () => await page.isVisible("#more") === await wider() > 4, (right) => right,
                 `picture ${i} at ${size.width}: it is cut, or whole, and the page says otherwise`);
    }
  }
  await toSize(page, kSizes[1]);
  await page.locator("#tests li.red:has-text('a retry publishes the events')").evaluate((item) => item.click());
  await pictureIsThere(page);
  await page.keyboard.press("o");  // the state beside it takes its room
  await until(() => !document.getElementById("more").hidden);
  await shows(page, "#more", /f shows more of it/);
  await page.keyboard.press("f");
  await until(() => document.getElementById("more").hidden);
  await page.keyboard.press("f");
  await page.keyboard.press("o");
  // A break by hand: its page is laid aside too.
  await page.keyboard.press("b");
  await until(() => document.getElementById("alert-why").textContent === "Break");
  await shows(page, "#alert-then", /^Back at \d\d:\d\d$/);
  await look("break");
  await page.keyboard.press("Escape");
  await gone(page, "#alert");
  await shows(page, "#aside", /^Break, \d+:\d\d left e ends the break$/);
  await page.keyboard.press("e");
  await until(() => document.getElementById("alert-why").textContent === "The break is over");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await until(() => document.getElementById("aside").hidden);
  await aKeyWaitsForItsPicture(page);
  await aQuestionStaysForTheNextTurn(page, { until });
  await aStepGoesBack(page, checkout, { text, saved });
  await wordsOfThePage(page);
  // A failed assertion with what the terminal has, its test in sight, and finished steps in one line.
  lates.push(await saved(checkout.concatenated));
  await until(() => /1 of \d+ tests? is red/.test(document.getElementById("verdict").textContent));
  await toSize(page, kSizes[1]);
  await seen(page, "#failure-view", "no failure beside the tests");
  const failure = await text("#failure-view");
  await shows(page, "#rule", /^Read the failing check aloud/);
  assert.match(failure, /outgoing_id_test\.cpp:\d+/);
  assert.match(failure, /REQUIRE\( one != other \)\nis "[0-9a-f-]{36}"\n!=\n.*outgoing_id\(\{ab\}, c, PaymentBooked, 0\)/s);
  await shows(page, "#tests h2 >> nth=0", /^Step 1: 5 of 5 green ✓$/);
  assert.equal(await page.locator("#tests li:has-text('however often it is delivered')").count(), 0, "a finished step is not folded");
  await soon(() => page.locator("#tests li.shown").evaluate((item) => {
    const [box, list] = [item, document.getElementById("tests")].map((each) => each.getBoundingClientRect());
    return box.top >= list.top && box.bottom <= list.bottom + 1;
  }), (inSight) => inSight, "the red test is out of sight");
  const [verdict, list] = [await page.locator("#verdict").boundingBox(), await page.locator("#tests").boundingBox()];
  assert.ok(verdict.y + verdict.height <= list.y + 1, "the verdict is not over the list");
  await look("assertion");

  await wrongKeysAreTakenBack(page, { text, until, roles, rolesAre });

  // Absent people are skipped; a second page says the same, and a page that is gone disturbs nobody.
  const second = await open(browser, mob.address.split("?")[0]);
  await aLatePageIsOfferedTheStory(second);
  await page.keyboard.press("1");
  await until(() => document.getElementById("next").textContent === "Bea", null, second);
  await page.keyboard.press("1");
  await until(() => document.getElementById("next").textContent === "Ann", null, second);
  await second.close();
  await wrongKeysAreLookedAt(page, { until, look });

  // Settings stand in the address, and times in it hold at once.
  await page.goto(`${mob.address.split("?")[0]}?turn=0.05&every=0.02&break=0.05&names=Ann,Bea,Cem,Dan`);
  await until(() => !document.getElementById("alert").hidden);
  await shows(page, "#alert-who", "Break");
  await until(() => location.search.includes("names=Ann%2CBea%2CCem%2CDan"));
  await look("break-due");
  await page.evaluate(() => {  // a short break may be over before anybody looks
    const why = document.getElementById("alert-why");
    window.whys = [];
    new MutationObserver(() => { if (window.whys.at(-1) !== why.textContent) window.whys.push(why.textContent); }).observe(why, { childList: true });
  });
  await page.keyboard.press("Enter");
  await until(() => document.getElementById("alert-why").textContent === "The break is over");
  assert.deepEqual(await page.evaluate(() => window.whys.slice(-2)), ["Break", "The break is over"]);
  await look("break-over");
  await aBreakComesDueOnTheTurnPage(page, mob.address.split("?")[0], { text, until });
  await theHelpOpensAndCloses(page, { text, until, look });

  // All is green: questions, with the usual answer.
  lates.push(await saved(checkout.solution));
  await until(() => document.getElementById("verdict").textContent === "All 17 tests are green");
  await seen(page, "#alert");  // the clock is told after the verdict
  await page.keyboard.press("Enter");
  await until(() => document.getElementById("alert").hidden);
  await shows(page, "#clock-words", /discussion/);
  const stands = await text("#time");
  await page.keyboard.press("Enter");
  await page.waitForTimeout(1_200);
  assert.equal(await text("#time"), stands, "the clock runs in the discussion");
  await gone(page, "#alert");
  await shows(page, "#talk-view .question", /\?/);
  await page.keyboard.press("a");
  await page.waitForSelector("#talk-view .answer");
  await look("green");
  await shows(page, "#tests li .bound", /^holds up to \d+ message/);
  await noGreenTestIsCut(page, { text });
  // The last question is the last; n asks before the questions go.
  for (let i = 0; i < 8; ++i) await page.keyboard.press("t");
  await shows(page, "#talk-view h2", /^Question 8 of 8$/);
  await shows(page, "#said", /last question/);
  await page.keyboard.press("n");
  await shows(page, "#said", /^Next: lab \d\d, .*\? n once more goes there/);
  await shows(page, "#where", /Lab 8/);
  await slidesAreShownHere(page, checkout, { until });
  console.log(`shown ${lates.map((ms) => `${ms} ms`).join(", ")} after the terminal`);
  assert.deepEqual(page.complaints.filter((each) => !/status of (400|409)/.test(each)), []);

  // Less motion where a person asks for less.
  const calm = await open(browser, mob.address.split("?")[0], { reducedMotion: "reduce" });
  assert.equal(await calm.evaluate(() => getComputedStyle(document.getElementById("alert")).animationName), "none");
  checkout.save(checkout.mistaken);
  await until(() => document.documentElement.dataset.check?.endsWith("done") && /red/.test(document.getElementById("verdict").textContent), null, calm);
  await theDiscussionGoesOn(calm, checkout);
  await aRestartKeepsWhatThePageKnows([page, calm], mob, async () => {
    again = await start(workshop, checkout.folder, ["mob", "8", "--preset", "kit", "--no-open"]);  // without names and times
    return again;
  }, { text, until, roles, rolesAre });
  const median = lates.sort((a, b) => a - b)[Math.floor(lates.length / 2)];
  assert.ok(isBusy() || median <= kPageAfterTerminalMs, `the page was ${median} ms after the terminal`);
} catch (error) {
  console.log(mob.output.slice(-3_000));
  console.log(page.complaints);
  if (shots) await page.screenshot({ path: path.join(shots, "mob-failed.png") }).catch(() => {});
  throw error;
} finally {
  for (const each of [mob, again]) await each?.stop();
  checkout.remove();
  await browser.close();
}
