import { live, send } from "/live.js";
import { element, words } from "/words.js";
import { chime, soundAllowed } from "/sound.js";
import { kRule, redTests, showFailure, showNews, showTests, stepText, verdictClass, verdictText } from "/mob_tests.js";

const $ = (id) => document.getElementById(id);
const state = {
  clock: null, lab: null, checks: null, hints: { given: [], none: "" },
  end: 0, over: 0, view: "step", shown: 0, question: 0, answer: false, sound: true, alerted: "",
  putAway: 0, full: false,
};

// --- the clock -----------------------------------------------------------------------------------

const nameOf = (position) => (position === null ? "" : state.clock.people[position].name);

function timeText(ms) {
  const seconds = Math.ceil(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function clockWords(clock) {
  if (clock.paused) return "paused";
  if (clock.phase === "ready") return "not begun";
  if (clock.phase === "break") return "break";
  if (clock.phase === "talk") return "discussion: no clock";
  return clock.break_due && clock.phase === "running" ? "a break is due after this turn" : `turn ${clock.turns}`;
}

function tick() {
  const { clock } = state;
  if (clock === null) return;
  const runs = (clock.phase === "running" || clock.phase === "break") && !clock.paused;
  const left = runs ? Math.max(0, state.end - performance.now()) : clock.remaining_ms;
  const text = clock.phase === "ready" ? timeText(clock.settings.turn * 60_000)
    : clock.phase === "talk" ? "–" : timeText(left);
  if ($("time").textContent !== text) $("time").textContent = text;
  document.body.classList.toggle("soon", clock.phase === "running" && left < 30_000);
  if (state.checks?.state === "checking") showVerdict();
  if (clock.phase === "break") $("alert-then").textContent = text;
  if (clock.phase === "over") {
    const late = Math.floor((performance.now() - state.over) / 60_000);
    document.title = `Change places${late > 0 ? `, ${late} min ago` : ""}`;
  } else {
    document.title = `${text} ${nameOf(clock.driver)}`.trim();
  }
}

function alertOf(clock) {
  const driver = nameOf(clock.driver);
  const who = driver ? `${driver} drives` : "Change places";
  const then = clock.navigator === null ? "" : `${nameOf(clock.navigator)} navigates`;
  if (clock.phase === "break") {
    return { kind: "pause", why: "Break", who: "Back in", then: timeText(clock.remaining_ms), press: "e", key: "ends the break" };
  }
  if (clock.phase !== "over") return null;
  if (clock.break_due && clock.reason !== "break_over") {
    return { kind: "pause", why: clock.reason === "green" ? `Step ${clock.green_step} is green` : "The turn is over",
             who: "Break", then: `${clock.settings.break} minutes`, key: "begins the break" };
  }
  if (clock.reason === "lab_green") {
    return { kind: "good", why: `Lab ${state.lab?.number ?? ""}`, who: "All is green", then: "Now the questions; the clock stands still",
             key: "goes to the questions" };
  }
  const why = { time: "The turn is over", green: `Step ${clock.green_step} is green`, break_over: "The break is over" };
  return { kind: clock.reason === "green" ? "good" : "over", why: why[clock.reason], who, then, key: "begins the turn" };
}

function showAlert() {
  const alert = alertOf(state.clock);
  $("alert").hidden = alert === null;
  if (alert === null) {
    state.alerted = "";
    return;
  }
  $("alert").className = alert.kind;
  $("alert-why").textContent = alert.why;
  $("alert-who").textContent = alert.who;
  $("alert-then").textContent = alert.then;
  $("alert-key").replaceChildren();
  element($("alert-key"), "kbd", alert.press ?? "Enter");
  $("alert-key").append(` ${alert.key}`);
  const which = `${state.clock.phase} ${state.clock.turns}`;
  if (state.alerted !== which) {
    if (state.clock.phase === "over") {
      state.over = performance.now();
      if (state.sound) chime(alert.kind === "good");
    }
    state.alerted = which;
  }
}

function showPeople() {
  const { clock } = state;
  document.querySelector(".roles").classList.toggle("named", clock.people.length > 0);
  for (const role of ["driver", "navigator", "next"]) $(role).textContent = nameOf(clock[role]) || "–";
  $("people").replaceChildren();
  clock.people.forEach((person, position) => {
    const button = element(element($("people"), "li"), "button", `${position + 1} ${person.name}`);
    button.classList.toggle("absent", person.absent);
    button.setAttribute("aria-pressed", String(!person.absent));
    button.title = person.absent ? "absent; press to come back" : "here; press to leave";
    button.onclick = () => send("/change", { what: "absent", person: position });
  });
}

function onClock(clock) {
  state.clock = clock;
  state.end = performance.now() + clock.remaining_ms;
  $("clock-words").textContent = clockWords(clock);
  showPeople();
  showAlert();
  tick();
  showKeys();
  keepAddress();
}

// --- settings, which stand in the address --------------------------------------------------------

function keepAddress() {
  const { turn, every, break: pause } = state.clock.settings;
  const short = (minutes) => String(Number(minutes.toFixed(3)));
  const query = new URLSearchParams({ turn: short(turn), every: short(every), break: short(pause) });
  if (state.clock.people.length > 0) query.set("names", state.clock.people.map((each) => each.name).join(","));
  if (!state.sound) query.set("sound", "off");
  if (`?${query}` !== location.search) history.replaceState(null, "", `?${query}`);
}

function settingsOf(query) {
  const settings = {};
  for (const name of ["turn", "every", "break"]) {
    if (query.has(name)) settings[name] = Number(query.get(name));
  }
  if (query.has("names")) settings.names = query.get("names").split(",");
  return settings;
}

async function setFromAddress() {
  const query = new URLSearchParams(location.search);
  state.sound = query.get("sound") !== "off";
  const settings = settingsOf(query);
  if (Object.keys(settings).length > 0) await send("/set", settings).catch(() => {});
}

function showHelp() {
  const form = $("settings");
  for (const name of ["turn", "every", "break"]) form.elements[name].value = state.clock.settings[name];
  form.elements.names.value = state.clock.people.map((each) => each.name).join(", ");
  form.elements.sound.checked = state.sound;
  $("settings-answer").textContent = "";
  $("help").showModal();
}

$("settings").onsubmit = async (event) => {
  event.preventDefault();
  const form = $("settings").elements;
  state.sound = form.sound.checked;
  const query = new URLSearchParams();
  for (const name of ["turn", "every", "break", "names"]) query.set(name, form[name].value);
  try {
    await send("/set", settingsOf(query));
    $("help").close();
  } catch (error) {
    $("settings-answer").textContent = error.message;
  }
};

// --- the lab and its tests -----------------------------------------------------------------------

function stepNow() {
  const steps = state.lab?.steps ?? [];
  const number = state.checks?.step || (state.checks?.judgement === "green" ? 0 : 1);
  return steps.find((step) => step.number === number) ?? null;
}

function showGoal() {
  const { lab } = state;
  if (lab === null) return;
  const step = stepNow();
  $("where").textContent = `Lab ${lab.number}, ${lab.title}` + (step ? ` · step ${step.number} of ${lab.steps.length}` : "");
  $("open").textContent = step ? `Open ${lab.file}:${step.line} and save` : "";
  const title = step ? step.title : "All steps are green";
  $("step").textContent = title.charAt(0).toUpperCase() + title.slice(1);
  words($("step-view"), stepText(lab, step));
  $("slides").replaceChildren();
  if (lab.slides) {
    const link = element($("slides"), "a", `Slides: ${lab.part || "of this part"}`);
    link.href = lab.slides;
    link.target = "_blank";
    link.rel = "noopener";
  } else {
    $("slides").textContent = lab.deck ? `No slides yet: scripts/workshop slides ${lab.deck.match(/^\d*/)[0]} makes them` : "";
  }
}

function showVerdict() {
  for (const id of ["verdict", "full-verdict"]) {
    const text = verdictText(state.checks);
    if ($(id).textContent !== text) $(id).textContent = text;
    $(id).className = verdictClass(state.checks);
  }
}

const reds = () => redTests(state.checks);
const chosen = () => reds()[state.shown];

function choose(test) {
  state.shown = Math.max(0, reds().findIndex((each) => each.name === test.name));
  look(test.picture ? "picture" : "failure");
}

function onChecks(checks) {
  const before = state.checks;
  state.checks = checks;
  showVerdict();
  showNews($("news"), checks);
  $("rule").textContent = checks.state === "done" && checks.judgement === "red" ? kRule : "";
  document.body.classList.toggle("stale", checks.state !== "done" && checks.tests.length > 0);
  document.body.classList.toggle("errors", checks.state === "errors");
  const ended = checks.state === "done" && (before?.state !== "done" || before.count !== checks.count);
  if (ended) {
    state.shown = 0;
    if (checks.judgement === "green") state.view = "talk";
    else if (state.stepSeen !== undefined && state.stepSeen !== checks.step) state.view = "step";
    else if (state.view !== "hint") state.view = chosen()?.picture ? "picture" : "failure";
    state.stepSeen = checks.step;
  }
  showGoal();
  showView();
  document.documentElement.dataset.check = `${checks.count} ${checks.state}`;
  document.documentElement.dataset.toldAt = checks.told_at_ms;
}

// --- what stands beside the tests ----------------------------------------------------------------

const views = [["step", "The step"], ["picture", "Picture"], ["failure", "Failure"], ["hint", "Hints"], ["talk", "Questions"]];

function hasView(name) {
  if (name === "picture") return Boolean(chosen()?.picture);
  if (name === "failure") return chosen() !== undefined && !chosen().picture;
  if (name === "hint") return state.hints.given.length > 0 || state.hints.none !== "";
  if (name === "talk") return state.checks?.judgement === "green" && (state.lab?.questions.length ?? 0) > 0;
  return true;
}

function showView() {
  if (!hasView(state.view)) state.view = "step";
  $("views").replaceChildren();
  for (const [name, title] of views) {
    $(`${name}-view`).hidden = name !== state.view;
    if (!hasView(name)) continue;
    const button = element($("views"), "button", title);
    button.setAttribute("aria-pressed", String(name === state.view));
    button.onclick = () => look(name);
  }
  document.body.classList.toggle("picture", state.view === "picture");
  showPicture();
  showFailure($("failure-view"), chosen());
  showHints();
  showQuestion();
  if (state.checks) {
    const beside = state.view === "picture" || state.view === "failure";
    showTests($("tests"), state.checks, beside ? chosen() : null, choose);
  }
  showKeys();
}

function look(name) {
  state.view = name;
  showView();
}

// In the frame a picture has one line of head and no buttons: the mob's keys do what they did.
const kFramed = `
  header { padding: .15rem .8rem; gap: .8rem; } .buttons, #note { display: none; }
  .badge { font-size: 1.1rem; padding: .05rem .6rem; } .what { display: flex; gap: 1rem; align-items: baseline; }
  .what h1, .what p { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
  .what h1 { display: none; } .what p { color: var(--fg); font-size: 1.1rem; }
  html body { grid-template-columns: minmax(0, 1fr) 17rem; } body.no-state { grid-template-columns: minmax(0, 1fr) 0; }
  aside { padding: .4rem .8rem; } aside h3 { margin-top: .5rem; }
  footer { padding: .2rem .8rem .3rem; } .controls { margin-top: .1rem; } .controls input { height: 1.1rem; }
  .controls button { padding: .1rem .5rem; } #caption { min-height: 1.4em; max-height: 2.8em; }
  @media (max-height: 700px) { main svg { max-width: calc(var(--width) * .95px); } }`;

function frameLoaded() {
  const { contentWindow } = $("picture");
  contentWindow.addEventListener("keydown", onKey, true);
  const sheet = new contentWindow.CSSStyleSheet();  // of the frame, whose policy lets no other style in
  sheet.replaceSync(kFramed);
  contentWindow.document.adoptedStyleSheets = [sheet];
  contentWindow.dispatchEvent(new contentWindow.Event("resize"));
}

function showPicture() {
  const frame = $("picture");
  const address = chosen()?.picture;
  if (!address || frame.getAttribute("src") === address) return;
  frame.setAttribute("src", address);
  frame.onload = frameLoaded;
}

const kPictureWidth = 905;
new ResizeObserver(([{ contentRect: { width, height } }]) => {
  const scale = Math.min(1, width / kPictureWidth);
  const { style } = $("picture");
  style.width = `${width / scale}px`;
  style.height = `${height / scale}px`;
  style.transform = `scale(${scale})`;
}).observe($("picture-view"));

function showHints() {
  const view = $("hint-view");
  view.replaceChildren();
  const { given, none } = state.hints;
  if (none) element(view, "p", none);
  const away = given.slice(0, state.putAway);
  for (const hint of given.slice(state.putAway).reverse()) {
    element(view, "h2", hintTitle(hint));
    words(element(view, "div"), hint.text);
    const rest = hint.left === 0 ? "This was the last one of the step." : hint.left === 1
      ? "One more of this step, and it is almost the answer." : `${hint.left} more of this step; try first.`;
    element(view, "p", rest, "left");
  }
  if (away.length === 0) return;
  element(view, "h2", "Taken before");
  for (const hint of away) {
    const folded = element(view, "details");
    element(folded, "summary", hintTitle(hint));
    words(element(folded, "div"), hint.text);
  }
}

const hintTitle = (hint) =>
  `Step ${hint.step}, hint ${hint.number} of ${hint.of}${hint.fits.length ? `: ${hint.fits.join(", ")}` : ""}`;

function putHintsAway() {
  state.putAway = state.hints.given.length;
  look(chosen() ? (chosen().picture ? "picture" : "failure") : "step");
}

function showQuestion() {
  const questions = state.lab?.questions ?? [];
  const view = $("talk-view");
  view.replaceChildren();
  if (questions.length === 0) return;
  const each = questions[state.question % questions.length];
  element(view, "h2", `Question ${(state.question % questions.length) + 1} of ${questions.length}`);
  words(element(view, "div", undefined, "question"), each.question);
  if (state.answer) words(element(view, "div", undefined, "answer"), each.answer);
}

function onHints(hints) {
  const count = hints.given.length;
  const more = count > hints.before && count > state.hints.given.length;
  const news = state.hintsKnown && (more || (hints.none && hints.none !== state.hints.none));
  if (!state.hintsKnown || count <= hints.before) state.putAway = count;  // shown when somebody opens them
  else if (more) state.putAway = state.hints.given.length;
  state.hintsKnown = true;
  state.hints = hints;
  if (news) state.view = "hint";
  showView();
}

// --- keys ----------------------------------------------------------------------------------------

const green = () => state.checks?.judgement === "green";
const change = (what) => send("/change", { what });
const runs = () => ["running", "break"].includes(state.clock?.phase);

// What the program answers to a key that it refuses.
let saidUntil = 0;
function say(text) {
  $("said").textContent = text;
  $("said").hidden = false;
  clearTimeout(saidUntil);
  saidUntil = setTimeout(() => { $("said").hidden = true; }, 6_000);
}
const press = (key) => send("/press", { key }).catch((error) => say(error.message));

function askHint() {
  if (state.checks?.state !== "checking") return press("h");
  return say("A check is running: read its verdict first, then ask for a hint");
}

// A key of the picture, pressed while the page has the keyboard.
function toPicture(key, code) {
  if (state.view !== "picture") return;
  const target = $("picture").contentDocument;
  target.dispatchEvent(new target.defaultView.KeyboardEvent("keydown", { key, code, bubbles: true }));
}
const kOfPicture = { p: "p", l: "l", d: "d", o: "o", R: "r", Home: "Home", End: "End" };

function nextShown() {
  if (state.view === "talk") {
    state.question += 1;
    state.answer = false;
  } else if (reds().length > 0) {
    if (state.view === "picture" || state.view === "failure") state.shown = (state.shown + 1) % reds().length;
    state.view = chosen().picture ? "picture" : "failure";
  }
  showView();
}

function nextView() {
  const there = views.map(([name]) => name).filter(hasView);
  look(there[(there.indexOf(state.view) + 1) % there.length]);
}

function toggleFull() {
  document.body.classList.toggle("full");
  showKeys();
}

// Words, what it does, and whether it does something now.
const keys = {
  Enter: ["begin, or go on when a turn is over; ends nothing", () => change("go on"),
          () => ["ready", "over"].includes(state.clock?.phase)],
  Space: ["pause the clock, and go on", () => change("pause"), runs],
  e: ["end this turn, or this break, early", () => change("end"), runs],
  h: ["release the next hint", askHint, () => !green()],
  z: ["put the hints away", putHintsAway, () => state.view === "hint"],
  t: ["the next failing test; after green the next question", nextShown, () => reds().length > 0 || green()],
  a: ["the usual answer", () => { state.answer = !state.answer; showView(); }, () => state.view === "talk"],
  v: ["another view beside the tests", nextView, () => views.filter(([name]) => hasView(name)).length > 1],
  f: ["tests away, and back", toggleFull, () => true],
  r: ["check again", () => press("r"), () => true],
  n: ["the next lab, when this one is green", () => press("n"), green],
  "?": ["keys and settings", showHelp, () => true],
};
const short = { Enter: "go on", Space: "pause", e: "end early", z: "hints away", h: "hint", t: "next", a: "answer", v: "view", f: "full", r: "check again", n: "next lab", "?": "keys and settings" };

function showKeys() {
  $("keys").replaceChildren();
  for (const [key, [, , works]] of Object.entries(keys)) {
    if (!works()) continue;
    element($("keys"), "kbd", key);
    $("keys").append(` ${short[key]}   `);
  }
  $("help-keys").replaceChildren();
  const rows = [...Object.entries(keys).map(([key, [text]]) => [key, text]),
                ["1 to 9", "this person leaves, or is back"], ["← →", "a step of the picture; Home and End: its first and last"],
                ["p", "picture: predict, stops before the step that decides"], ["l", "picture: large type"],
                ["d", "picture: the first difference to the right run"], ["R", "picture: the right run, and back"],
                ["o", "picture: what the oracle sees, away and back"]];
  for (const [key, text] of rows) {
    const row = element($("help-keys"), "tr");
    element(element(row, "td"), "kbd", key);
    element(row, "td", text);
  }
}

function onKey(event) {
  if (!event.isTrusted) return;  // it is on its way to the picture
  if (event.ctrlKey || event.metaKey || event.altKey || $("help").open || event.repeat) return;
  const pressesIt = $("alert").hidden && event.target.closest?.("button, input, a");
  if (pressesIt && (event.key === "Enter" || event.key === " ")) return;
  soundAllowed();
  const key = event.key === " " ? "Space" : event.key;
  if (key.startsWith("Arrow") && state.view === "picture" && event.view === window) {
    toPicture(key, event.code);
  } else if (kOfPicture[key] && state.view === "picture") {
    if (event.view !== window) return;  // the picture has the keyboard
    toPicture(kOfPicture[key], event.code);
  } else if (/^[1-9]$/.test(key) && Number(key) <= state.clock.people.length) {
    send("/change", { what: "absent", person: Number(key) - 1 });
  } else if (keys[key]?.[2]()) {
    keys[key][1]();
  } else if (key !== "Space") {
    return;
  }
  event.preventDefault();
  event.stopPropagation();  // a picture that has the keyboard has keys of its own
}

document.addEventListener("keydown", onKey);
addEventListener("resize", () => document.querySelector("#tests .shown")?.scrollIntoView({ block: "nearest" }));
document.addEventListener("pointerdown", soundAllowed);
document.addEventListener("click", (event) => {  // the keyboard stays with the page
  if (event.detail > 0 && !$("help").open) document.activeElement?.blur();
});
$("help").addEventListener("close", () => document.activeElement?.blur());
showKeys();
setInterval(tick, 200);
await setFromAddress();
live("/events", {
  clock: onClock,
  checks: onChecks,
  hints: onHints,
  lab: (lab) => {
    if (state.lab?.number !== lab.number) Object.assign(state, { question: 0, answer: false, stepSeen: undefined });
    state.lab = lab;
    showGoal();
    showView();
  },
});
