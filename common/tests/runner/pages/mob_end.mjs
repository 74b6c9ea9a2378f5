// What the test of the mob's page does at its end: the slides of the part, and a program that is started anew.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { gone, seen, shows } from "./checkout.mjs";
import { kPatience } from "./mob_page.mjs";

// The slides' link comes with the file, and opens at the lab; s shows them here, and leads back.
export async function slidesAreShownHere(page, checkout, { until }) {
  fs.mkdirSync(path.join(checkout.folder, "build/slides"), { recursive: true });
  fs.writeFileSync(path.join(checkout.folder, "build/slides/2-correctness.html"), "<title>slides</title><body>slides<script>stepped = 0; Reveal = { next() { ++stepped; } };</script>");
  await page.waitForSelector("#slides a");
  assert.match(await page.getAttribute("#slides a", "href"), /^\/slides\/2-correctness\.html#\/lab-08$/);
  // s shows them here, under clock and verdict, and leads back.
  await page.keyboard.press("s");
  await page.waitForSelector("#deck[data-shown]");
  await seen(page, "#deck");
  await gone(page, "#tests");
  for (const place of ["#full-verdict", "#time"]) await seen(page, place, "slides cover verdict and clock");
  await page.keyboard.press("ArrowRight");
  await until(() => document.getElementById("deck").contentWindow.stepped === 1);
  await page.frameLocator("#deck").locator("body").click();
  await page.keyboard.press("s");
  await gone(page, "#deck");
  await seen(page, "#tests", "there is no way back from the slides");
}

// A program that is started anew is given what its pages know: settings, people, turn and clock; they say when it is gone, and back.
export async function aRestartKeepsWhatThePageKnows([page, calm], mob, startAgain, { text, until, roles, rolesAre }) {
  await until(() => document.documentElement.dataset.check?.endsWith("done") && /red/.test(document.getElementById("verdict").textContent), null, calm);
  // Who breaks it in the discussion goes on discussing; Enter begins a turn.
  await calm.keyboard.press("Enter");
  await until(() => document.getElementById("time").textContent < "19:58", null, calm);
  await calm.keyboard.press("4");
  await until(() => document.querySelectorAll("#people .absent").length === 1, null, calm);
  const known = await roles(calm);
  const turns = await text("#clock-words", calm);
  // The other page gives it back first: what this one is refused is no newer clock.
  const restoreOfPage = page.waitForResponse("**/restore", { timeout: kPatience });
  await calm.route("**/restore", (route) => restoreOfPage.then(() => route.continue()));
  const restoreOfCalm = calm.waitForResponse("**/restore", { timeout: kPatience });
  await mob.stop();
  for (const each of [page, calm]) await each.waitForSelector(".away", { state: "visible" });
  await gone(calm, "#rule", "a page without a program says what to do there");
  await shows(calm, ".away", /Start it again: scripts\/workshop mob \d+ \(clock and names are kept\)/);
  const stoodAt = await text("#time", page);
  const again = await startAgain();
  assert.equal(new URL(again.address).port, new URL(mob.address).port, "a restart has another port");
  await calm.waitForSelector(".away", { state: "hidden", timeout: kPatience });
  assert.equal((await restoreOfCalm).status(), 409, "two pages have given the clock back");
  await until(() => document.getElementById("clock-words").textContent === "paused", null, calm)
    .catch(async () => assert.fail(`after a restart the clock is not stopped: ${await text("#clock-words", calm)}, ${await text("#time", calm)}`));
  await shows(calm, "#time", stoodAt);  // as before the restart
  await rolesAre(known, calm);
  await shows(calm, "#people .absent", "4 Dan");
  await until(() => /turn=20&.*names=Ann%2CBea%2CCem%2CDan/.test(location.search), null, calm);
  await calm.keyboard.press("Space");
  await until((shown) => document.getElementById("clock-words").textContent === shown, turns, calm);
  await until(() => /done/.test(document.documentElement.dataset.check ?? ""), null, calm);
  await calm.click("#views button:has-text('Hints')");
  await shows(calm, "#hint-view summary", /^Step 1, hint/);  // those of before the restart
}
