// The page of `workshop play`: shows where the execution stands, and sends what a person chooses.
// The names of what is sent and answered are those of protocol/play.hpp.
import { live, send } from "/live.js";

const byId = (id) => document.getElementById(id);
let standing = null;

function make(tag, classes, ...children) {
  const element = document.createElement(tag);
  if (classes) element.className = classes;
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const counted = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

// ---- what is there --------------------------------------------------------------------------

// One picture is a few hundred elements: it is put in whole.
function showPicture() {
  const place = byId("picture");
  // Its width stands in a style, which the page's policy does not take.
  const svg = standing.svg.replace(/ style="[^"]*"/, "");
  const parsed = new DOMParser().parseFromString(svg, "text/html").querySelector("svg");
  if (!parsed) return;
  const width = parsed.viewBox.baseVal.width;
  parsed.style.setProperty("--width", String(width));
  for (const group of parsed.querySelectorAll("g.step")) {
    group.classList.toggle("last", standing.steps > 0 && Number(group.dataset.step) === standing.steps);
  }
  place.replaceChildren(parsed);
  place.scrollTop = place.scrollHeight;
  holdHeads();
}

// The lanes' heads stay on top while the picture scrolls beneath them.
function holdHeads() {
  const place = byId("picture");
  const svg = place.querySelector("svg");
  const heads = svg?.querySelector("g.heads");
  const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 0;
  if (heads && scale > 0) heads.style.transform = `translateY(${place.scrollTop / scale}px)`;
}

// What happens to an operation that stands above: "refused" of "refused: publish PaymentBooked …".
function fateOf(choice, operation) {
  const at = operation ? choice.short.indexOf(operation.words) : -1;
  if (at < 0) return choice.short;
  const [before, behind] = [choice.short.slice(0, at), choice.short.slice(at + operation.words.length)];
  if (before === "") return choice.short;  // a delivery: it has no verb but that of its operation
  return (before.replace(/ before $/, " before it").replace(/: $/, "") + behind).trim();
}

function choiceButton(choice, told, goesOn) {
  const button = make("button", goesOn ? "goes-on" : "",
                      make("kbd", "", choice.key || "·"), make("span", goesOn ? "" : "fault", told));
  button.dataset.sign = choice.sign;
  button.title = choice.words;
  if (told !== choice.words) button.setAttribute("aria-label", `${choice.key} ${choice.words}`);
  return button;
}

function showChoices() {
  const place = byId("choices");
  const parts = [];
  let process = null;
  let operation = null;  // that the process comes to, and what may happen to it in a list
  standing.choices.forEach((choice, i) => {
    if (choice.process !== process) {
      process = choice.process;
      operation = null;
      parts.push(make("h3", "", process || "the clock"));
    }
    const goesOn = choice.sign === "." || choice.sign === "@";
    const button = choiceButton(choice, goesOn ? choice.short : fateOf(choice, operation), goesOn);
    button.addEventListener("click", () => take(i));
    if (goesOn) {
      operation = { words: choice.short, fates: make("div", "fates") };
      parts.push(button, operation.fates);
    } else {
      (operation?.fates ?? parts[parts.push(make("div", "fates")) - 1]).append(button);
    }
  });
  if (parts.length === 0) parts.push(make("p", "", "Nothing can happen any more. Go back with ←, or start again with Home."));
  byId("ask").textContent = standing.choices.length > 0 ? "What happens next?" : "It has ended";
  const keep = document.activeElement?.closest?.("#choices") !== null;
  place.replaceChildren(...parts);
  if (keep) (place.querySelector("button") ?? byId("back")).focus();
}

function words(value) {
  if (value === null) return "none";
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return `[${value.map(words).join(", ")}]`;
  const keys = Object.keys(value);
  if (keys.length === 1 && keys[0] === "value") return words(value.value);
  if ("id" in value && "type" in value && "body" in value) return `${value.type} ${words(value.id)}`;
  return `{${keys.map((key) => `${key}: ${words(value[key])}`).join(", ")}}`;
}

function showSeen() {
  const { state } = standing;
  const parts = [];
  const line = (...children) => make("div", "line", ...children);
  for (const effect of state?.effects ?? []) {
    const tone = effect.count === 1 ? "good" : effect.count > 1 ? "bad" : "";
    const count = effect.count === 0 ? `not yet ${effect.name}` : effect.count === 1 ? `${effect.name} once ✓`
                : `${effect.name} ${effect.count} times`;
    parts.push(line(make("span", "code", effect.message), make("span", tone, count)));
  }
  for (const queue of state?.queues ?? []) {
    const isCopy = (message, i) => queue.messages.findIndex((each) => each.id === message.id) < i;
    const messages = (queue.messages ?? []).map((message, i) =>
      `${message.type} ${message.id}${isCopy(message, i) ? ", its copy" : ""}${message.status === "visible" ? "" : ` (${message.status})`}`);
    parts.push(line(make("span", "", queue.name), make("span", "code", messages.join(", ") || "empty")));
  }
  for (const stored of state?.documents ?? []) {
    parts.push(line(make("span", "code", `${stored.key} ${stored.version ?? ""}`), make("span", "code", words(stored.body))));
  }
  byId("seen").replaceChildren(...(parts.length > 0 ? [make("h3", "", "What the oracle sees"), ...parts] : []));
}

// With as many faults, who needs fewer steps is no better: the explorer's are the fewest within these.
function outcome() {
  const { known } = standing;
  if (standing.verdict !== "broken") return "";
  if (!known) return isExplored() && standing.within_bounds ? " The explorer found nothing: you have beaten it!" : "";
  if (standing.faults < known.faults) return ` The explorer took ${counted(known.faults, "fault")}: you have beaten it!`;
  if (standing.faults === known.faults) return ` As few faults as the explorer, which took ${counted(known.steps, "step")}.`;
  return ` The explorer took ${counted(known.faults, "fault")}. Undo it, and do with fewer.`;
}

function showVerdict() {
  const place = byId("verdict");
  const header = document.querySelector("header");
  header.classList.toggle("broken", standing.verdict === "broken");
  header.classList.toggle("rest", standing.verdict === "at rest");
  const broken = standing.violation;
  if (broken) {
    const lost = standing.no_return === null || standing.no_return === standing.steps ? "" : standing.no_return === 0
      ? " From the start it could only fail." : ` From step ${standing.no_return} on it could only fail.`;
    const outside = standing.within_bounds ? "" : " More went wrong than the test allows.";
    place.replaceChildren(make("b", "", broken.name), ` expected ${broken.expected}, got ${broken.got}.`, lost, outside, outcome());
  } else if (standing.verdict === "at rest") {
    place.replaceChildren(make("b", "", "holds"), " It is at rest, and nothing is broken.");
  } else if (standing.verdict === "too long") {
    place.replaceChildren(`Not at rest after ${standing.steps} steps, and no invariant is broken.`);
  } else {
    place.replaceChildren(standing.last ? `${standing.steps}. ${standing.last}: nothing is broken so far.` : "Nothing has happened yet.");
  }
}

const isExplored = () => !/^not explored/.test(standing.known_words);

// What a room tries here: it depends on whether there is a failure to beat, or to look for.
function goal() {
  const { known } = standing;
  if (known) {
    return known.faults === 0 ? "Break an invariant, as the explorer does: no fault is needed, only another order."
      : "Break an invariant with fewer faults than the explorer; the oracle judges after each step.";
  }
  return isExplored() ? "The explorer finds nothing that breaks. Try to beat it: let things go wrong, and see how the handler comes through."
    : "Part of the handler is not written. See how far it comes.";
}

function showChallenge() {
  const { known } = standing;
  byId("test").textContent = standing.test;
  document.title = `Play: ${standing.test}`;
  if (!known) {
    byId("challenge").replaceChildren(make("b", "", "The goal: "), `${goal()} `, make("span", "dim", `(${standing.known_words})`));
    return;
  }
  const faults = known.faults === 0 ? "no fault at all" : counted(known.faults, "fault");
  byId("challenge").replaceChildren("Beat the explorer: it breaks this with ", make("b", "", faults), ", in ",
    make("b", "", counted(known.steps, "step")), known.faults === 0 ? "." : ". Can you do it with fewer?");
}

// An answer comes by one way, and what it has led to by another, to all pages: whichever is first is shown, once.
function show(now) {
  if (standing && now.number <= standing.number) return;
  standing = now;
  showChallenge();
  showPicture();
  showChoices();
  showSeen();
  showVerdict();
  byId("cost").textContent = [counted(standing.faults, "fault"),
    counted(standing.preemptions, "preemption"), counted(standing.steps, "step")].join(" · ");
  byId("back").disabled = byId("reset").disabled = standing.steps === 0;
  byId("forth").disabled = standing.undone === 0;
  byId("finish").disabled = standing.verdict !== "open";
  if (document.activeElement !== byId("schedule")) byId("schedule").value = standing.schedule;
  document.documentElement.dataset.schedule = standing.schedule;
}

// ---- what a person does ---------------------------------------------------------------------

async function command(value) {
  try {
    const answer = await send("/command", value);
    byId("complaint").textContent = answer.error ?? "";
    if (!answer.error) show(answer);
    return !answer.error;
  } catch (error) {
    byId("complaint").textContent = error.message;
    return false;
  }
}

const take = (i) => command({ take: i + 1, at: standing.schedule });
const moves = {
  Home: () => command({ reset: true }),
  ArrowLeft: () => command({ back: 1 }),
  Backspace: () => command({ back: 1 }),
  ArrowRight: () => command({ forth: 1 }),
  Enter: () => command({ finish: true }),
};
const kKeys = [["1 2 3 …", "a process goes on with what stands beside the number"], ["a b c …", "something goes wrong: a crash, a lost answer, a second delivery"],
  ["←", "takes the last step back"], ["→", "takes it again"], ["Enter", "on to the end, without faults"], ["Home", "from the start"], ["?", "these keys, and back"]];

function showHelp() {
  if (byId("help").open) return byId("help").close();
  byId("goal").textContent = `The goal: ${goal()}`;
  byId("names").textContent = "m1#2 is the second delivery of message m1, and m1#2.3 the third id that was drawn in it.";
  byId("help-keys").replaceChildren(...kKeys.map(([key, text]) => make("tr", "", make("td", "", make("kbd", "", key)), make("td", "", text))));
  byId("help").showModal();
  return byId("help").querySelector("h2").focus();
}
for (const id of ["keys", "help-close"]) byId(id).addEventListener("click", showHelp);

const buttons = { reset: moves.Home, back: moves.ArrowLeft, forth: moves.ArrowRight, finish: moves.Enter };
for (const [id, move] of Object.entries(buttons)) byId(id).addEventListener("click", move);

byId("go").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (await command({ goto: byId("schedule").value.trim() })) byId("schedule").blur();
});

byId("copy").addEventListener("click", async () => {
  const input = byId("schedule");
  input.value = standing.schedule;
  input.select();
  await navigator.clipboard.writeText(standing.schedule).catch(() => document.execCommand("copy"));
});

document.addEventListener("keydown", (event) => {
  if (!standing || event.ctrlKey || event.metaKey || event.altKey) return;
  const input = event.target === byId("schedule");
  if (input) {
    if (event.key === "Escape") {
      byId("schedule").value = standing.schedule;
      byId("schedule").blur();
    }
    return;
  }
  if (event.key === "?") {
    event.preventDefault();
    showHelp();
    return;
  }
  if (byId("help").open) return;
  // Enter on a button is that button's.
  if (event.key === "Enter" && event.target.closest?.("button")) return;
  if (moves[event.key]) {
    event.preventDefault();
    moves[event.key]();
    return;
  }
  const chosen = standing.choices.findIndex((choice) => choice.key !== "" && choice.key === event.key);
  if (chosen < 0) return;
  event.preventDefault();
  take(chosen);
});

byId("picture").addEventListener("scroll", holdHeads);
addEventListener("resize", () => {  // the last step stays in sight
  byId("picture").scrollTop = byId("picture").scrollHeight;
  holdHeads();
});

live("/events", {
  standing: show,
  changed: ({ file, again }) => {
    byId("changed").textContent = `${file} was saved, and what is played here is older: end the program, and start ${again} again`;
  },
});
