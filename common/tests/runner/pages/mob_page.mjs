// What the tests of the mob's page read from it, and how they save a file in the checkout that it watches.
import assert from "node:assert/strict";
import { lookAt } from "./checkout.mjs";

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
