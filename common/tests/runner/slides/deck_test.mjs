// node deck_test.mjs CHROMIUM DECKS EXEMPT [SHOTS]: looks at every slide of every deck, at two sizes, and steps every
// execution; fails with what is wrong. EXEMPT lists slides that may be wrong; one that is good fails too. With SHOTS,
// each slide is also written there as a PNG.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { executionNow, faultsOfSlide, kLimits } from "./look.mjs";
import { faultsOfPace } from "./pace.mjs";
import { checkPlanted } from "./planted.mjs";

const [chromium, decks, exemptFile, shots] = process.argv.slice(2);
const kSizes = [{ width: 1280, height: 720 }, { width: 1920, height: 1080 }];
const kExecutionsMin = 25;

const places = [new URL("../../../../.cache/picture/package.json", import.meta.url), import.meta.url];
const playwright = places.flatMap((place) => {
  try {
    return [createRequire(place)("playwright-core")];
  } catch {
    return [];
  }
})[0];
if (!playwright) {
  console.log("skipped: playwright-core is not installed; run scripts/setup --maintainer");
  process.exit(0);
}
const files = fs.existsSync(decks)
  ? fs.readdirSync(decks).filter((name) => name.endsWith(".html")).sort().map((name) => path.join(decks, name)) : [];
if (files.length === 0) {
  console.log("skipped: no slides have been made; run scripts/workshop slides");
  process.exit(0);
}
const browser = await playwright.chromium.launch({ executablePath: chromium, args: ["--no-sandbox"] });

// A deck, open at its first slide. `page.complaints`: what the browser says of it, and every address that it asks for
// besides its own file.
export async function open(file, size) {
  const page = await browser.newPage({ viewport: size });
  page.complaints = [];
  page.on("console", (message) => page.complaints.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => page.complaints.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const address = request.url();
    if (address.startsWith("data:") || address.split(/[?#]/)[0] === pathToFileURL(file).href) return;
    page.complaints.push(`it asks for ${address.slice(0, 100)}`);
  });
  await page.goto(pathToFileURL(file).href);
  await page.waitForFunction(() => window.Reveal?.isReady() && document.querySelector(".slide-number") && document.fonts.status === "loaded");
  return page;
}

// Steps an execution with the arrow keys, to its end and one step back; returns what is wrong.
export async function stepExecution(page) {
  const start = await page.evaluate(executionNow);
  const faults = [];
  const at = await page.evaluate(() => Reveal.getIndices().v);
  for (let step = 1; step <= start.steps; ++step) {
    await page.keyboard.press("ArrowRight");
    const now = await page.evaluate(executionNow).catch(() => null);
    if (now === null || (await page.evaluate(() => Reveal.getIndices().v)) !== at) {
      return [["stepping", `the arrow key leaves the execution at step ${step} of ${start.steps}`]];
    }
    if (now.shown !== step || now.lit.length !== 1 || now.lit[0] !== step) {
      faults.push(["stepping", `after ${step} keys ${now.shown} steps are shown, and ${now.lit} is lit`]);
    } else if (!now.inSight) {
      faults.push(["stepping", `step ${step} is not in sight`]);
    } else if (!now.isTold) {
      faults.push(["stepping", `at step ${step} nothing says what is broken`]);
    }
  }
  if (start.steps === 0) faults.push(["stepping", "the execution has no steps"]);
  await page.keyboard.press("ArrowLeft");
  const back = await page.evaluate(executionNow);
  if (back.shown !== start.steps - 1) faults.push(["stepping", "the arrow key does not step back"]);
  await page.keyboard.press("ArrowRight");
  return faults;
}

// Looks at the slide that is shown: { faults, executions: how many it has }.
export async function lookAtSlide(page) {
  const executions = await page.evaluate(() => Reveal.getCurrentSlide().querySelectorAll(".execution").length);
  const faults = executions > 0 ? await stepExecution(page) : [];
  await page.evaluate(() => {
    for (const each of Reveal.getCurrentSlide().querySelectorAll(".fragment")) each.classList.add("visible");
  });
  return { faults: [...faults, ...(await page.evaluate(faultsOfSlide, kLimits))], executions };
}

// The faults of one kind together.
function grouped(faults) {
  const kinds = new Map();
  for (const fault of faults) kinds.set(fault[0], [...(kinds.get(fault[0]) ?? []), fault]);
  return kinds;
}

// The right arrow alone leads through the whole deck, and leaves out no slide.
async function walk(page, slides) {
  const seen = new Set();
  for (let before = "", now = null; now !== before;) {
    before = now;
    const [slide, ...rest] = await page.evaluate(() =>
      [Reveal.getSlidePastCount(), document.querySelectorAll(".present .fragment.visible").length]);
    seen.add(slide);
    now = `${slide} ${rest}`;
    await page.keyboard.press("ArrowRight");
  }
  return seen.size === slides ? [] : [`the arrow key leads to ${seen.size} of ${slides} slides`];
}

// Alt with an arrow key passes over all steps of an execution, and `?` says so; both ways from before its first step.
async function keysThatFail(page) {
  const { at, next } = await page.evaluate(() => {
    const slides = Reveal.getSlides();
    const at = slides.findIndex((slide, i) => slide.querySelector(".execution") && slides[i + 1]?.parentElement === slide.parentElement);
    return { at, next: at + 1 };
  });
  if (at < 0) return [];
  const now = () => page.evaluate(() => Reveal.getSlides().indexOf(Reveal.getCurrentSlide()));
  const wrong = [];
  await page.evaluate((at) => { const { h, v } = Reveal.getIndices(Reveal.getSlides()[at]); Reveal.slide(h, v, -1); }, at);
  await page.keyboard.press("Alt+ArrowRight");
  if ((await now()) !== next) wrong.push("Alt and the right arrow key do not pass over an execution");
  await page.keyboard.press("Alt+ArrowLeft");
  if ((await now()) !== at) wrong.push("Alt and the left arrow key do not go back over an execution");
  await page.keyboard.press("Shift+Slash");
  const help = await page.waitForSelector(".r-overlay", { timeout: 20_000 }).then((each) => each.innerText(), () => "");
  if (!/Alt .*Pass over all steps/.test(help)) wrong.push("? does not say how to pass over an execution");
  await page.keyboard.press("Escape");
  return wrong;
}

// A deck opens at each of its anchors, `#/lab-08`: the first one when it is loaded, the others in the page.
async function anchorsThatLeadElsewhere(page, file) {
  const ids = await page.evaluate(() => [...document.querySelectorAll(".slides section section[id]")].map((slide) => slide.id));
  const wrong = [];
  const comesTo = (id, timeout) => page.waitForFunction((id) => typeof Reveal !== "undefined" && Reveal.getCurrentSlide()?.id === id, id,
                                                        { timeout }).then(() => true, () => false);
  const isAt = async (id) => {
    if (!await comesTo(id, 20_000)) wrong.push(`#/${id} does not open the slide with this name`);
  };
  for (const id of ids) {
    // Reveal writes its address a while after a key, and may overwrite one that comes in between: no person is so quick.
    for (let tries = 1, there = false; !there && tries <= 3; ++tries) {
      await page.evaluate((id) => { history.replaceState(null, "", "#"); location.hash = `/${id}`; }, id);
      there = await comesTo(id, tries < 3 ? 3000 : 20_000);
      if (!there && tries === 3) wrong.push(`#/${id} does not open the slide with this name`);
    }
  }
  if (ids.length === 0) wrong.push("the deck opens at no lecture");
  const last = ids.at(-1);
  await page.goto(`${pathToFileURL(file).href}#/${last}`);
  await page.reload();
  await page.waitForFunction(() => window.Reveal?.isReady());
  await isAt(last);
  return wrong;
}

async function lookAtDeck(file, size, found) {
  const page = await open(file, size);
  const deck = path.basename(file, ".html");
  const slides = await page.evaluate(() => Reveal.getSlides().map((slide) => ({
    ...Reveal.getIndices(slide), source: slide.dataset.source, title: slide.querySelector("h1").textContent })));
  if (size === kSizes[0]) page.complaints.push(...(await walk(page, slides.length)));
  let executions = 0;
  for (const [i, slide] of slides.entries()) {
    await page.evaluate(({ h, v }) => Reveal.slide(h, v, -1), slide);
    const seen = await lookAtSlide(page);
    executions += seen.executions;
    const key = `${slide.source.replace(/:\d+$/, "")} # ${slide.title}`;
    for (const [kind, all] of grouped(seen.faults)) {
      const more = all.length > 1 ? ` (and ${all.length - 1} more)` : "";
      found.push({ key, kind, words: `${slide.source}: ${slide.title}: ${all[0][1]}${more}, at ${size.width}x${size.height}` });
    }
    if (shots) {
      const folder = path.join(shots, `${size.width}`, deck);
      fs.mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: path.join(folder, `${String(i + 1).padStart(3, "0")}.png`) });
    }
  }
  if (size === kSizes[0]) {
    page.complaints.push(...(await anchorsThatLeadElsewhere(page, file)));
    page.complaints.push(...(await keysThatFail(page)));
    if (deck.startsWith("2-")) page.complaints.push(...(await faultsOfPace(page)));
  }
  for (const words of page.complaints) found.push({ key: deck, kind: "browser", words: `${deck}: ${words}` });
  await page.close();
  return { slides: slides.length, executions };
}

// Faults that no exemption covers, and exemptions that cover none.
function judge(found, exempt) {
  const covers = (each, fault) => each.slide === fault.key && each.kind === fault.kind;
  const bad = found.filter((fault) => !exempt.some((each) => covers(each, fault))).map((fault) => `${fault.kind}: ${fault.words}`);
  for (const each of exempt) {
    if (!each.why) bad.push(`the exemption of ${each.slide} does not say why`);
    if (!found.some((fault) => covers(each, fault))) bad.push(`${each.slide} is exempt from "${each.kind}", and good: take it out of ${exemptFile}`);
  }
  return [...new Set(bad)];
}

try {
  const exempt = JSON.parse(fs.readFileSync(exemptFile, "utf8"));
  const bad = await checkPlanted({ open, lookAtSlide, judge, files, size: kSizes[0] });
  for (const size of kSizes) {
    const found = [];
    let slides = 0;
    let executions = 0;
    for (const file of files) {
      const deck = await lookAtDeck(file, size, found);
      slides += deck.slides;
      executions += deck.executions;
    }
    bad.push(...judge(found, exempt));
    if (executions < kExecutionsMin) bad.push(`${executions} executions stand on slides, and ${kExecutionsMin} are wanted`);
    console.log(`${slides} slides in ${files.length} decks, ${executions} executions, each stepped, at ${size.width}x${size.height}`);
  }
  for (const line of bad) console.log(line);
  process.exitCode = bad.length === 0 ? 0 : 1;
} finally {
  await browser.close();
}
