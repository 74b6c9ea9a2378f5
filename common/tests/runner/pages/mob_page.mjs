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
