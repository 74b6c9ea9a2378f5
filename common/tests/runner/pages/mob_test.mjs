// node mob_test.mjs CHROMIUM WORKSHOP ROOT BUILD [SHOTS]: a mob at lab 08, in a browser, with real edits; fails with what is
// wrong. With SHOTS, screenshots at two sizes go there.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { kSizes, makeCheckout, open, playwrightOrSkip, start } from "./checkout.mjs";
import { aBreakComesDueOnTheTurnPage, aBuildIsFollowed, aHandlerLoadsForEver, aStepGoesBack, kPatience, noGreenTestIsCut, readersOf, theHelpOpensAndCloses, wordsOfThePage, wrongKeysAreTakenBack } from "./mob_page.mjs";

const [chromium, workshop, root, build, shots] = process.argv.slice(2);
const playwright = playwrightOrSkip();
const kPageAfterTerminalMs = 100;

const browser = await playwright.chromium.launch({ executablePath: chromium, args: ["--no-sandbox"] });
const checkout = makeCheckout(root, build);
const words = ["mob", "8", "Ann", "Bea", "Cem", "--preset", "kit", "--no-open", "--turn", "30"];
const mob = await start(workshop, checkout.folder, words);
const page = await open(browser, mob.address);

const { text, clock, until, look, roles, saved } = readersOf(page, checkout, shots);

try {
  // The first check, before anybody begins.
  await until(() => /done|errors/.test(document.documentElement.dataset.check ?? ""));
  assert.match(await page.evaluate(() => document.documentElement.dataset.check), /done/,
               "lab 08 of this build folder is not up to date: cmake --build --preset kit --target lab08");
  assert.match(await text("#where"), /Lab 8, identity deduplication · step 1 of 2/);
  assert.equal(await text("#step"), "Book a payment once");
  assert.match(await text("#verdict"), /^Step 1: \d+ of 5 tests are red$/);
  assert.equal(await text("#time"), "30:00");
  assert.equal(await roles(), "Ann, Cem; then Bea");
  // The story comes first, and then the failure.
  assert.ok(await page.isVisible("#step-view"), "the room has not heard the story");
  assert.match(await text("#rule"), /the story and the step first.*Enter begins turn 1/);
  assert.match(await text("#step-view"), /^The story.*bookkeeper is at the door.*Goal:.*from_name.*Saving is enough.*payments_handler\.hpp/s);
  await look("begin");
  await page.click("#views button:has-text('Picture')");
  assert.ok(await page.isVisible("#picture-view"), "no picture of the failure");
  assert.match(await page.frameLocator("#picture").locator("body").textContent(), /PaymentBooked|payment/);
  assert.match(await text("#open"), /Open labs\/08-identity-deduplication\/src\/payments_handler\.cpp:16 and save/);
  assert.match(await text("#rule"), /from step 1 to the deciding step.*Nobody types/);
  await look("red");
  assert.match(await text("#slides"), /scripts\/workshop slides 2 makes them/);
  // A key that does nothing now says why.
  await page.keyboard.press("s");
  assert.match(await text("#said"), /no slides yet/);
  await page.keyboard.press("n");
  assert.match(await text("#said"), /Not all tests are green yet/);
  await page.keyboard.press("x");
  assert.equal(await text("#said"), "x is no key of this page; ? shows the keys");
  // What to ask while a test is red, by its sign; the answer says perhaps.
  await page.keyboard.press("q");
  assert.match(await text("#talk-view h2"), /^Question 1 of 2 · duplicate effect: what to ask$/);
  // Of the untouched lab it is the lab's own: nothing dies in this execution, and nobody has written anything yet.
  assert.match(await text("#talk-view .question"), /^At which step could the handler have known/);
  await page.keyboard.press("a");
  assert.match(await text("#talk-view .answer"), /^At load: /);
  await look("ask");
  const first = await text("#talk-view .question");
  await page.keyboard.press("ArrowRight");
  assert.notEqual(await text("#talk-view .question"), first);
  await page.keyboard.press("ArrowLeft");
  assert.equal(await text("#talk-view .question"), first, "there is no way back to a question");
  await page.keyboard.press("ArrowLeft");
  assert.match(await text("#said"), /first question/);
  await page.click("#views button:has-text('Picture')");

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
    await page.setViewportSize(size);
    const box = await drawn.boundingBox();
    assert.ok(box && box.width > size.width / 4, `the diagram has no room at ${size.width}`);
    const rows = await rowsSeen();
    assert.ok(rows >= 5, `${rows} rows of the diagram at ${size.width}`);
    const type = await typeOf([".label", ".value", ".number", ".head .name"]);
    assert.ok(type >= kTypeMin[size.width], `the diagram's type is ${type} px high at ${size.width}`);
    assert.ok(await page.isHidden("#more") && await wider() <= 0, `the diagram is cut at ${size.width}`);
  }
  // It opens at step 1, from where it is read aloud, with no panel until somebody asks for the state.
  assert.equal(await page.frameLocator("#picture").locator("#counter").textContent(), "step 1 of 8");
  assert.ok(await page.frameLocator("#picture").locator("#panel").isHidden());
  await page.keyboard.press("o");
  assert.ok(await page.frameLocator("#picture").locator("#panel").isVisible(), "o does not show the state");
  await page.keyboard.press("o");
  await page.keyboard.press("f");
  await look("full");
  // In large type and where the room votes, every lane is in sight, and so is the sentence above.
  await page.setViewportSize(kSizes[1]);
  await page.keyboard.press("l");
  await page.keyboard.press("p");
  const outside = await page.frameLocator("#picture").locator("#stage").evaluate((stage) =>
    [...stage.querySelectorAll(".head")].map((head) => head.getBoundingClientRect())
      .filter((box) => box.left < -1 || box.right > window.innerWidth + 1).length);
  assert.equal(outside, 0, "a lane is outside where the room votes");
  await page.keyboard.press("p");
  const [head, said] = await page.frameLocator("#picture").locator("header").evaluate((header) =>
    [header, header.querySelector(".what p")].map((each) => [each.getBoundingClientRect().top, each.getBoundingClientRect().bottom]));
  assert.ok(said[0] >= head[0] - 1 && said[1] <= head[1] + 1, "the sentence above the picture is cut in large type");
  await page.keyboard.press("l");
  await page.keyboard.press("End");
  assert.ok(await rowsSeen() >= 6, `${await rowsSeen()} rows of the diagram in full view`);
  assert.match(await text("#full-verdict"), /tests are red/);
  assert.ok(await page.isVisible("#full-verdict"));
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
  await until(() => getComputedStyle(document.querySelector("#tests small")).visibility === "hidden");
  // Where there is no right run, its keys say so.
  await page.keyboard.press("d");
  assert.match(await text("#said"), /no right run/);
  await page.keyboard.press("End");

  // A turn begins, and the clock runs.
  const minutes = (words) => words.match(/^break at (\d\d):(\d\d)$/).slice(1).reduce((hours, rest) => 60 * hours + Number(rest), 0);
  const timeOf = (minute) => [Math.floor(minute / 60) % 24, minute % 60].map((part) => String(part).padStart(2, "0")).join(":");
  const minuteNow = () => 60 * new Date().getHours() + new Date().getMinutes();
  const pressedAt = minuteNow();
  await page.keyboard.press("Enter");
  await until(() => /^29:5[0-8]$/.test(document.getElementById("time").textContent));
  const due = minutes(await text("#break-words"));
  assert.ok([pressedAt, minuteNow()].some((minute) => timeOf(minute + 45) === timeOf(due)), `the break is due at ${timeOf(due)}`);
  // A break is put off, and begun by hand; its page is laid aside, and keys do not go through it.
  await page.keyboard.press("w");
  await until((shown) => document.getElementById("break-words").textContent === shown, `break at ${timeOf(due + 30)}`);

  // Space pauses and goes on, and Enter ends nothing.
  await page.keyboard.press("Space");
  await until(() => document.getElementById("clock-words").textContent === "paused");
  assert.match(await text("#keys"), /Space go on/);
  await page.keyboard.press("Space");
  await until(() => document.getElementById("clock-words").textContent === "turn 1");
  await page.keyboard.press("Enter");
  await page.waitForTimeout(300);
  assert.ok(await page.isHidden("#alert"), "Enter ended a turn");
  assert.equal(await roles(), "Ann, Cem; then Bea");

  // A hint is released.
  await page.keyboard.press("h");
  await until(() => !document.getElementById("hint-view").hidden);
  assert.match(await text("#hint-view h2"), /^Step 1, hint \d of 5/);
  assert.match(mob.output, /Lab 08, step 1, hint/);
  assert.match(await text("#hint-view .left"), /others of this step are left/);
  await look("hint");
  await page.keyboard.press("z");
  assert.ok(await page.isHidden("#hint-view"), "the hint cannot be put away");
  await page.click("#views button:has-text('Hints')");
  assert.match(await text("#hint-view details summary"), /^Step 1, hint/);

  // A hint that is asked for during a check is refused, not kept.
  await page.keyboard.press("r");
  await until(() => /(checking|the tests run)… \d+ s/.test(document.getElementById("verdict").textContent));
  assert.ok(await page.evaluate(() => document.body.classList.contains("stale")), "the old verdict looks like a new one");
  await page.keyboard.press("h");
  await page.waitForSelector("#said", { state: "visible" });
  assert.match(await text("#said"), /read its verdict first/);
  const refused = await page.evaluate(async () => (await fetch("/press", { method: "POST",
    headers: { "Content-Type": "application/json" }, body: JSON.stringify({ key: "h" }) })).status);
  assert.equal(refused, 409);
  await until(() => /done/.test(document.documentElement.dataset.check));
  await page.waitForTimeout(500);
  assert.equal(await page.locator("#hint-view summary, #hint-view .left").count(), 1, "a hint came though it was refused");

  // Real edits: the verdict comes after the terminal's, a compiler's error as well.
  const lates = [];
  lates.push(await saved(checkout.skeleton.replace("order.value.paid +=", "order.value.payd +=")));
  assert.equal(await text("#verdict"), "It does not compile");
  // The line to open is the compiler's.
  assert.match(await text("#open"), /payments_handler\.cpp:18 and save/);
  assert.equal(await text("#news"), "The picture is of the last version that compiled");
  // What the compiler says has the wide side: the file without its folder, the source line as it is written.
  assert.match(await text("#error-view .first .place"), /^payments_handler\.cpp:\d+:\d+$/);
  assert.match(await text("#error-view .first .said"), /payd/);
  for (const size of kSizes) {
    await page.setViewportSize(size);
    const [view, line] = await page.locator("#error-view").evaluate((view) => {
      const source = view.querySelector(".first pre");
      const style = getComputedStyle(source);
      return [view.getBoundingClientRect().width, [style.whiteSpace, source.scrollHeight / parseFloat(style.fontSize)]];
    });
    assert.ok(view > size.width * 0.6, `compile errors have ${view} px at ${size.width}`);
    assert.equal(line[0], "pre", "source lines of an error are wrapped");
  }
  await page.keyboard.press("f");
  assert.equal(await text("#full-verdict"), "It does not compile");
  await look("error-full");
  await page.keyboard.press("f");
  await look("error");
  lates.push(await saved(checkout.twoErrors));
  assert.match(await text("#error-view .left"), /^1 more;/);
  assert.match(await text("#error-view .first .reason"), /because: no known conversion from .*MessageId/);
  await look("error-two");
  lates.push(await aBuildIsFollowed(page, checkout.mistaken, { saved }));
  assert.match(await text("#verdict"), /red$/);
  assert.match(await text("#news"), /✓ 1 green now.*✗ 1 red now.*→ \d+ red in another way/);
  await page.keyboard.press("v");
  await page.keyboard.press("v");
  await look("mistaken");

  // A save that changes nothing leaves a trace.
  lates.push(await saved(`${checkout.mistaken}// a word\n`));
  assert.match(await text("#news"), /saved \d\d:\d\d:\d\d: the same \d+ red, the same failures/);
  await look("same");

  // A crash is one everywhere, with its last step and its line; the next verdict is compared with it.
  lates.push(await saved(checkout.crashing));
  assert.match(await text("#verdict"), /crashed \(SIG(SEGV|TRAP|ILL)\) in test/);
  assert.match(await text("#failure-view"), /payments_handler\.cpp:\d+.*crashed.*1  receive\s+2  load.*►  our own line 18: .*__builtin_trap/s);
  assert.doesNotMatch(await text("main"), /did not end|0 of 1 green/);
  assert.match(await text("#tests li small"), /^crashed \(/);
  assert.match(await text("#open"), /payments_handler\.cpp:18 and save/);
  await look("crash");
  lates.push(await saved(checkout.skeleton));
  assert.match(await text("#tests"), /→ duplicate effect instead of a crash/);

  // With its TODO, the step has no line of its own: it is that of the step that decides the picture; never another step's.
  lates.push(await saved(checkout.skeleton.replace(/.*TODO\(step 1\).*\n/, "")));
  await page.frameLocator("#picture").locator("body.no-state").waitFor();
  await until(() => /:18 and save/.test(document.getElementById("open").textContent));
  await until(() => /deciding step/.test(document.getElementById("rule").textContent));
  // A hint stays beside the tests for the same failure, and makes room for another one.
  await page.keyboard.press("h");
  await until(() => !document.getElementById("hint-view").hidden);

  // So is an endless loop, with the story that the terminal has; tests that did not run are not lost from sight.
  await saved(checkout.looping);
  assert.equal(await text("#rule"), "Read the failure first, aloud: which loop does it not leave, and who should end it?");
  assert.equal(await text("#verdict"), 'stopped: an endless loop in test "a payment is booked once however often it is delivered"');
  assert.ok(await page.isVisible("#failure-view"), "no failure of an endless loop");
  assert.match(await text("#failure-view"), /expected: every handler reaches its next operation\s+got: .*spins without an operation.*1 +receive BookPayment m1\s+2 ► load.*it SPINS/s);
  assert.match(await text("#tests"), /Step 1: 5 tests, not all were run.*stopped: an endless loop.*Step 2: 12 tests, not all were run/s);
  assert.doesNotMatch(await text("main"), /of 1 green|CRASH/);
  assert.match(await text("#failure-view"), /►  our own line 18: .*volatile bool wait/);
  assert.match(await text("#open"), /payments_handler\.cpp:18 and save/);
  await look("endless-loop");
  await page.keyboard.press("q");
  assert.match(await text("#talk-view"), /^Question 1 of \d/);
  for (let i = 0; i < 5; ++i) {
    assert.doesNotMatch(await text("#talk-view .question"), /each process|last fault/);
    await page.keyboard.press("ArrowRight");
  }
  assert.equal(await text("#talk-view .question"), "Which loop does it not leave, and who should change what it waits for?");
  await saved(checkout.skeleton);
  await aHandlerLoadsForEver(page, checkout, { text, look, saved, until });
  await saved(checkout.skeleton);

  // A green step ends the turn: the whole screen says so.
  lates.push(await saved(checkout.stepOne));
  await until(() => !document.getElementById("alert").hidden);
  assert.equal(await text("#alert-why"), "Step 1 is green, which ends the turn");
  assert.equal(await text("#alert-who"), "Bea drives");
  assert.equal(await text("#alert-then"), "Ann navigates");
  assert.equal(await page.evaluate(() => document.documentElement.dataset.chimes), "1");
  await look("step-green");
  // No key goes through it unseen, and a save is seen on it.
  await page.keyboard.press("f");
  assert.ok(!await page.evaluate(() => document.body.classList.contains("full")), "a key has gone through the page");
  assert.match(await text("#said"), /Esc lays this page aside/);
  lates.push(await saved(`${checkout.stepOne}// once more\n`));
  assert.match(await text("#alert-verdict"), /^Step 2: 12 of 12 tests are red$/);
  assert.ok(await page.isVisible("#alert-verdict"), "a save is not seen while a page stands over the tests");
  // Questions on the step that is done; the page is laid aside for them, and a line of it stays.
  await page.keyboard.press("q");
  assert.ok(await page.isHidden("#alert"));
  assert.match(await text("#aside"), /Step 1 is green, which ends the turn · Bea drives · Ann navigates.*Enter begins the turn/);
  assert.match(await text("#talk-view h2"), /Step 1 is green/);
  await page.keyboard.press("a");
  assert.match(await text("#talk-view .answer"), /^What people write: /);
  await look("step-green-questions");
  await page.keyboard.press("Enter");
  await until(() => !document.getElementById("step-view").hidden);  // it leaves the questions
  assert.equal(await roles(), "Bea, Ann; then Cem");
  assert.match(await text("#time"), /^(30:00|29:59)$/);
  assert.equal(await text("#step"), "Announce a payment under the same id each time");
  assert.match(await text("#open"), /payments_handler\.cpp:3\d and save/);
  assert.ok(await page.isHidden("#aside"));
  await page.click("#views button:has-text('The step')");
  assert.match(await text("#step-view h3 >> nth=0"), /Step 2/);
  await look("step-2");
  // What is below is said, and the keyboard gets there.
  await page.setViewportSize(kSizes[1]);
  assert.ok(await page.isVisible("#more"), "nothing says that the step goes on below");
  for (let i = 0; i < 12; ++i) await page.keyboard.press("PageDown");
  await until(() => document.getElementById("more").hidden);
  assert.ok(await page.locator("#step-view").evaluate((view) => view.scrollTop + view.clientHeight >= view.scrollHeight - 4));
  await page.keyboard.press("Home");
  await until(() => document.getElementById("step-view").scrollTop === 0);
  // Wide pictures keep their type, and scroll to the step; the page says that they go on.
  for (let i = 0; i < 12; ++i) {
    await page.keyboard.press("t");
    if (await page.isHidden("#picture-view")) continue;
    await page.frameLocator("#picture").locator("body.no-state").waitFor();
    for (const size of kSizes) {
      await page.setViewportSize(size);
      const type = await typeOf([".label", ".value", ".number", ".head .name"]);
      assert.ok(type >= kTypeMin[size.width], `the type of picture ${i} is ${type} px high at ${size.width}`);
      assert.equal(await page.isVisible("#more"), await wider() > 4, `picture ${i} at ${size.width}: it is cut, or whole, and the page says otherwise`);
    }
  }
  await page.setViewportSize(kSizes[1]);
  await page.locator("#tests li.red:has-text('a retry publishes the events')").evaluate((item) => item.click());
  await page.frameLocator("#picture").locator("body.no-state").waitFor();
  await page.keyboard.press("o");  // the state beside it takes its room
  await until(() => !document.getElementById("more").hidden);
  assert.match(await text("#more"), /f shows more of it/);
  await page.keyboard.press("f");
  await until(() => document.getElementById("more").hidden);
  await page.keyboard.press("f");
  await page.keyboard.press("o");
  // A break by hand: its page is laid aside too.
  await page.keyboard.press("b");
  await until(() => document.getElementById("alert-why").textContent === "Break");
  assert.match(await text("#alert-then"), /^Back at \d\d:\d\d$/);
  await look("break");
  await page.keyboard.press("Escape");
  assert.ok(await page.isHidden("#alert"));
  assert.match(await text("#aside"), /^Break, \d+:\d\d left e ends the break$/);
  await page.keyboard.press("e");
  await until(() => document.getElementById("alert-why").textContent === "The break is over");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await until(() => document.getElementById("aside").hidden);

  await aStepGoesBack(page, checkout, { text, saved });
  await wordsOfThePage(page);
  // A failed assertion with what the terminal has, its test in sight, and finished steps in one line.
  lates.push(await saved(checkout.concatenated));
  await until(() => /1 of \d+ tests? is red/.test(document.getElementById("verdict").textContent));
  await page.setViewportSize(kSizes[1]);
  assert.ok(await page.isVisible("#failure-view"), "no failure beside the tests");
  const failure = await text("#failure-view");
  assert.match(await text("#rule"), /^Read the failing check aloud/);
  assert.match(failure, /outgoing_id_test\.cpp:\d+/);
  assert.match(failure, /REQUIRE\( one != other \)\nis "[0-9a-f-]{36}"\n!=\n.*outgoing_id\(\{ab\}, c, PaymentBooked, 0\)/s);
  assert.match(await text("#tests h2 >> nth=0"), /^Step 1: 5 of 5 green ✓$/);
  assert.equal(await page.locator("#tests li:has-text('however often it is delivered')").count(), 0, "a finished step is not folded");
  assert.equal(await page.locator("#tests li.shown").evaluate((item) => {
    const [box, list] = [item, document.getElementById("tests")].map((each) => each.getBoundingClientRect());
    return box.top >= list.top && box.bottom <= list.bottom + 1;
  }), true, "the red test is out of sight");
  const [verdict, list] = [await page.locator("#verdict").boundingBox(), await page.locator("#tests").boundingBox()];
  assert.ok(verdict.y + verdict.height <= list.y + 1, "the verdict is not over the list");
  await look("assertion");

  await wrongKeysAreTakenBack(page, { text, until, look, roles });

  // Absent people are skipped; a second page says the same, and a page that is gone disturbs nobody.
  const second = await open(browser, mob.address.split("?")[0]);
  await page.keyboard.press("1");
  await until(() => document.getElementById("next").textContent === "Bea", null, second);
  await page.keyboard.press("1");
  await until(() => document.getElementById("next").textContent === "Ann", null, second);
  await second.close();

  // Settings stand in the address, and times in it hold at once.
  await page.goto(`${mob.address.split("?")[0]}?turn=0.05&every=0.02&break=0.05&names=Ann,Bea,Cem,Dan`);
  await until(() => !document.getElementById("alert").hidden);
  assert.equal(await text("#alert-who"), "Break");
  await until(() => location.search.includes("names=Ann%2CBea%2CCem%2CDan"));
  await look("break-due");
  await page.keyboard.press("Enter");
  await until(() => document.getElementById("alert-why").textContent === "Break");
  await until(() => document.getElementById("alert-why").textContent === "The break is over");
  await look("break-over");
  await aBreakComesDueOnTheTurnPage(page, mob.address.split("?")[0], { text, until });
  await theHelpOpensAndCloses(page, { text, until, look });

  // All is green: questions, with the usual answer.
  lates.push(await saved(checkout.solution));
  await until(() => document.getElementById("verdict").textContent === "All 17 tests are green");
  await page.keyboard.press("Enter");
  await until(() => document.getElementById("alert").hidden);
  assert.match(await text("#clock-words"), /discussion/);
  const stands = await text("#time");
  await page.keyboard.press("Enter");
  await page.waitForTimeout(1_200);
  assert.equal(await text("#time"), stands, "the clock runs in the discussion");
  assert.ok(await page.isHidden("#alert"));
  assert.match(await text("#talk-view .question"), /\?/);
  await page.keyboard.press("a");
  await page.waitForSelector("#talk-view .answer");
  await look("green");
  assert.match(await text("#tests li .bound"), /^holds up to \d+ message/);
  await noGreenTestIsCut(page, { text });
  // The last question is the last; n asks before the questions go.
  for (let i = 0; i < 8; ++i) await page.keyboard.press("t");
  assert.match(await text("#talk-view h2"), /^Question 8 of 8$/);
  assert.match(await text("#said"), /last question/);
  await page.keyboard.press("n");
  assert.match(await text("#said"), /^Next: lab \d\d, .*\? n once more goes there/);
  assert.match(await text("#where"), /Lab 8/);
  // The slides' link comes with the file, and opens at the lab.
  fs.mkdirSync(path.join(checkout.folder, "build/slides"), { recursive: true });
  fs.writeFileSync(path.join(checkout.folder, "build/slides/2-correctness.html"), "<title>slides</title><body>slides<script>stepped = 0; Reveal = { next() { ++stepped; } };</script>");
  await page.waitForSelector("#slides a");
  assert.match(await page.getAttribute("#slides a", "href"), /^\/slides\/2-correctness\.html#\/lab-08$/);
  // s shows them here, under clock and verdict, and leads back.
  await page.keyboard.press("s");
  await page.frameLocator("#deck").locator("body").waitFor();
  assert.ok(await page.isVisible("#deck") && await page.isHidden("#tests"));
  assert.ok(await page.isVisible("#full-verdict") && await page.isVisible("#time"), "slides cover verdict and clock");
  await page.keyboard.press("ArrowRight");
  await until(() => document.getElementById("deck").contentWindow.stepped === 1);
  await page.frameLocator("#deck").locator("body").click();
  await page.keyboard.press("s");
  assert.ok(await page.isHidden("#deck") && await page.isVisible("#tests"), "there is no way back from the slides");
  console.log(`shown ${lates.map((ms) => `${ms} ms`).join(", ")} after the terminal`);
  assert.deepEqual(page.complaints.filter((each) => !/status of (400|409)/.test(each)), []);

  // Less motion where a person asks for less; and the page says that the program is gone, and is back when it is back.
  const calm = await open(browser, mob.address.split("?")[0], { reducedMotion: "reduce" });
  assert.equal(await calm.evaluate(() => getComputedStyle(document.getElementById("alert")).animationName), "none");
  // A program that is started anew is given what the page knows: settings, people, turn and clock.
  checkout.save(checkout.mistaken);
  await until(() => document.documentElement.dataset.check?.endsWith("done") && /red/.test(document.getElementById("verdict").textContent), null, calm);
  await until(() => !/discussion/.test(document.getElementById("clock-words").textContent), null, calm);  // told after the verdict
  await calm.keyboard.press("Enter");
  await until(() => document.getElementById("time").textContent < "19:58", null, calm);
  await calm.keyboard.press("4");
  await until(() => document.querySelectorAll("#people .absent").length === 1, null, calm);
  const known = await roles(calm);
  const turns = await text("#clock-words", calm);
  // The other page gives it back first: what this one is refused is no newer clock.
  await calm.route("**/restore", (route) => setTimeout(() => route.continue(), 1_000));
  const restoreOfCalm = calm.waitForResponse("**/restore", { timeout: kPatience });
  await mob.stop();
  await calm.waitForSelector(".away", { state: "visible" });
  assert.match(await text(".away", calm), /Start it again: scripts\/workshop mob \d+ \(clock and names are kept\)/);
  const stoodAt = await text("#time", calm);
  const again = await start(workshop, checkout.folder, words);
  assert.equal(new URL(again.address).port, new URL(mob.address).port, "a restart has another port");
  await calm.waitForSelector(".away", { state: "hidden", timeout: kPatience });
  assert.equal((await restoreOfCalm).status(), 409, "two pages have given the clock back");
  await until(() => document.getElementById("clock-words").textContent === "paused", null, calm)
    .catch(async () => assert.fail(`after a restart the clock is not stopped: ${await text("#clock-words", calm)}, ${await text("#time", calm)}`));
  assert.equal(await text("#time", calm), stoodAt, "the clock of before a restart is gone");
  assert.equal(await roles(calm), known);
  assert.equal(await text("#people .absent", calm), "4 Dan");
  assert.match(calm.url(), /turn=20&.*names=Ann%2CBea%2CCem%2CDan/);
  await calm.keyboard.press("Space");
  await until((shown) => document.getElementById("clock-words").textContent === shown, turns, calm);
  await until(() => /done/.test(document.documentElement.dataset.check ?? ""), null, calm);
  await calm.click("#views button:has-text('Hints')");
  assert.match(await calm.textContent("#hint-view summary"), /^Step 1, hint/, "hints of before the restart are gone");
  await again.stop();
  // The last, because it is the one that a busy machine may fail.
  for (const late of lates) assert.ok(late <= kPageAfterTerminalMs, `the page was ${late} ms after the terminal`);
} catch (error) {
  console.log(mob.output.slice(-3_000));
  console.log(page.complaints);
  if (shots) await page.screenshot({ path: path.join(shots, "mob-failed.png") }).catch(() => {});
  throw error;
} finally {
  mob.child.kill();
  checkout.remove();
  await browser.close();
}
