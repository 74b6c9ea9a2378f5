import { live, send } from "/live.js";
import { element, words } from "/words.js";
import { chime, soundAllowed } from "/sound.js";

const $ = (id) => document.getElementById(id);
const state = {
  clock: null, lab: null, checks: null, hints: { given: [], none: "" },
  end: 0, over: 0, view: "step", shown: 0, question: 0, answer: false, sound: true, alerted: "",
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
  return clock.break_due && clock.phase === "running" ? "a break is due after this turn" : `turn ${clock.turns}`;
}

function tick() {
  const { clock } = state;
  if (clock === null) return;
  const runs = (clock.phase === "running" || clock.phase === "break") && !clock.paused;
  const left = runs ? Math.max(0, state.end - performance.now()) : clock.remaining_ms;
  const text = clock.phase === "ready" ? timeText(clock.settings.turn * 60_000) : timeText(left);
  if ($("time").textContent !== text) $("time").textContent = text;
  document.body.classList.toggle("soon", clock.phase === "running" && left < 30_000);
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
    return { kind: "pause", why: "Break", who: "Back in", then: timeText(clock.remaining_ms), key: "ends the break" };
  }
  if (clock.phase !== "over") return null;
  if (clock.break_due && clock.reason !== "break_over") {
    return { kind: "pause", why: clock.reason === "green" ? `Step ${clock.green_step} is green` : "The turn is over",
             who: "Break", then: `${clock.settings.break} minutes`, key: "begins the break" };
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
  element($("alert-key"), "kbd", "Enter");
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
  const title = step ? step.title : "All steps are green";
  $("step").textContent = title.charAt(0).toUpperCase() + title.slice(1);
  words($("step-view"), `${step ? step.text : ""}\n\n${lab.goal ? `**Goal of the lab:** ${lab.goal}` : ""}`);
  $("slides").replaceChildren();
  if (lab.slides) {
    const link = element($("slides"), "a", `Slides: ${lab.part || "of this part"}`);
    link.href = lab.slides;
    link.target = "_blank";
    link.rel = "noopener";
  } else {
    $("slides").textContent = "No slides here: scripts/workshop slides makes them";
  }
}

function verdictText(checks) {
  const red = checks.tests.filter((test) => test.verdict === "red").length;
  if (checks.state === "checking") return checks.saved ? `${checks.saved.split("/").pop()} was saved: checking…` : "checking…";
  if (checks.state === "errors" || checks.judgement === "unjudged") return checks.problem;
  if (checks.judgement === "green") return `All ${checks.tests.length} tests are green`;
  return `${red} of ${checks.tests.length} tests ${red === 1 ? "is" : "are"} red`;
}

function showNews(checks) {
  $("news").replaceChildren();
  if (checks.errors.length) element(element($("news"), "li"), "pre", checks.errors.join("\n"));
  if (checks.state !== "done") return;
  if (checks.mended.length) element($("news"), "li", `✓ ${checks.mended.length} green now`, "good");
  if (checks.broken.length) element($("news"), "li", `✗ ${checks.broken.length} red now`, "bad");
  if (checks.moved.length) element($("news"), "li", `→ ${checks.moved.length} red in another way`, "moved");
}

// What has changed of one test, as its class and its words.
function newsOf(test, checks) {
  if (test.replayed) return ["moved", test.replayed];
  if (checks.state !== "done") return null;
  if (checks.mended.includes(test.name)) return ["good", "green now"];
  if (checks.broken.includes(test.name)) return ["bad", "red now"];
  const moved = checks.moved.find((text) => text.startsWith(`${test.name}: `));
  return moved ? ["moved", `→ ${moved.slice(test.name.length + 2)}`] : null;
}

// The red tests with a picture, those of the step first.
function pictures() {
  const { checks } = state;
  const red = (checks?.tests ?? []).filter((test) => test.verdict === "red" && test.picture);
  return [...red.filter((test) => test.step === checks.step), ...red.filter((test) => test.step !== checks.step)];
}

function showTests(checks) {
  const shown = state.view === "picture" ? pictures()[state.shown] : null;
  $("tests").replaceChildren();
  const steps = [...new Set(checks.tests.map((test) => test.step))].sort((a, b) => (a || 99) - (b || 99));
  for (const step of steps) {
    const tests = checks.tests.filter((test) => test.step === step);
    const green = tests.filter((test) => test.verdict === "green").length;
    const later = checks.step > 0 && step > checks.step;
    element($("tests"), "h2", `${step ? `Step ${step}` : "Besides"}: ${green} of ${tests.length}${later ? ", later" : ""}`);
    const list = element($("tests"), "ul");
    for (const test of tests) {
      if (later && test !== shown) continue;
      const item = element(list, "li", test.name, test.verdict);
      item.classList.toggle("shown", test === shown);
      if (test.words) element(item, "small", test.words.split("\n")[0]);
      const news = newsOf(test, checks);
      if (news) element(item, "small", news[1], news[0]);
    }
  }
}

function onChecks(checks) {
  const before = state.checks;
  state.checks = checks;
  $("verdict").textContent = verdictText(checks);
  $("verdict").className = checks.state === "done" ? checks.judgement : checks.state === "errors" ? "unjudged" : "";
  showNews(checks);
  const ended = checks.state === "done" && (before?.state !== "done" || before.count !== checks.count);
  if (ended) {
    state.shown = 0;
    if (checks.judgement === "green") state.view = "talk";
    else if (pictures().length > 0 && state.view !== "hint") state.view = "picture";
    else if (pictures().length === 0 && state.view === "picture") state.view = "step";
  }
  showGoal();
  showView();
  document.documentElement.dataset.check = `${checks.count} ${checks.state}`;
  document.documentElement.dataset.toldAt = checks.told_at_ms;
}

// --- what stands beside the tests ----------------------------------------------------------------

const views = [["step", "The step"], ["picture", "Picture"], ["hint", "Hints"], ["talk", "Questions"]];

function hasView(name) {
  if (name === "picture") return pictures().length > 0;
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
  showHints();
  showQuestion();
  if (state.checks) showTests(state.checks);
  showKeys();
}

function look(name) {
  state.view = name;
  showView();
}

function showPicture() {
  const all = pictures();
  const frame = $("picture");
  if (all.length === 0) return;
  state.shown %= all.length;
  const address = all[state.shown].picture;
  if (frame.getAttribute("src") === address) return;
  frame.setAttribute("src", address);
  frame.onload = () => frame.contentWindow.addEventListener("keydown", onKey, true);
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
  for (const hint of [...given].reverse()) {
    element(view, "h2", `Step ${hint.step}, hint ${hint.number} of ${hint.of}${hint.fits.length ? `: ${hint.fits.join(", ")}` : ""}`);
    words(element(view, "div"), hint.text);
  }
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
  const news = hints.given.length > state.hints.given.length || (hints.none && hints.none !== state.hints.none);
  state.hints = hints;
  if (news && state.checks !== null) state.view = "hint";
  showView();
}

// --- keys ----------------------------------------------------------------------------------------

const green = () => state.checks?.judgement === "green";
const go = () => send("/change", { what: "go on" });

function nextShown() {
  if (state.view === "talk") {
    state.question += 1;
    state.answer = false;
  } else if (pictures().length > 0) {
    if (state.view === "picture") state.shown += 1;
    state.view = "picture";
  }
  showView();
}

function nextView() {
  const there = views.map(([name]) => name).filter(hasView);
  look(there[(there.indexOf(state.view) + 1) % there.length]);
}

// Words, what it does, and whether it does something now.
const keys = {
  Enter: ["go on: begin, change places, break", go, () => true],
  h: ["release the next hint", () => send("/press", { key: "h" }), () => !green()],
  t: ["the next failing test; after green the next question", nextShown, () => pictures().length > 0 || green()],
  a: ["the usual answer", () => { state.answer = !state.answer; showView(); }, () => state.view === "talk"],
  v: ["another view beside the tests", nextView, () => views.filter(([name]) => hasView(name)).length > 1],
  f: ["tests away, and back", () => document.body.classList.toggle("full"), () => true],
  r: ["check again", () => send("/press", { key: "r" }), () => true],
  n: ["the next lab, when this one is green", () => send("/press", { key: "n" }), green],
  "?": ["keys and settings", showHelp, () => true],
};
const short = { Enter: "go on", h: "hint", t: "next", a: "answer", v: "view", f: "full", r: "check again", n: "next lab", "?": "keys and settings" };

function showKeys() {
  $("keys").replaceChildren();
  for (const [key, [, , works]] of Object.entries(keys)) {
    if (!works()) continue;
    element($("keys"), "kbd", key);
    $("keys").append(` ${short[key]}   `);
  }
  $("help-keys").replaceChildren();
  const rows = [...Object.entries(keys).map(([key, [text]]) => [key, text]),
                ["1 to 9", "this person leaves, or is back"], ["← →", "a step of the picture"]];
  for (const [key, text] of rows) {
    const row = element($("help-keys"), "tr");
    element(element(row, "td"), "kbd", key);
    element(row, "td", text);
  }
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || $("help").open || event.repeat) return;
  const pressesIt = $("alert").hidden && event.target.closest?.("button, input, a");
  if (pressesIt && (event.key === "Enter" || event.key === " ")) return;
  soundAllowed();
  const key = event.key === " " ? "Enter" : event.key;
  const arrow = key.startsWith("Arrow") && state.view === "picture" && event.view === window;
  if (arrow) {
    const target = $("picture").contentDocument;
    target.dispatchEvent(new target.defaultView.KeyboardEvent("keydown", { key, code: event.code, bubbles: true }));
  } else if (/^[1-9]$/.test(key) && Number(key) <= state.clock.people.length) {
    send("/change", { what: "absent", person: Number(key) - 1 });
  } else if (key === "p") {
    send("/change", { what: "pause" });
  } else if (keys[key]?.[2]()) {
    keys[key][1]();
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();  // a picture that has the keyboard has keys of its own
}

document.addEventListener("keydown", onKey);
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
    state.lab = lab;
    state.question = 0;
    state.answer = false;
    showGoal();
    showView();
  },
});
