import { live, send } from "/live.js";
import { classExecution, execution } from "/execution.js";
import { element, words } from "/words.js";

const $ = (id) => document.getElementById(id);
let board = null;
let came = 0;

// "todo" is the kit's word for a test that a TODO of the skeleton fails.
const reasonWords = (reason) => (reason === "todo" ? "TODO not done" : reason);
const counted = (count, one) => `${count} ${count === 1 ? one : one === "person" ? "people" : `${one}s`}`;

function minutes(ms) {
  const count = Math.floor((ms + performance.now() - came) / 60_000);
  return count < 1 ? "just now" : `${count} min`;
}

function cellOf(row, cell) {
  if (!cell) return element(row, "td");
  const made = element(row, "td");
  if (cell.step === 0 && cell.green === cell.all) {
    made.className = "solved";
    element(made, "b", "✓");
    element(made, "small", minutes(cell.since_ms));
    return made;
  }
  made.className = cell.quiet ? "red quiet" : "red";
  element(made, "b", `step ${cell.step || 1}`);
  made.append(` ${reasonWords(cell.reason)}`);
  element(made, "small", `${cell.green}/${cell.all} · ${minutes(cell.since_ms)}${cell.quiet ? ", quiet" : ""}` +
    (cell.hints ? ` · ${counted(cell.hints, "hint")}` : ""));
  made.title = cell.test;
  return made;
}

function showTable() {
  $("table").replaceChildren();
  const labs = board.labs.filter((lab) => board.people.some((person) => person.labs[lab.number]));
  if (board.people.length === 0) return;
  if (labs.length === 0) element($("table"), "p", `${counted(board.people.length, "person")} joined. What they find comes here with their first check: scripts/workshop check N, or watch N`);
  const table = element($("table"), "table");
  const head = element(element(table, "thead"), "tr");
  element(head, "th", "");
  for (const lab of labs) {
    const cell = element(head, "th", `${lab.number} ${lab.title}`);
    if (lab.middle_ms !== null) element(cell, "small", `the class: ${minutes(lab.middle_ms)} since news`);
  }
  const body = element(table, "tbody");
  const people = [...board.people].sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  for (const person of people) {
    const row = element(body, "tr");
    element(row, "th", `${person.name}${person.hand ? ", hand up" : ""}`);
    if (Object.keys(person.labs).length === 0) {
      const cell = element(row, "td", "has joined; waits for the first check", "waits");
      cell.colSpan = Math.max(1, labs.length);
      continue;
    }
    for (const lab of labs) cellOf(row, person.labs[lab.number]);
  }
}

function showExecutions() {
  $("executions").replaceChildren();
  for (const lab of board.labs.filter((each) => each.execution.length > 0)) {
    element($("executions"), "h2", `Lab ${lab.number}: where executions break`);
    classExecution($("executions"), lab.execution);
  }
}

function showHands() {
  $("hands").replaceChildren();
  $("hands-title").textContent = board.hands.length ? `${counted(board.hands.length, "hand")} up` : "No hand is up";
  for (const hand of board.hands) element($("hands"), "li", `${hand.name}, ${minutes(hand.since_ms)}`);
}

function showGroups() {
  $("groups").replaceChildren();
  for (const group of board.groups) {
    const item = element($("groups"), "li");
    element(item, "b", `${counted(group.names.length, "person")}, lab ${group.lab}: `);
    element(item, "span", reasonWords(group.reason), "reason");
    element(item, "p", group.test);
    element(item, "p", group.names.join(", "));
    execution(item, group.execution);
    if (group.schedule) element(item, "code", `scripts/workshop replay ${group.lab} '${group.schedule}'`);
    if (group.resembles) {
      const ask = element(item, "div", undefined, "ask");
      const { name, mistake, count } = group.resembles;
      element(ask, "p", `Perhaps ${name} (${count} of ${group.names.length}): ${mistake}`);
      words(element(ask, "div"), `Ask: ${group.resembles.ask}`);
    }
  }
}

function show() {
  if (board === null) return;
  const count = board.people.length;
  $("people").textContent = count ? counted(count, "person") : "Nobody has joined";
  $("code").textContent = board.code;
  $("join").textContent = board.addresses.map((address) => `scripts/workshop join ${address} ${board.code} YOUR-NAME`).join(" or ");
  showTable();
  showExecutions();
  showHands();
  showGroups();
}

const control = (what) => send("/control", { what }).catch((error) => { $("answer").textContent = error.message; });

// The only file that the board ever makes, and only when it is asked to.
function save() {
  const link = document.createElement("a");
  const { code, addresses, ...known } = board;
  link.href = URL.createObjectURL(new Blob([JSON.stringify(known, null, 2)], { type: "application/json" }));
  link.download = `board-${new Date().toISOString().slice(0, 16).replace(":", "")}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
  $("answer").textContent = `${link.download} is in the folder of downloads`;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || $("forget").open) return;
  if (event.key === "d") control("next hand");
  if (event.key === "f") $("forget").showModal();
  if (event.key === "s" && board !== null) save();
});
$("forget-yes").onclick = () => {
  control("forget");
  $("forget").close();
};
$("forget-no").onclick = () => $("forget").close();
setInterval(show, 20_000);
live("/events", {
  board: (state) => {
    board = state;
    came = performance.now();
    show();
  },
});
