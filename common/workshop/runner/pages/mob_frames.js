// The picture of a failure beside the tests, and the slides over them, each in a frame; keys reach them from the page.
import { $, chosen, isPredicting, isToPredict, markNew, markSeen, say, state } from "/mob_state.js";

// In the frame a picture has one line of head and one of foot, no buttons and, until `o`, no panel: the mob's keys do what
// they did. Its type is at least 16 pixels high, and 20 on a large screen, for the second row; what is too wide for that
// scrolls with the step, and the page says so; on a small screen it first becomes as small as 14 pixels, to be seen whole.
// Letters are a little closer together than drawn, so that the larger ones have the same room.
const kFramed = `
  header { padding: .05rem .8rem; gap: .8rem; } .buttons, #note { display: none; }
  .badge { font-size: 1.1rem; padding: .05rem .6rem; } .what { display: flex; gap: 1rem; align-items: baseline; }
  .what h1 { display: none; } .what p { color: var(--fg); font-size: 18px; line-height: 1.25; }
  html body { grid-template-columns: minmax(0, 1fr) 17rem; } html body.no-state { grid-template-columns: minmax(0, 1fr) 0; }
  html.large body, html.large body.no-state { grid-template-columns: minmax(0, 1fr); }
  aside { padding: .4rem .8rem; } aside h3 { margin-top: .5rem; }
  html.large .what p { font-size: max(18px, 1.45rem); } html.large :is(.row, .count) { font-size: max(17px, 1.5rem); }
  footer { padding: .05rem 1.2rem .05rem .8rem; display: flex; gap: 1rem; align-items: center; }
  #caption { flex: 1; min-height: 1.3em; max-height: 5.4em; font-size: 18px; line-height: 1.3; }
  html.large #caption { font-size: 22px; line-height: 1.25; height: 92px; max-height: none; }
  @media (min-width: 1300px) { html.large #caption { font-size: 30px; height: 118px; } html.large :is(.what p, #counter, .row, .count) { font-size: 24px; } }
  #counter { font-size: max(1rem, 18px); }
  #left-out { font-size: 18px; }
  @media (min-width: 1300px) { html:not(.large) :is(.what p, #caption, #left-out) { font-size: 20px; } }
  @media (min-width: 1300px) and (min-height: 620px) { html:not(.large) :is(.what p, #caption, #left-out, #counter) { font-size: 24px; } }
  aside, aside :is(h2, h3, dl, p, .pill, .row, .count, .document dl) { font-size: 17px; line-height: 1.25; } aside h3 { letter-spacing: 0; }
  @media (min-width: 1300px) {
    html:not(.large) body:not(.no-state) { grid-template-columns: minmax(0, 1fr) 24rem; }
    aside, aside :is(h2, h3, dl, p, .pill, .row, .count, .document dl) { font-size: 22px; }
  }
  html.full:not(.large) main svg { max-width: none; min-width: 0; width: min(100%, calc(var(--width) * 1.9px)); }
  @media (max-height: 620px) { html.full:not(.large) main svg { width: min(100%, calc(var(--width) * 1.17px)); } }
  html.full:not(.large) :is(.what p, #caption, #left-out, #counter) { font-size: 22px; }
  @media (min-width: 1300px) { html.full:not(.large) :is(.what p, #caption, #left-out, #counter) { font-size: 30px; } }
  .controls { margin: 0; width: 13rem; }
  .controls button { display: none; } .controls input { height: 1.1rem; min-width: 3rem; }
  html:not(.large) main svg { overflow: visible; min-width: calc(var(--width) * .97px); max-width: calc(var(--width) * 1.02px); }
  @media (max-width: 1299px) {
    html:not(.large) main svg { min-width: min(calc(var(--width) * .97px), max(100%, calc(var(--width) * .85px))); }
  }
  @media (min-width: 1300px) and (min-height: 500px) { html:not(.large) main svg { min-width: calc(var(--width) * 1.215px); } }
  @media (min-height: 620px) { html:not(.large) main svg { max-width: calc(var(--width) * 1.3px); } }
  html:not(.large) .trace :is(.label, .number, .value, .no-return-words, .verdict-name), html:not(.large) .trace .head .name { font-size: 16.5px; }
  html:not(.large) .trace .label { letter-spacing: -.3px; } html:not(.large) .trace .value { letter-spacing: -.9px; }
  html:not(.large) .trace .no-return-words { letter-spacing: -.6px; }
  html:not(.large) .trace .attempt-name { font-size: 13.5px; letter-spacing: -.3px; }
  html:not(.large) .trace .envelope > * { transform: translateY(-3px); }
  html:not(.large) .trace .verdict-name { letter-spacing: -1.2px; }`;

// As large as its frame is wide, where the tests are away.
export function showPictureFull() {
  const inside = $("picture").contentDocument;
  inside?.documentElement.classList.toggle("full", document.body.classList.contains("full"));
  $("picture").contentWindow?.dispatchEvent(new Event("resize"));
}

// Keys that were pressed while the picture was on its way: it takes them when it is there.
let waiting = [];

function pictureLoaded(onKey, address) {
  const { contentWindow } = $("picture");
  const test = chosen();
  const { pathname, search } = new URL(address, location);
  if (contentWindow.location.pathname !== pathname || contentWindow.location.search !== search) return;  // another one is wanted by now
  const trace = JSON.parse(contentWindow.document.getElementById("failing-trace")?.textContent ?? "null");
  deciding = trace?.steps?.find((step) => step.deciding) ?? null;
  contentWindow.addEventListener("keydown", onKey, true);
  const sheet = new contentWindow.CSSStyleSheet();  // of the frame, whose policy lets no other style in
  sheet.replaceSync(kFramed);
  contentWindow.document.adoptedStyleSheets = [sheet];
  contentWindow.document.body.classList.add("no-state");
  contentWindow.dispatchEvent(new contentWindow.Event("resize"));
  const root = contentWindow.document.documentElement;
  const takePrediction = () => {
    document.body.classList.toggle("predicting", root.classList.contains("predict"));
    document.body.classList.toggle("voting", root.classList.contains("vote"));
  };
  new contentWindow.MutationObserver(() => {
    if (chosen()?.picture !== test?.picture) return;  // another one is on its way
    const hides = root.classList.contains("predict");
    if (hides && !isPredicting()) markNew(test);
    if (!hides && isPredicting()) markSeen(test, true);
    takePrediction();
    changed();
  }).observe(root, { attributeFilter: ["class"] });
  new contentWindow.ResizeObserver(changed).observe(contentWindow.document.getElementById("stage"));
  showPictureFull();
  $("picture").dataset.shown = address;
  if (isToPredict(test)) toPicture("p", "KeyP");
  takePrediction();
  if (!isPredicting()) markSeen(test, false);
  for (const each of waiting.splice(0)) toPicture(...each);
  changed();
}

// A frame that goes has no keys any more: what is pressed in it before the page is drawn again would be lost.
function takeKeyboardFrom(frame) {
  if (document.activeElement !== frame) return;
  frame.blur();
  window.focus();
}

// Called when a picture is there, or has changed its size or its look.
let changed = () => {};
export const onPictureChange = (call) => { changed = call; };

// Whether the picture goes on at the right of what is seen, or at the left.
export function pictureIsWider() {
  const stage = $("picture").contentDocument?.getElementById("stage");
  return Boolean(stage) && stage.scrollWidth > stage.clientWidth + 4;
}

// The step that decides the chosen failure, of its picture once that is there; null: it has none.
let deciding = null;
export function decidingStep() {
  return chosen()?.picture && $("picture").getAttribute("src") === `${chosen().picture}#step=0` ? deciding : null;
}

// Whether the step is there before which the room votes.
export const isVoting = () => document.body.classList.contains("voting");

// Hides how the chosen failure ends, and begins at its start.
export function predictFromTheStart() {
  markNew(chosen());
  if (!$("picture").dataset.shown || isPredicting()) return;
  toPicture("Home", "Home");
  toPicture("p", "KeyP");
}

// Whether each new failure is predicted before the page shows how it ends. The one that is hidden stays so until p shows it.
export function togglePredictsFirst() {
  state.predictsFirst = !state.predictsFirst;
  say(state.predictsFirst ? "Predict first: on. How a new failure ends is hidden until p shows it"
    : `Predict first: off. New failures are shown at once${isPredicting() ? "; p shows this one" : ""}`);
}

// Whether there is a run of the solution beside the failing one.
export function hasRightRun() {
  const trace = $("picture").contentDocument?.getElementById("right-trace");
  return Boolean(trace) && trace.textContent.trim() !== "null";
}

// Opens at its start, which says how deliveries and ids are named: a failure is read aloud from there.
export function showPicture(onKey) {
  const frame = $("picture");
  const address = chosen()?.picture ? `${chosen().picture}#step=0` : "";
  if (!address) document.body.classList.remove("predicting");  // nothing is red any more, so nothing is hidden
  if (!address || frame.getAttribute("src") === address) return;
  document.body.classList.toggle("predicting", isToPredict(chosen()));  // until it is there, too
  document.body.classList.remove("voting");
  deciding = null;
  waiting = [];
  takeKeyboardFrom(frame);
  delete frame.dataset.shown;
  frame.onload = () => pictureLoaded(onKey, address);
  frame.setAttribute("src", address);
}

const kPictureWidth = 905;
const kScaleMin = 0.75;  // below it nobody reads anything: then the view scrolls
new ResizeObserver(([{ contentRect: { width, height } }]) => {
  const scale = Math.max(kScaleMin, Math.min(1, width / kPictureWidth));
  const { style } = $("picture");
  style.width = `${Math.max(kPictureWidth, width / scale)}px`;
  style.height = `${height / scale}px`;
  style.transform = `scale(${scale})`;
}).observe($("picture-view"));

// A key of the picture, pressed while the page has the keyboard.
export function toPicture(key, code) {
  if (!$("picture").dataset.shown) {
    waiting.push([key, code]);
    return;
  }
  const target = $("picture").contentDocument;
  target.dispatchEvent(new target.defaultView.KeyboardEvent("keydown", { key, code, bubbles: true }));
}

export const slidesAreShown = () => document.body.classList.contains("slides");

// The clock and the verdict stay in sight over them.
export function toggleSlides(onKey) {
  document.body.classList.toggle("slides");
  const frame = $("deck");
  if (!slidesAreShown()) takeKeyboardFrom(frame);
  if (frame.getAttribute("src") === state.lab.slides) return;
  delete frame.dataset.shown;
  frame.onload = () => {
    frame.contentWindow.addEventListener("keydown", onKey, true);
    frame.dataset.shown = state.lab.slides;
  };
  frame.setAttribute("src", state.lab.slides);
}

const kSteps = { ArrowRight: "next", ArrowDown: "next", PageDown: "next", Space: "next",
                 ArrowLeft: "prev", ArrowUp: "prev", PageUp: "prev" };

// Whether it is a key of the slides; then it has been pressed there.
export function toSlides(key) {
  if (!kSteps[key]) return false;
  $("deck").contentWindow.Reveal?.[kSteps[key]]();
  return true;
}
