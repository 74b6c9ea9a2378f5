// node picture_test.mjs CHROMIUM PAGES SHOTS: opens every page, does what a person does, and fails with what is
// wrong. Screenshots of the first pages go to SHOTS.
import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [chromium, pages, shots] = process.argv.slice(2);
// Where scripts/setup --maintainer has put it, or wherever node looks from here.
const places = [new URL("../../../../.cache/picture/package.json", import.meta.url), import.meta.url];
const found = places.flatMap((place) => {
  try {
    return [createRequire(place)("playwright-core")];
  } catch {
    return [];
  }
});
if (found.length === 0) {
  console.log("skipped: playwright-core is not installed; run scripts/setup --maintainer");
  process.exit(0);
}
const playwright = found[0];

const kSizes = [{ width: 1920, height: 1080 }, { width: 1280, height: 720 }];
const browser = await playwright.chromium.launch({ executablePath: chromium, args: ["--no-sandbox"] });

async function open(file, options = {}, hash = "") {
  const context = await browser.newContext({ viewport: kSizes[0], ...options });
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (message) => page.complaints.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => page.complaints.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith("file:")) page.complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(pathToFileURL(file) + hash);
  return page;
}

const texts = (page, selector) => page.$$eval(selector, (all) => all.map((each) => each.textContent));
const trace = (page, id) => page.$eval(`#${id}-trace`, (script) => JSON.parse(script.textContent));
const stepNow = (page) => page.$eval("#slider", (slider) => Number(slider.value));

// The step that is lit, and those before and after it.
async function checkLight(page, run, step) {
  const groups = await page.$$eval(`#${run}-picture g.step`, (all) =>
    all.map((each) => ({ step: Number(each.dataset.step), now: each.classList.contains("now"),
                         future: each.classList.contains("future") })));
  assert.ok(groups.length > 0);
  for (const group of groups) {
    assert.equal(group.now, group.step === step, `step ${group.step} at step ${step}`);
    assert.equal(group.future, group.step > step);
  }
}

// What is drawn of a step are the words of its text, with a space between what stands above its arrow and below it; what has no
// room is cut between them, with a sign for it.
async function checkDrawnWords(page, run, now, step) {
  const all = await page.$$eval(`#${run}-picture svg`, (drawings, step) => drawings.map((svg) =>
    [...svg.querySelectorAll(`g.step[data-step="${step}"]:not(.base)`)].flatMap((group) => [...group.querySelectorAll("text.label, text.value")].map((text) => [...text.childNodes].map((node, i) =>
      (i > 0 && node.getAttribute?.("dx") ? " " : "") + node.textContent).join(""))).join(" ")), step);
  const words = (text) => text.replaceAll(/[\s():]+/g, " ").trim();
  const whole = words(now.text).match(/[^\s{}[\],→]+/g);
  for (const drawn of all) {  // one for the page, one in large type
    let from = 0;
    for (const piece of words(drawn).split(/,? ?…(?: \d+ more)?/)) {
      const at = words(now.text).indexOf(piece, from);
      assert.ok(at >= 0, `step ${step} is drawn as "${drawn}", and is "${now.text}"`);
      from = at + piece.length;
    }
    // No word is cut: each is one of the text, or the beginning or the end of a long id or a path.
    for (const word of words(drawn).replaceAll(/… \d+ more/g, " ").match(/[^\s{}[\],→]+/g) ?? []) {
      if (word === "…" || whole.includes(word)) continue;
      const id = word.replace("…", "");
      assert.ok(word.includes("…") && whole.some((each) => each.length > 12 && each.includes(id)),
                `step ${step}: "${word}" is cut in "${drawn}" of "${now.text}"`);
    }
  }
}

async function checkStep(page, run, data, step) {
  await checkLight(page, run, step);
  const words = async (selector) => (await page.innerText(selector)).replaceAll(/\s+/g, " ").trim();
  if (step > 0) {  // as it is read: no space between two words is lost
    const now = data.steps[step - 1];
    const name = data.processes[now.process] ?? now.process;
    const who = now.process === undefined ? [] : [name, ...(now.attempt && now.attempt !== name ? ["·", now.attempt] : [])];
    const caption = await words("#caption");
    assert.ok(caption.startsWith([step, ...who, now.text].join(" ")), `caption "${caption}"`);
    const [, id, delivery] = now.operation === "receive" && /^(.+)#(\d+)$/.exec(now.attempt) || [];
    if (id) assert.match(caption, new RegExp(`${id}#${delivery}: the ${delivery}(st|nd|rd|th) delivery of message ${id}`), "a delivery's name is not explained");
    const drawn = /(\S+#\d+)\.\d+: (an id made at random|the attempt's own id)/.exec(caption);
    if (drawn && data.steps.some((each) => each.operation === "receive" && each.attempt === drawn[1])) assert.match(caption, /the attempt's own id|\(the 1st is the attempt's own\)/);
  }
  if (data.violation) {
    const { expected, got } = data.violation;
    const header = await words("#expectation");
    assert.ok(header.startsWith(`expected: ${expected} · got: ${got}`.replaceAll(/\s+/g, " ")), `header "${header}"`);
  }
  if (step > 0) await checkDrawnWords(page, run, data.steps[step - 1], step);
  const state = step === 0 ? data.start : data.steps[step - 1].after;
  const effects = await texts(page, "#panel .effects .count");
  assert.equal(effects.length, (state.effects ?? []).length);
  (state.effects ?? []).forEach((effect, i) => {
    const wanted = effect.count === 1 ? "once" : effect.count > 1 ? `${effect.count} times` : effect.name;
    assert.ok(effects[i].includes(wanted), `effect "${effects[i]}" of ${effect.count}`);
  });
  if (step > 0) {
    const titles = await page.$$eval(`#${run}-picture svg g.step[data-step="${step}"]:not(.base) > title`, (all) => all.map((each) => each.textContent));
    assert.ok(titles.length > 0 && titles.every((title) => title.endsWith(data.steps[step - 1].text)), `step ${step} has not all of its words: ${titles}`);
  }
  const panel = await page.textContent("#panel");
  for (const document of state.documents ?? []) assert.ok(panel.includes(document.key));
  for (const sent of state.sent ?? []) assert.ok(panel.includes(sent.id));
}

async function checkKeys(page) {
  const data = await trace(page, "failing");
  const last = data.steps.length;
  const deciding = data.steps.findIndex((each) => each.deciding) + 1;
  assert.equal(await stepNow(page), deciding || last, "a page opens at the step that decides");
  const offer = /Home: from the start; P: the same up to the step that decides, for a vote$/;
  assert.match(await page.textContent("#caption"), offer);
  if (deciding === last) {
    await page.keyboard.press("ArrowRight");
    assert.match(await page.textContent("#caption"), offer, "where there is no step to go on to, the offer stays");
  }
  await page.keyboard.press("Home");
  await checkStep(page, "failing", data, 0);
  assert.match(await page.textContent("#caption"), /\S+#1 is the 1st delivery of message \S+/, "how deliveries are named is not said");
  for (let step = 1; step <= last; ++step) {
    await page.keyboard.press(step % 2 === 0 ? "ArrowRight" : "Space");
    assert.equal(await stepNow(page), step);
    await checkStep(page, "failing", data, step);
  }
  await page.keyboard.press("ArrowRight");
  assert.equal(await stepNow(page), last, "there is no step after the last");
  await page.keyboard.press("ArrowLeft");
  assert.equal(await stepNow(page), last - 1);
  await page.keyboard.press("End");
  assert.equal(await stepNow(page), last);
  await page.keyboard.press("Space");
  assert.equal(await stepNow(page), 0, "space starts again");
  await page.$eval("#slider", (slider) => { slider.value = "2"; slider.dispatchEvent(new Event("input")); });
  await checkStep(page, "failing", data, 2);
  await page.click("#next");
  assert.equal(await stepNow(page), 3);
  await page.click("#failing-picture g.step[data-step='1'] .number");
  assert.equal(await stepNow(page), 1);
  assert.match(page.url(), /#step=1$/);
}

async function checkSwitch(page) {
  const right = await trace(page, "right");
  assert.equal(right.violation, null, "the right run is right");
  await page.keyboard.press("End");
  await page.keyboard.press("r");
  assert.equal(await page.textContent("#badge"), "holds");
  assert.ok(await page.isHidden("#failing-picture") && await page.isVisible("#right-picture"));
  const [r, g] = await page.$eval("#badge", (badge) =>
    getComputedStyle(badge).backgroundColor.match(/\d+/g).map(Number));
  assert.ok(g > r, "the right run is green");
  await page.keyboard.press("End");
  await checkStep(page, "right", right, right.steps.length);
  await page.click("#show-failing");
  assert.ok(await page.isVisible("#failing-picture"));
  const failing = await trace(page, "failing");
  assert.equal(await page.textContent("#badge"), failing.violation.name);
}

// A narrow window, and a zoom of 200 %: the page scrolls, and nothing goes over its edge.
async function checkNarrow(page) {
  for (const size of [{ width: 400, height: 800 }, { width: 640, height: 360 }]) {
    await page.setViewportSize(size);
    await page.waitForFunction(({ width }) => innerWidth === width && document.documentElement.scrollWidth <= width, size, { timeout: 5_000 });
    for (const part of ["#badge", "#expectation", "#stage", "#panel", "#caption", "#slider"]) {
      await page.locator(part).scrollIntoViewIfNeeded();
      const box = await page.locator(part).boundingBox();
      assert.ok(box && box.width > 100 && box.height > 15 && box.x >= -1, `${part} at ${size.width}: ${JSON.stringify(box)}`);
    }
  }
  await page.setViewportSize(kSizes[0]);
}

// The room predicts: what decides is hidden until somebody goes on.
async function checkPredict(page) {
  const data = await trace(page, "failing");
  const deciding = data.steps.findIndex((each) => each.deciding) + 1;
  await page.keyboard.press("p");
  assert.equal(await stepNow(page), deciding - 1, "it stops before the step that decides");
  assert.match(await page.textContent("#caption"), deciding > 1 ? /What happens next\?/ : /How it begins/);
  assert.ok(await page.isHidden("#badge") && await page.isHidden("#expectation"), "the verdict is not told");
  const seen = await page.$$eval("#failing-picture g.step, #failing-picture g.no-return, #failing-picture .verdict", (all) =>
    all.filter((each) => getComputedStyle(each).visibility === "visible").map((each) => Number(each.dataset.step ?? 1e9)));
  assert.ok(Math.max(0, ...seen) < deciding, "nothing of what follows is seen");
  await nothingButPShowsIt(page, deciding);
  // From the start the room reads up to there, and nothing tells how it ends.
  await page.keyboard.press("Home");
  await page.keyboard.press("p");
  assert.equal(await stepNow(page), 0);
  for (let step = 0; step < deciding - 1; ++step) {
    assert.match(await page.textContent("#caption"), /Read on with →/);
    assert.doesNotMatch(await page.textContent("#caption"), /it fails|ended well/);
    const now = step > 0 ? data.steps[step - 1] : {};
    if (now.operation === "receive" && /#\d+$/.test(now.attempt ?? "")) {
      assert.match(await page.textContent("#caption"), /#\d+: the \d+\w\w delivery of message/, "who predicts is not told how deliveries are named");
    }
    await page.keyboard.press("ArrowRight");
  }
  assert.match(await page.textContent("#caption"), /What happens next\? Vote: .*goes on/);
  assert.ok(await page.isHidden("#badge"), "reading on tells how it ends");
  await page.keyboard.press("p");
  // Before the vote the key that begins it leads to it, and does not show what it hides.
  await page.keyboard.press("Home");
  await page.keyboard.press("p");
  await page.keyboard.press("p");
  assert.equal(await stepNow(page), deciding - 1);
  assert.ok(deciding === 1 || await page.isHidden("#badge"), "p pressed twice tells how it ends");
  await page.keyboard.press("p");
}

// A room that reads on may press a key once too often.
async function nothingButPShowsIt(page, deciding) {
  for (const key of ["ArrowRight", "ArrowDown", "PageDown", "Space", "Enter", "End", "d", "r"]) {
    await page.keyboard.press(key);
    assert.equal(await stepNow(page), deciding - 1, `${key} goes on past the vote`);
    assert.ok(await page.isHidden("#badge"), `${key} shows what is to be predicted`);
  }
  await page.keyboard.press("p");
  assert.equal(await stepNow(page), deciding);
  assert.ok(await page.isVisible("#badge"), "p does not show what happens");
}

// Where it was lost, where the right run goes another way, what else there was, and the line of each step.
async function checkRemarks(page) {
  await page.reload();  // nobody has looked at the right run
  const data = await trace(page, "failing");
  const right = await trace(page, "right");
  const told = (each) => each && [each.process, each.operation, each.decision, each.text].join(" ");
  const at = data.steps.findIndex((each, i) => told(each) !== told(right.steps[i])) + 1;
  assert.ok(at > 0, "the runs differ");
  const goTo = (step) => page.$eval("#slider", (slider, to) => {
    slider.value = to;
    slider.dispatchEvent(new Event("input"));
  }, step);
  await goTo(at);
  assert.doesNotMatch(await page.textContent("#caption"), /first difference/, "nobody has asked for the answer");
  await page.keyboard.press("d");
  assert.equal(await stepNow(page), at);
  assert.match(await page.textContent("#caption"), /first difference to the right run/);
  assert.ok(data.no_return !== undefined && data.no_return !== null, "it is known where it is lost");
  await page.$eval("#slider", (slider, to) => { slider.value = to; slider.dispatchEvent(new Event("input")); }, data.no_return);
  assert.match(await page.textContent("#caption"), /from here on it fails|all could still have ended well/);
  const lines = await page.$$eval("#failing-picture .no-return", (all) => all.map((group) => Number(group.dataset.after)));
  assert.deepEqual(lines, data.no_return < data.steps.length ? [data.no_return] : []);
  const [i, withOthers] = [...data.steps.entries()].find(([, each]) => (each.others ?? []).length > 0);
  await page.$eval("#slider", (slider, to) => { slider.value = to; slider.dispatchEvent(new Event("input")); }, i + 1);
  assert.deepEqual(await texts(page, "#panel .others .row"), withOthers.others);
  const [j, withSource] = [...data.steps.entries()].find(([, each]) => each.operation === "load");
  assert.match(withSource.source, /^planted\.cpp:\d+$/);
  await page.$eval("#slider", (slider, to) => { slider.value = to; slider.dispatchEvent(new Event("input")); }, j + 1);
  assert.ok((await page.textContent("#caption")).includes(withSource.source));
}

// No two texts on top of each other, none outside of the diagram.
async function checkTexts(page, where) {
  const found = await page.evaluate(() => {
    const svg = [...document.querySelectorAll("main svg")].find((each) => each.getBoundingClientRect().width > 0);
    const frame = svg.getBoundingClientRect();
    const boxes = [...svg.querySelectorAll(".step text, .step .attempt, .step .verdict")]
      .filter((each) => each.textContent || each.tagName === "rect")
      .map((each) => {
        const box = each.getBoundingClientRect();
        const inset = each.tagName === "rect" ? 0 : box.height * 0.16;  // above and below the letters
        return { what: each.textContent || each.classList[0], left: box.left, right: box.right,
                 top: box.top + inset, bottom: box.bottom - inset,
                 inside: ["attempt-name", "verdict-name"].includes(each.classList[0]) || each.closest(".mark") };
      });
    const complaints = [];
    for (const box of boxes) {
      if (box.left < frame.left - 1 || box.right > frame.right + 1) complaints.push(`"${box.what}" leaves the diagram`);
    }
    const apart = boxes.filter((box) => !box.inside);
    for (let i = 0; i < apart.length; ++i) {
      for (let j = i + 1; j < apart.length; ++j) {
        const [a, b] = [apart[i], apart[j]];
        if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1) {
          complaints.push(`"${a.what}" lies on "${b.what}"`);
        }
      }
    }
    return complaints;
  });
  assert.deepEqual(found, [], where);
}

const heightOf = (page, selector) => page.$eval(selector, (each) => each.getBoundingClientRect().height);

// What large type shows now: of the diagram that is seen, its scale, what of its heads is outside of the stage, whether the
// step is seen whole below the heads, and the texts of the page's head that are cut.
const largeNow = (page) => page.evaluate(() => {
  const step = document.querySelector("#slider").value;
  const svg = [...document.querySelectorAll("#failing-picture svg")].find((each) => each.getBoundingClientRect().width > 0);
  const frame = document.querySelector("#stage").getBoundingClientRect();
  const outside = (box) => box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
  const heads = [...svg.querySelectorAll(".head")].filter((head) => outside(head.getBoundingClientRect())).length;
  const band = svg.querySelector(`g.step[data-step="${step}"] .band`)?.getBoundingClientRect();
  const below = svg.querySelector(".heads rect").getBoundingClientRect().bottom;
  const numbers = [...svg.querySelectorAll(".number")].filter((number) => number.getBoundingClientRect().left < frame.left).length;
  const cut = [...document.querySelectorAll("#badge, #title, #expectation, #caption")].filter((text) => {
    const range = document.createRange();
    range.selectNodeContents(text);
    const [all, parent] = [range.getBoundingClientRect(), text.closest("header, footer").getBoundingClientRect()];
    return all.top < parent.top - 1 || all.bottom > parent.bottom + 1 || all.right > innerWidth + 1;
  }).map((text) => text.id);
  return { scale: svg.getBoundingClientRect().width / svg.viewBox.baseVal.width, heads, numbers, cut,
           isSeen: !band || (band.top >= below - 1 && band.bottom <= frame.bottom + 1) };
});

// In large type, for a room: nothing of the head is cut, every lane's head and the step are seen, and nothing changes its size.
async function checkLarge(page) {
  const { steps } = await trace(page, "failing");
  await page.keyboard.press("l");
  for (const size of kSizes) {
    await page.setViewportSize(size);
    const where = `in large type at ${size.width}`;
    const scales = new Set();
    for (let step = 0; step <= steps.length; ++step) {
      await page.$eval("#slider", (slider, to) => { slider.value = to; slider.dispatchEvent(new Event("input")); }, step);
      assert.ok((await heightOf(page, "#stage")) >= 0.5 * size.height, `the diagram has its room ${where}`);
      assert.ok((await heightOf(page, "body")) <= size.height, `all is on one screen ${where}`);
      const { scale, ...seen } = await largeNow(page);
      scales.add(scale.toFixed(3));
      assert.deepEqual(seen, { heads: 0, numbers: 0, cut: [], isSeen: true }, `step ${step} ${where}`);
    }
    assert.equal(scales.size, 1, `the scale is the same at each step ${where}`);
    await checkTexts(page, where);
  }
  const value = await page.$("#failing-picture svg.slide .value");
  const dim = value && await value.evaluate((each) => [getComputedStyle(each).fill, getComputedStyle(document.body).color]);
  if (dim) assert.equal(dim[0], dim[1], "values are as dark as text in large type");
  await page.keyboard.press("l");
}

async function checkSizes(page) {
  for (const size of kSizes) {
    await page.setViewportSize(size);
    const label = await heightOf(page, "#failing-picture .label");
    assert.ok(label >= 12, `labels are ${label} px high at ${size.width}`);
    const overflow = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
    assert.ok(overflow <= 0, "the page itself does not scroll");
    await checkTexts(page, `at ${size.width}`);
  }
  await checkLarge(page);
  await page.setViewportSize(kSizes[0]);
  await page.keyboard.press("l");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  const caption = await page.$eval("#caption", (each) => parseFloat(getComputedStyle(each).fontSize));
  assert.ok(caption >= 36, `the caption is ${caption} px in large type`);
  assert.ok((await heightOf(page, "#failing-picture svg.slide .label")) >= 30, "labels in large type");
  await page.keyboard.press("l");
}

// The contrast of every colour of text with what is behind it, by WCAG's formula.
async function checkContrast(page, theme) {
  const ratios = await page.evaluate(() => {
    const probe = document.body.appendChild(document.createElement("i"));
    const luminance = (name) => {
      probe.style.color = `var(${name})`;
      const [r, g, b] = getComputedStyle(probe).color.match(/[\d.]+/g).map((part) => {
        const value = Number(part) / 255;
        return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratio = (a, b) => (Math.max(luminance(a), luminance(b)) + 0.05) / (Math.min(luminance(a), luminance(b)) + 0.05);
    const pairs = [];
    for (const behind of ["--paper", "--panel", "--band"]) {
      for (const text of ["--fg", "--dim", "--red", "--green", "--amber", "--p0", "--p1", "--p2", "--p3", "--p4", "--p5"]) {
        pairs.push([text, behind, ratio(text, behind)]);
      }
    }
    for (const text of ["--fg", "--dim", "--red"]) pairs.push([text, "--red-band", ratio(text, "--red-band")]);
    for (const behind of ["--red", "--green"]) pairs.push(["--on-color", behind, ratio("--on-color", behind)]);
    probe.remove();
    return pairs;
  });
  for (const [text, behind, ratio] of ratios) {
    assert.ok(ratio >= 4.5, `${text} on ${behind} has a contrast of ${ratio.toFixed(1)} in ${theme}`);
  }
}

async function checkThemes(file) {
  const paper = (page) => page.$eval("html", (html) => getComputedStyle(html).backgroundColor);
  const dark = await open(file, { colorScheme: "dark" });
  const light = await open(file, { colorScheme: "light" });
  await checkContrast(dark, "dark");
  await checkContrast(light, "light");
  assert.notEqual(await paper(dark), await paper(light), "the theme follows the system");
  const before = await paper(light);
  await light.keyboard.press("t");
  assert.equal(await paper(light), await paper(dark), "T changes to dark");
  await light.keyboard.press("t");
  assert.equal(await paper(light), before);
  await dark.context().close();
  await light.context().close();
}

async function checkPrint(page) {
  for (const landscape of [false, true]) {
    const pdf = (await page.pdf({ format: "A4", landscape })).toString("latin1");
    const count = pdf.match(/\/Type\s*\/Page\b(?!s)/g).length;
    assert.equal(count, 1, `prints on ${count} pages${landscape ? " in landscape" : ""}`);
  }
}

const files = fs.readdirSync(pages).filter((name) => name.endsWith(".html")).sort();
assert.ok(files.length >= 5, "there are pages to look at");
fs.mkdirSync(shots, { recursive: true });
let complaints = 0;
for (const [i, name] of files.entries()) {
  const file = path.join(pages, name);
  try {
    const page = await open(file);
    await page.screenshot({ path: path.join(shots, name.replace(".html", ".png")) });
    await checkKeys(page);
    await checkSwitch(page);
    await checkPredict(page);
    if (i === 0) await checkNarrow(page);
    await checkRemarks(page);
    await checkSizes(page);
    await page.keyboard.press("r");
    await checkTexts(page, "the right run");
    await page.keyboard.press("r");
    await checkPrint(page);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
    if (i === 0) await checkThemes(file);
  } catch (error) {
    ++complaints;
    console.log(`${name}: ${error.message}`);
  }
}
await browser.close();
console.log(`${files.length} pages looked at, ${complaints} with complaints`);
process.exit(complaints === 0 ? 0 : 1);
