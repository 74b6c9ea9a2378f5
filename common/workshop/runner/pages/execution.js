// An execution as a sequence diagram: what the board draws of a class, each step coloured by how many break there; and as a row
// of its operations, of each failure that people share.
import { element } from "/words.js";

const kShades = 4;

// With whom a process speaks in an operation, and which operations come to it.
const kPeers = {
  broker: ["receive", "acknowledge", "abandon", "renew", "redrive", "send", "publish"],
  store: ["load", "save", "erase", "batch", "statement"],
  http: ["request", "reply", "accept", "respond"],
};
const kIncoming = ["receive", "load", "reply", "accept"];
const peerOf = (operation) => Object.keys(kPeers).find((peer) => kPeers[peer].includes(operation));

const people = (count) => `${count} ${count === 1 ? "breaks" : "break"} here`;
const shadeOf = (count, most) => (count === 0 ? 0 : Math.ceil((kShades * count) / most));

function howOf(place) {
  const ways = Object.entries(place.how);
  if (ways.length === 1) return `${people(place.count)}, ${ways[0][0] || "without a fault"}`;
  const how = ways.map(([fault, count]) => `${count} ${fault || "without a fault"}`).join(", ");
  return `${people(place.count)}: ${how}`;
}

// The broker, the processes, then the store and the network: those that the execution needs.
function lanesOf(places) {
  const peers = new Set(places.map((place) => peerOf(place.operation)));
  const processes = [...new Set(places.map((place) => place.process))].sort();
  const process = (letter) => ({ id: letter, name: processes.length > 1 ? `process ${letter}` : "handler" });
  const peer = (name) => (peers.has(name) ? [{ id: name, name }] : []);
  return [...peer("broker"), ...processes.map(process), ...peer("store"), ...peer("http")];
}

// A row whose columns are halves of lanes, so that an arrow goes from the middle of one lane to the middle of another.
function rowOf(parent, name, lanes, className) {
  const row = element(parent, name, undefined, className);
  row.style.gridTemplateColumns = `2.2em repeat(${2 * lanes.length}, minmax(2.6em, 1fr)) minmax(9em, 3fr)`;
  lanes.forEach((lane, i) => {
    element(row, "i", undefined, "lifeline").style.gridColumn = `${2 * i + 2} / span 2`;
  });
  return row;
}

function arrowOf(row, place, lanes) {
  const own = lanes.findIndex((lane) => lane.id === place.process);
  const peer = lanes.findIndex((lane) => lane.id === peerOf(place.operation));
  const arrow = element(row, "b", place.operation, "arrow");
  const crashed = place.fault === "crash";
  if (peer < 0 || crashed) {
    arrow.classList.add("point");
    arrow.style.gridColumn = `${2 * own + 2} / span 2`;
  } else {
    const [left, right] = [Math.min(own, peer), Math.max(own, peer)];
    const toRight = (kIncoming.includes(place.operation) ? own : peer) === right;
    arrow.classList.add(toRight ? "right" : "left");
    arrow.style.gridColumn = `${2 * left + 3} / ${2 * right + 3}`;
  }
  if (place.fault) arrow.textContent = crashed ? `✕ crash before ${place.operation}` : `${place.operation} · ${place.fault}`;
  arrow.classList.toggle("faulty", Boolean(place.fault));
}

// `places`: of each operation whose it is, what happens at it, how many break there, and by what ({"crash": 3}).
export function classExecution(parent, places) {
  if (places.length === 0) return;
  const most = Math.max(1, ...places.map((place) => place.count));
  const steps = places.filter((place) => !place.elsewhere);
  const lanes = lanesOf(steps);
  legend(parent, most);
  if (steps.length > 0) {
    const diagram = element(parent, "ol", undefined, "diagram");
    const head = rowOf(diagram, "li", lanes, "head");
    lanes.forEach((lane, i) => {
      element(head, "span", lane.name, "lane").style.gridColumn = `${2 * i + 2} / span 2`;
    });
    steps.forEach((place, i) => {
      const row = rowOf(diagram, "li", lanes, `step shade${shadeOf(place.count, most)}`);
      element(row, "span", String(i + 1), "number");
      arrowOf(row, place, lanes);
      if (place.count > 0) element(row, "small", howOf(place));
    });
  }
  for (const place of places.filter((each) => each.elsewhere)) {
    element(parent, "p", `${place.operation}, which this execution does not have: ${howOf(place)}`, `besides shade${shadeOf(place.count, most)}`);
  }
}

// Which colour means how many: ranges that have a number in them.
function legend(parent, most) {
  const list = element(parent, "p", "This many people's code breaks at the step: ", "legend");
  for (let shade = 0, from = 0; shade <= kShades; ++shade) {
    const to = Math.floor((most * shade) / kShades);
    if (to < from) continue;
    element(list, "span", from === to ? String(from) : `${from} to ${to}`, `shade${shade}`);
    from = to + 1;
  }
}

// `steps`: of each operation the fault at it, or none. Without any, the last operation shows the failure.
export function execution(parent, steps) {
  if (steps.length === 0) return;
  const row = element(parent, "ol", undefined, "execution");
  const faultless = steps.every((step) => !step.fault);
  for (const step of steps) {
    const shows = step.fault || (faultless && step === steps.at(-1));
    const item = element(row, "li", undefined, shows ? "shade4" : "shade0");
    element(item, "b", step.operation);
    if (step.fault) element(item, "small", step.fault);
  }
}
