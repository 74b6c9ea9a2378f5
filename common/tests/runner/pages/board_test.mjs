// node board_test.mjs CHROMIUM WORKSHOP ROOT BUILD [SHOTS]: a board with thirty attendees, and some who mean no good; fails
// with what is wrong. With SHOTS, screenshots at two sizes go there.
import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { fitsNarrow, isBusy, lookAt, open, playwrightOrSkip, shows, start } from "./checkout.mjs";

const [chromium, workshop, root, , shots] = process.argv.slice(2);
const playwright = playwrightOrSkip();
const kShownAfterMs = 1_000;

const browser = await playwright.chromium.launch({ executablePath: chromium, args: ["--no-sandbox"] });
const board = await start(workshop, root, ["board", "--no-open"]);
while (!/--listen/.test(board.output)) await new Promise((resolve) => setTimeout(resolve, 20));
const [, host, port, code] = board.output.match(/join (\S+):(\d+) (\S+)/);
const page = await open(browser, board.address);
const room = await open(browser, `${board.address}room`);

const post = (target, value, headers = {}) => new Promise((resolve, reject) => {
  const body = typeof value === "string" ? value : JSON.stringify(value);
  const request = http.request({ host, port, path: target, method: "POST",
    headers: { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body), ...headers } }, (answer) => {
    let text = "";
    answer.on("data", (data) => { text += data; });
    answer.on("end", () => resolve({ status: answer.statusCode, text }));
  });
  request.on("error", reject);
  request.end(body);
});
const report = (token, lab, tests) => post("/report", { format: 1, token, lab, checked_at: 1, hints_taken: 2, tests });
const test = (name, step, reason, schedule = "") =>
  ({ name, step, verdict: reason ? "red" : "green", reason: reason ?? "", schedule });
const kBooked = "a payment is booked once however often it is delivered";
const kAnnounced = "every payment is announced after it is booked whatever happens";
const kSameId = "a retry publishes the events again under the same ids";
// Where the thirty stand with lab 8.
const kAt = {
  start: [test(kBooked, 1, "duplicate effect", "d80a:1@Arlcparlc"), test(kAnnounced, 1), test(kSameId, 2, "duplicate effect")],
  early: [test(kBooked, 1), test(kAnnounced, 1, "lost message", "5a2f:1@Arlc"), test(kSameId, 2, "duplicate effect")],
  second: [test(kBooked, 1), test(kAnnounced, 1), test(kSameId, 2, "duplicate effect", "77c1:1@Arlcparlcp")],
  done: [test(kBooked, 1), test(kAnnounced, 1), test(kSameId, 2)],
};
const until = (on, check, value) => on.waitForFunction(check, value, { timeout: 60_000, polling: 20 });
const look = (on, name) => lookAt(on, name, shots, (fault) => name === "room" && /higher/.test(fault));

try {
  await shows(page, "#people", "Nobody has joined");
  await look(page, "board-empty");

  // Thirty join and check; one joins by a name that is taken.
  const tokens = [];
  const names = ["Ann", ...Array.from({ length: 28 }, (_, i) => `Person ${i + 1}`), "Ann"];
  for (const name of names) {
    const reply = await post("/join", { code, name });
    assert.equal(reply.status, 200);
    tokens.push(JSON.parse(reply.text).token);
  }
  const where = (i) => (i < 9 ? kAt.early : i < 14 ? kAt.start : i < 24 ? kAt.second : kAt.done);
  // Who has joined is there before anybody has checked anything; the class sees how many.
  await until(page, () => document.querySelectorAll("tbody tr").length === 30);
  await shows(page, "#table > p", /^30 people joined\. What they find comes here with their first check/);
  await shows(page, "tbody tr >> nth=0", "Annhas joined; waits for the first check");
  await shows(room, "#labs", /^Waiting for the first check/);
  await look(page, "board-joined");
  await lookAt(room, "room-joined", shots);
  const answers = await Promise.all(tokens.map((token, i) => report(token, 8, where(i))));
  assert.ok(answers.every((answer) => answer.status === 200));
  await report(tokens[29], 9, [test("the outbox is emptied", 1, "todo")]);
  await until(page, () => document.querySelectorAll("tbody tr").length === 30);
  await until(page, () => document.querySelectorAll("td.solved").length === 6);
  await shows(page, "#people", "30 people");
  await fitsNarrow(page, ["#people", "#table table", "#executions .diagram", "#groups li"], shots, "board");
  await fitsNarrow(room, ["#people", "#labs .diagram", "#failures li"], shots, "room");
  const group = (await page.$$eval("#groups li", (all) => all.map((each) => each.textContent))).find((text) => /lost message/.test(text));
  assert.match(group, /^9 people, lab 8: lost message/);
  assert.ok(group.includes(kAnnounced) && group.includes("Person 8") && group.includes("replay 8 '5a2f:1@Arlc'"));
  assert.ok((await page.$$eval("tbody th", (all) => all.map((each) => each.textContent))).includes("Ann 2"));

  // Where executions break: of all failures on the execution of most, and of each group on its own.
  // It is a picture of that execution: its lanes, an arrow for each step in the direction in which it goes, and a legend.
  const lanes = await page.$$eval("#executions .diagram .lane", (all) => all.map((each) => each.textContent));
  assert.deepEqual(lanes.slice(0, 3), ["broker", "handler", "store"]);
  const places = await page.$$eval("#executions .diagram .step", (all) => all.map((each) => [each.className, each.textContent]));
  assert.deepEqual(places.slice(0, 4), [["step shade0", "1receive"], ["step shade0", "2load"], ["step shade4", "3save14 break here, without a fault"],
                                        ["step shade3", "4publish10 break here, without a fault"]]);
  const arrows = await page.$$eval("#executions .diagram:first-of-type .step", (all) => all.slice(0, 4).map((row) => {
    const box = row.querySelector(".arrow").getBoundingClientRect();
    const lines = [...row.querySelectorAll(".lifeline")].map((line) => line.getBoundingClientRect().left);
    const near = (x) => lines.findIndex((line) => Math.abs(line - x) < 4);
    return [near(box.left), near(box.right), row.querySelector(".arrow").classList.contains("right")];
  }));
  assert.deepEqual(arrows, [[0, 1, true], [1, 2, false], [1, 2, true], [0, 1, false]], "an arrow goes from a lane to another");
  assert.match(await page.textContent("#executions .legend"), /This many people's code breaks at the step: 0.*14$/);
  assert.ok(await page.$$eval("#groups .execution", (all) => all.length) >= 3);
  // A file only when it is asked for, with nothing to join by.
  const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("s")]);
  const saved = JSON.parse(fs.readFileSync(await download.path(), "utf8"));
  assert.equal(saved.people.length, 30);
  assert.ok(!JSON.stringify(saved).includes(code) && !JSON.stringify(saved).includes(tokens[0]), "the file has a code or a token");

  // A report is seen within a moment.
  const begin = Date.now();
  await report(tokens[0], 8, kAt.done);
  await until(page, () => document.querySelectorAll("td.solved").length === 7);
  const seen = Date.now() - begin;
  assert.ok(isBusy() || seen <= kShownAfterMs, `a report was shown after ${seen} ms`);

  // Hands, in their order.
  for (const i of [4, 2, 7]) await post("/hand", { token: tokens[i], raised: true });
  await until(page, () => document.querySelectorAll("#hands li").length === 3);
  assert.deepEqual((await page.$$eval("#hands li", (all) => all.map((each) => each.textContent.split(",")[0]))),
                   ["Person 4", "Person 2", "Person 7"]);
  await page.keyboard.press("d");
  await until(page, () => document.querySelector("#hands li").textContent.startsWith("Person 2"));
  await look(page, "board");

  // The projector: counts and no names.
  await until(room, () => /30 people here, 2 waiting/.test(document.getElementById("people").textContent));
  const shown = await room.evaluate(() => document.documentElement.innerHTML);
  assert.ok(!/Ann|Person/.test(shown), "the projector shows a name");
  assert.ok(!shown.includes(kAnnounced), "the projector shows what an attendee sent");
  assert.match(await room.textContent("#labs"), /Lab 8, identity deduplication: 7 of 30 done.*13 people at step 1.*10 people at step 2/);
  assert.match(await room.textContent(".diagram"), /save1[34] break here/);
  await look(room, "room");

  // Those who mean no good.
  const kMarkup = "<img src=x onerror=alert(1)>";
  assert.equal((await post("/join", { code, name: kMarkup })).status, 400);
  assert.equal((await report(tokens[1], 8, [test(kMarkup, 1, "todo")])).status, 400);
  assert.equal((await report(tokens[1], 8, [{ ...test("x", 1, "todo"), reason: kMarkup }])).status, 400);
  assert.equal((await post("/report", `{"x": "${"y".repeat(10_000_000)}"}`).catch(() => ({ status: 413 }))).status, 413);
  assert.equal((await post("/join", { code, name: "Eve" }, { Host: "evil.example" })).status, 403);
  assert.equal((await post("/join", { code, name: "Eve" }, { Origin: "http://evil.example" })).status, 403);
  const sockets = Array.from({ length: 1_000 }, () => net.connect(port, host).on("error", () => {}));
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(await page.textContent("#people"), "30 people");
  for (const socket of sockets) socket.destroy();
  await until(page, () => document.documentElement.dataset.live === "yes");
  for (let i = 0; ; ++i) {  // the thousand are gone soon
    const reply = await report(tokens[1], 8, kAt.done).catch(() => null);
    if (reply?.status === 200) break;
    assert.ok(i < 100, "nobody can report after a thousand have come");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await until(page, () => document.querySelectorAll("td.solved").length === 8);
  assert.ok(!(await page.content()).includes("onerror"), "markup is on the board");

  // Leaving, and the button.
  await post("/leave", { token: tokens[29] });
  await until(page, () => document.querySelectorAll("tbody tr").length === 29);
  await page.keyboard.press("f");
  await page.click("#forget-no");
  assert.equal(await page.textContent("#people"), "29 people");
  await page.keyboard.press("f");
  await page.click("#forget-yes");
  await until(page, () => document.getElementById("people").textContent === "Nobody has joined");
  await until(room, () => document.getElementById("people").textContent === "Nobody has joined");
  assert.equal((await report(tokens[1], 8, kAt.done)).status, 410);

  // A program that was stopped keeps its connections, and is gone all the same; what is asked of it then is not kept for later.
  board.child.kill("SIGSTOP");
  await page.evaluate(() => {
    const now = Date.now;
    Date.now = () => now() + 60_000;  // nothing was heard for a minute
  });
  await page.waitForSelector(".away", { state: "visible", timeout: 60_000 });
  await shows(page, ".away", /does not answer/);
  const refused = await page.evaluate(async () => (await import("/live.js")).send("/forget").catch((error) => error.message));
  assert.match(String(refused), /does not answer/);
  board.child.kill("SIGCONT");
  await page.waitForSelector(".away", { state: "hidden", timeout: 60_000 });
  assert.deepEqual([...page.complaints, ...room.complaints], []);
  console.log(`a report is shown after ${seen} ms`);
} catch (error) {
  console.log(board.output);
  console.log(page.complaints);
  if (shots) await page.screenshot({ path: path.join(shots, "board-failed.png") }).catch(() => {});
  throw error;
} finally {
  await board.stop();
  await browser.close();
}
