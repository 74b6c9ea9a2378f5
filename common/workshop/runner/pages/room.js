// What a class sees of itself: counts, and no names.
import { live } from "/live.js";
import { classExecution } from "/execution.js";
import { element } from "/words.js";

const $ = (id) => document.getElementById(id);
const people = (count) => `${count} ${count === 1 ? "person" : "people"}`;

function showLab(lab) {
  element($("labs"), "h2", `Lab ${lab.number}, ${lab.title}: ${lab.solved} of ${lab.begun} done`);
  const bar = element($("labs"), "div", undefined, "bar");
  bar.setAttribute("aria-hidden", "true");
  const part = (count, name) => {
    if (count > 0) element(bar, "span", undefined, name).style.width = `${(100 * count) / lab.begun}%`;
  };
  part(lab.solved, "done");
  [...lab.steps].reverse().forEach((step) => part(step.at, "at"));
  classExecution($("labs"), lab.execution);
  const list = element($("labs"), "ul");
  lab.steps.forEach((step, i) => {
    if (step.at > 0) element(list, "li", `${people(step.at)} at step ${i + 1}: ${step.title}`);
  });
}

live("/room-events", {
  room: (room) => {
    $("people").textContent = (room.people ? `${people(room.people)} here` : "Nobody has joined") +
      (room.hands ? `, ${room.hands} waiting for help` : "");
    $("code").textContent = room.code;
    $("join").textContent = room.addresses.map((address) => `scripts/workshop join ${address} ${room.code}`).join(" or ");
    $("labs").replaceChildren();
    for (const lab of room.labs) showLab(lab);
    if (room.people > 0 && room.labs.length === 0) element($("labs"), "p", "Waiting for the first check: scripts/workshop check N, or watch N", "waits");
    $("failures").replaceChildren();
    $("failures-title").textContent = room.failures.length ? "What breaks" : "";
    for (const each of [...room.failures].sort((a, b) => b.count - a.count)) {
      element($("failures"), "li", `${each.reason === "todo" ? "TODO not done" : each.reason}, lab ${each.lab}: ${people(each.count)}`);
    }
  },
});
