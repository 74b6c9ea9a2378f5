// The clock of a mob, who drives, and the page over everything when a turn is over.
import { send } from "/live.js";
import { chime } from "/sound.js";
import { $, hush, say, state } from "/mob_state.js";
import { element } from "/words.js";

export const nameOf = (position) => (position === null ? "" : state.clock.people[position].name);

function timeText(ms) {
  const seconds = Math.ceil(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

// The time of day in so many ms, "15:20".
function timeOfDay(ms) {
  const then = new Date(Date.now() + ms);
  return `${String(then.getHours()).padStart(2, "0")}:${String(then.getMinutes()).padStart(2, "0")}`;
}

function clockWords(clock) {
  if (clock.paused) return "paused";
  if (clock.phase === "ready") return "not begun";
  if (clock.phase === "break") return "break";
  if (clock.phase === "talk") return "discussion: no clock";
  return `turn ${clock.turns}`;
}

// It comes due between two words of the program, too.
export const breakIsDue = () => state.clock !== null && state.clock.break_in_ms !== null && state.breakAt <= performance.now();

function breakWords(clock) {
  if (clock.break_in_ms === null) return "";
  if (!breakIsDue()) return `break at ${timeOfDay(state.breakAt - performance.now())}`;
  return clock.phase === "running" ? "a break is due after this turn" : "a break is due";
}

// How long turns have run on the step that is red.
export function workedMs() {
  const runs = state.clock.phase === "running" && !state.clock.paused && !state.lostAt;
  return (state.clock.worked_ms ?? 0) + (runs ? performance.now() - state.workedAt : 0);
}

export function tick() {
  const { clock } = state;
  if (clock === null) return;
  const runs = (clock.phase === "running" || clock.phase === "break") && !clock.paused;
  const now = state.lostAt || performance.now();  // nobody keeps the time while the program does not answer
  const left = runs ? Math.max(0, state.end - now) : clock.remaining_ms;
  const text = clock.phase === "ready" ? timeText(clock.settings.turn * 60_000)
    : clock.phase === "talk" ? "–" : timeText(left);
  const put = (id, words) => { if ($(id).textContent !== words) $(id).textContent = words; };
  put("time", text);
  put("break-words", breakWords(clock));
  document.body.classList.toggle("soon", clock.phase === "running" && left < 30_000);
  if (clock.phase === "break") {
    put("alert-who", text);
    put("aside-words", `Break, ${text} left`);
    put("alert-then", clock.paused ? "The clock is stopped" : `Back at ${timeOfDay(left)}`);
  }
  if (clock.phase === "over" && state.breakWasDue !== breakIsDue()) showAlert();  // Enter does what the page says
  if (clock.phase === "over") {
    const late = Math.floor((performance.now() - state.over) / 60_000);
    document.title = `Change places${late > 0 ? `, ${late} min ago` : ""}`;
  } else {
    document.title = `${text} ${nameOf(clock.driver)}`.trim();
  }
}

// What the page over everything says: why it is there, who is next, and its keys, the first ones on it.
function alertOf(clock) {
  const driver = nameOf(clock.driver);
  const who = driver ? `${driver} drives` : "Change places";
  const then = clock.navigator === null ? "" : `${nameOf(clock.navigator)} navigates`;
  const aside = ["Esc", "lays this page aside"];
  if (clock.phase === "break") {
    return { kind: "pause", why: "Break", who: timeText(clock.remaining_ms), then: "", keys: [...(clock.paused ? [["Space", "lets the clock go on"]] : []), ["e", "ends the break"], aside] };
  }
  if (clock.phase !== "over") return null;
  const why = { time: "The turn is over", green: `Step ${clock.green_step} is green, which ends the turn`, break_over: "The break is over" }[clock.reason];
  if (clock.all_green) {
    return { kind: "good", why: clock.reason === "break_over" ? why : `Lab ${state.lab?.number ?? ""}`, who: "All is green",
             then: "Now the questions; the clock stands still", keys: [["Enter", "goes to the questions"], ["b", "a break first"], aside] };
  }
  const talk = clock.reason === "green" ? [["q", "questions on this step first"]] : [];
  if (breakIsDue() && clock.reason !== "break_over") {
    return { kind: "pause", why, who: "Break", then: `${clock.settings.break} ${clock.settings.break === 1 ? "minute" : "minutes"}`,
             keys: [["Enter", "begins the break"], ["w", "puts it off by a turn"], ...talk, aside] };
  }
  return { kind: clock.reason === "green" ? "good" : "over", why, who, then,
           keys: [["Enter", "begins the turn"], ...talk, ["b", "a break first"], aside] };
}

function showKeysOn(parent, keys) {
  parent.replaceChildren();
  for (const [key, text] of keys) {
    const each = element(parent, "span");
    element(each, "kbd", key);
    each.append(` ${text}`);
  }
}

const whichAlert = (clock) => `${clock.phase} ${clock.turns} ${clock.reason}`;

function showAlert() {
  const alert = alertOf(state.clock);
  state.breakWasDue = breakIsDue();
  const isAside = alert !== null && state.aside === whichAlert(state.clock);
  $("alert").hidden = alert === null || isAside;
  $("aside").hidden = !isAside;
  alertChanged();
  if (alert === null) {
    state.alerted = "";
    state.aside = "";
    return;
  }
  $("alert").className = $("aside").className = alert.kind;
  $("alert-why").textContent = alert.why;
  $("alert-who").textContent = alert.who;
  $("alert-then").textContent = alert.then;
  showKeysOn($("alert-key"), alert.keys);
  $("aside-words").textContent = [alert.why, alert.who, alert.then].filter(Boolean).join(" · ");
  showKeysOn($("aside-keys"), alert.keys.slice(0, 1));
  if (state.alerted === whichAlert(state.clock)) return;
  if (state.clock.phase === "over") {
    state.over = performance.now();
    if (state.sound) chime(alert.kind === "good");
  }
  state.alerted = whichAlert(state.clock);
}

export const isAside = () => !$("aside").hidden;

// Called when a page over everything, or the line that is left of it, comes or goes.
let alertChanged = () => {};
export const onAlertChange = (call) => { alertChanged = call; };

export const alertIsShown = () => !$("alert").hidden;

// To finish a sentence, or to look at a failure: a line is left of the page over everything.
export function layAside() {
  state.aside = whichAlert(state.clock);
  showAlert();
  tick();
}

const kKeysOfPeople = 9;

function showPeople() {
  const { clock } = state;
  document.querySelector(".roles").classList.toggle("named", clock.people.length > 0 && clock.phase !== "talk");  // nobody drives
  for (const role of ["driver", "navigator", "next"]) $(role).textContent = nameOf(clock[role]) || "–";
  $("people").replaceChildren();
  clock.people.forEach((person, position) => {
    const button = element(element($("people"), "li"), "button", position < kKeysOfPeople ? `${position + 1} ${person.name}` : person.name);  // behind 9 there is no key
    button.classList.toggle("absent", person.absent);
    button.setAttribute("aria-pressed", String(!person.absent));
    button.title = person.absent ? "absent; press to come back" : "here; press to leave";
    button.onclick = () => send("/change", { what: "absent", person: position });
  });
}

// The program does not answer: the clock stands still until one does.
export function clockIsLost() {
  state.lostAt = performance.now();
  tick();
}

// What this page knows, for a program that has been started anew by the same command, or by one without names and times;
// whether there is something to give.
function giveBack(clock) {
  const known = state.clock;
  if (known === null || known.session === clock.session) return false;
  if (clock.started_as !== "" && clock.started_as !== known.started_as) return false;
  const at = state.lostAt || performance.now();
  const runs = (known.phase === "running" || known.phase === "break") && !known.paused;
  const kept = { ...known, take_back: undefined, remaining_ms: runs ? Math.max(0, Math.ceil(state.end - at)) : known.remaining_ms,
                 worked_ms: Math.floor(workedMs()),
                 break_in_ms: known.break_in_ms === null ? null : Math.max(0, Math.ceil(state.breakAt - at)) };
  state.lostAt = 0;
  const meanwhile = { ...known, session: clock.session };
  state.clock = meanwhile;
  // Another page may have been faster: then its clock has come, or comes now.
  const refused = () => state.clock === meanwhile && takeClock(clock);
  send("/restore", kept).then(() => say("The program was started anew; the mob is as it was"), refused);
  return true;
}

// What the last key has done, and that it takes it back: for as long as it does.
function showTakeBack({ take_back: last }) {
  const words = last ? `${last.words}. ${last.key} again takes it back` : "";
  if (words) {
    say(words, last.left_ms);
  } else if (state.takeBack) {
    hush();
  }
  state.takeBack = words;
}

export const takesBack = (key) => state.clock?.take_back?.key === key && performance.now() < state.takeBackUntil;

// False: it is a new program's, which is given what this page knows.
export function takeClock(clock) {
  if (giveBack(clock)) return false;
  state.lostAt = 0;
  state.clock = clock;
  state.workedAt = performance.now();
  state.end = performance.now() + clock.remaining_ms;
  state.breakAt = performance.now() + (clock.break_in_ms ?? 0);
  $("clock-words").textContent = clockWords(clock);
  document.body.classList.toggle("paused", clock.paused);
  showPeople();
  showAlert();
  state.takeBackUntil = performance.now() + (clock.take_back?.left_ms ?? 0);
  showTakeBack(clock);
  tick();
  return true;
}
