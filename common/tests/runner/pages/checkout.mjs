// A small checkout for tests of pages: the labs of this one in a folder of their own, so that a test may edit a lab's file.
// Lab 08 is built there by the very commands that build it here, with the file to edit taken from there; its library and
// its tests are those of this build folder.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";

// Playwright, from where scripts/setup --maintainer has put it, or wherever node looks from here; else the test ends, and
// says why.
export function playwrightOrSkip() {
  for (const place of [new URL("../../../../.cache/picture/package.json", import.meta.url), import.meta.url]) {
    try {
      return createRequire(place)("playwright-core");
    } catch {
      // the next place
    }
  }
  console.log("skipped: playwright-core is not installed; run scripts/setup --maintainer");
  process.exit(0);
}

const kLab = "labs/08-identity-deduplication";
const kFile = `${kLab}/src/payments_handler.cpp`;

export function makeCheckout(root, build) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "workshop-pages-"));
  for (const name of ["labs", "solutions", "slides"]) {
    fs.cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  }
  const commands = execFileSync("ninja", ["-C", build, "-t", "commands", "lab08"], { encoding: "utf8" }).split("\n");
  const compile = commands.find((line) => line.endsWith(` -c ${path.join(root, kFile)}`));
  const link = commands.find((line) => line.includes(` -o ${kLab}/lab08 `));
  if (!compile || !link) throw new Error("ninja does not say how lab08 is built");
  const made = path.join(folder, "build/kit");
  const program = path.join(made, kLab, "lab08");
  const object = path.join(made, kLab, "handler.o");
  const there = (command, from) => command.replaceAll(from, object).replace(/ -MD -MT \S+ -MF \S+/, "");
  const objectHere = compile.match(/ -o (\S+) -c /)[1];
  // While this file is there, a step of the build waits: a check lasts for as long as a test wants it to.
  const held = path.join(made, "held");
  const waits = (i) => `while grep -qsx ${i} ${held}; do sleep 0.02; done; `;
  const steps = [there(compile, objectHere).replace(` -c ${path.join(root, kFile)}`, ` -c ${path.join(folder, kFile)}`),
                 there(link, objectHere).replace(` -o ${kLab}/lab08 `, ` -o ${program} `)];
  fs.mkdirSync(path.dirname(program), { recursive: true });
  const rules = steps.map((step, i) => `rule step${i}\n  command = ${waits(i)}cd ${build} && ${step.replaceAll("$", "$$")}\n`);
  fs.writeFileSync(path.join(made, "build.ninja"),
    `${rules.join("")}build ${kLab}/handler.o: step0 ${path.join(folder, kFile)}\n` +
    `build ${kLab}/lab08: step1 ${kLab}/handler.o\nbuild lab08: phony ${kLab}/lab08\n`);
  fs.writeFileSync(path.join(made, "CMakeCache.txt"),
    `CMAKE_GENERATOR:INTERNAL=Ninja\nCMAKE_MAKE_PROGRAM:FILEPATH=ninja\nCMAKE_HOME_DIRECTORY:INTERNAL=${folder}\n` +
    "CMAKE_PROJECT_NAME:STATIC=checkout\n");
  fs.mkdirSync(path.join(made, "common"));
  fs.writeFileSync(path.join(made, "common/libworkshop_common.a"), "");  // or it says that this takes a minute
  const file = path.join(folder, kFile);
  const skeleton = fs.readFileSync(file, "utf8");
  const solution = fs.readFileSync(path.join(folder, kFile.replace("labs", "solutions")), "utf8");
  const stepOne = skeleton.replace(/  order\.value\.paid \+= command\.amount;\n  co_await context\.store\(\)\.save\(order\);\n/,
    `  if (order.value.processed.insert(context.message().id.value).second) {
    order.value.paid += command.amount;
    co_await context.store().save(order);
  }
`);
  return {
    folder, skeleton, stepOne, solution,
    // Both steps, but the parts of an id are put together without a sign between them.
    concatenated: stepOne.replace("return MessageId::random();",
      "return MessageId::from_name(incoming.value + std::string(endpoint) + std::string(type) + std::to_string(ordinal));"),
    // Green, but an error never leaves it.
    triesForEver: solution.replace(/  auto order = [^]*?\n  }\n/, `  for (bool done = false; !done;) {
    try {
      auto order = co_await context.store().load<Order>(command.order_id);
      if (order.value.processed.insert(context.message().id.value).second) {
        order.value.paid += command.amount;
        co_await context.store().save(order);
      }
      done = true;
    } catch (const std::exception&) {
    }
  }
`),
    mistaken: skeleton.replace(/  order\.value\.paid \+= /, "  if (order.value.paid > 0) co_return;\n  order.value.paid += "),
    twoErrors: skeleton.replace("  order.value.paid += command.amount;",
      "  if (order.value.processed.contains(context.message().id)) co_return;\n  order.value.paid += command.amount"),
    crashing: skeleton.replace("  order.value.paid += ", "  __builtin_trap();\n  order.value.paid += "),
    remembering: `#include <set>\n${skeleton.replace("  order.value.paid += ",
      "  static std::set<std::string> seen;\n  if (!seen.insert(command.order_id).second) co_return;\n  order.value.paid += ")}`,
    looping: skeleton.replace("  order.value.paid += ", "  for (volatile bool wait = true; wait;) {}\n  order.value.paid += "),
    save(text) {  // as editors do: a new file in its place
      fs.writeFileSync(`${file}.new`, text);
      fs.renameSync(`${file}.new`, file);
    },
    hold: (step) => fs.writeFileSync(held, `${step}\n`),  // 0: it compiles, 1: it links
    release: () => fs.rmSync(held, { force: true }),
    remove: () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10 }),  // a program may be writing its last
  };
}

// Starts the program; `address` is the first that it prints.
export async function start(workshop, folder, words) {
  const child = spawn(workshop, words, { env: { ...process.env, WORKSHOP_ROOT: folder }, stdio: ["ignore", "pipe", "pipe"] });
  const running = { child, output: "", address: "" };
  child.stderr.on("data", (text) => { running.output += text; });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  running.stop = async () => {
    child.kill("SIGTERM");
    child.kill("SIGCONT");  // one that was stopped hears nothing else
    await ended;
  };
  await new Promise((resolve, reject) => {
    child.stdout.on("data", (text) => {
      running.output += text;
      running.address ||= running.output.match(/http:\/\/\S+/)?.[0] ?? "";
      if (running.address) resolve();
    });
    ended.then(() => reject(new Error(`it ended:\n${running.output}`)));
  });
  return running;
}

// A page on which every complaint of the browser, and every request that leaves the machine, is kept.
export async function open(browser, address, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, ...options });
  context.setDefaultTimeout(kPatience);
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (message) => {
    if (!["log", "debug"].includes(message.type())) page.complaints.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => page.complaints.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(new URL(address).origin)) page.complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(address);
  return page;
}

// What is written too small, with too little contrast, goes over the end of a line, or does not fit: on every page for a room.
export function faultsOf(page, { smallest = 12 } = {}) {
  return page.evaluate((smallest) => {
    const faults = [];
    const channel = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    const numbers = (color) => color.match(/[\d.]+/g).map(Number);
    const behind = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const color = numbers(getComputedStyle(at).backgroundColor);
        if (color.length === 3 || color[3] > 0.99) return color;
      }
      return [255, 255, 255];
    };
    const seen = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
    // A word, or the name of a folder or a file in a path, that begins on one line and ends on another.
    const brokenOf = (node) => [...node.textContent.matchAll(/\S+/g)].flatMap((token) => {
      const parts = token[0].includes("/") ? /[^/]+\/?/g : /[\p{L}\p{N}_]+/gu;
      return [...token[0].matchAll(parts)].filter((part) => {
        const range = document.createRange();
        range.setStart(node, token.index + part.index);
        range.setEnd(node, token.index + part.index + part[0].length);
        return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1;
      }).map((part) => part[0]);
    });
    for (const element of document.body.querySelectorAll("*")) {
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== "");
      if (!own || !seen(element) || element.tagName === "OPTION") continue;
      const style = getComputedStyle(element);
      const [front, back] = [light(numbers(style.color)), light(behind(element))];
      const contrast = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
      const what = `${element.tagName} "${element.textContent.trim().slice(0, 40)}"`;
      if (contrast < 4.5) faults.push(`${what}: contrast ${contrast.toFixed(1)}`);
      for (const node of [...element.childNodes].filter((each) => each.nodeType === 3)) {
        for (const part of brokenOf(node)) faults.push(`${what}: ${part} is on two lines`);
      }
      if (parseFloat(style.fontSize) < smallest) faults.push(`${what}: ${style.fontSize}`);
    }
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) faults.push("the page is wider than the screen");
    if (root.scrollHeight > root.clientHeight + 1) faults.push("the page is higher than the screen");
    return faults;
  }, smallest);
}

const kPatience = 60_000;

// Reads until `holds` is true of what is read; `words` says what that is. What a page shows comes between two words of a test,
// sooner or later, so nothing that comes by itself is asserted of the first thing read.
export async function soon(read, holds, words, patience = kPatience) {
  for (const begin = Date.now(); ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    const value = await read();
    if (holds(value)) return value;
    assert.ok(Date.now() - begin < patience, `${words}: ${typeof value === "string" ? value : JSON.stringify(value)}`);
  }
}

// Until the element has these words, a string or a pattern.
export const shows = (page, selector, words) =>
  soon(() => page.textContent(selector), (text) => (words instanceof RegExp ? words.test(text) : text === words), `${selector} is not ${words}`);

// Until it is seen, or is not.
export const seen = (page, selector, why = `${selector} is not seen`) => soon(() => page.isVisible(selector), (is) => is, why);
export const gone = (page, selector, why = `${selector} is seen`) => soon(() => page.isHidden(selector), (is) => is, why);

// Gives the page a size, and waits until it and its frames are drawn in it: what measures itself does so while it is drawn.
export async function toSize(page, size) {
  await page.setViewportSize(size);
  await page.waitForFunction(({ width, height }) => innerWidth === width && innerHeight === height, size, { polling: 20 });
  await drawn(page);
}

export const drawn = (page) => page.evaluate(async () => {
  for (let i = 0; i < 3; ++i) await new Promise((resolve) => requestAnimationFrame(resolve));
});

// Of a machine with more to do than it has processors, times say nothing.
export const isBusy = () => os.loadavg()[0] > 1.5 * os.cpus().length;

export const kSizes = [{ width: 1920, height: 1080 }, { width: 1280, height: 720 }];

// Looks for faults of the layout at each size, but those that `mayBe` lets pass, and keeps screenshots in the folder `shots`,
// if there is one. Afterwards the page has the first size again.
export async function lookAt(page, name, shots, mayBe = () => false) {
  for (const size of kSizes) {
    await toSize(page, size);
    if (shots) {
      fs.mkdirSync(shots, { recursive: true });
      await page.screenshot({ path: path.join(shots, `${name}-${size.width}.png`) });
    }
    await soon(async () => (await faultsOf(page)).filter((fault) => !mayBe(fault)), (faults) => faults.length === 0, `${name} at ${size.width}`);
  }
  await toSize(page, kSizes[0]);
}

// A narrow window, and one of 1280 x 720 at a browser's zoom of 200 %: nothing goes over the right edge, and each of `parts` can be
// scrolled to and is as wide and as high as it takes to read it.
const kNarrow = [{ width: 400, height: 800 }, { width: 640, height: 360 }];
const kPartMin = { width: 100, height: 20 };
export async function fitsNarrow(page, parts, shots, name) {
  for (const size of kNarrow) {
    await toSize(page, size);
    await soon(() => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), (over) => over <= 0,
               `${name} at ${size.width}: px over the edge`);
    for (const part of parts) {
      await page.locator(part).first().scrollIntoViewIfNeeded();
      const box = await page.locator(part).first().boundingBox();
      assert.ok(box && box.width >= kPartMin.width && box.height >= kPartMin.height && box.x >= -1 && box.x < size.width / 2,
                `${name} at ${size.width}: ${part} has ${JSON.stringify(box)}`);
    }
    if (shots) await page.screenshot({ path: path.join(shots, `${name}-narrow-${size.width}.png`) });
  }
  await toSize(page, kSizes[0]);
}
