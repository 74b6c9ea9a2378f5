// A mob's times, names and sound: in a form, and in the page's address.
import { send } from "/live.js";
import { hasRightRun } from "/mob_frames.js";
import { $, state } from "/mob_state.js";
import { element } from "/words.js";

export function keepAddress() {
  const { turn, every, break: pause } = state.clock.settings;
  const short = (minutes) => String(Number(minutes.toFixed(3)));
  const query = new URLSearchParams({ turn: short(turn), every: short(every), break: short(pause) });
  if (state.clock.people.length > 0) query.set("names", state.clock.people.map((each) => each.name).join(","));
  if (!state.sound) query.set("sound", "off");
  if (!state.predictsFirst) query.set("predict", "off");
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

export async function setFromAddress() {
  const query = new URLSearchParams(location.search);
  state.sound = query.get("sound") !== "off";
  state.predictsFirst = query.get("predict") !== "off";
  const settings = settingsOf(query);
  if (Object.keys(settings).length > 0) await send("/set", settings).catch(() => {});
}

export function showHelp() {
  const form = $("settings");
  for (const name of ["turn", "every", "break"]) form.elements[name].value = state.clock.settings[name];
  form.elements.names.value = state.clock.people.map((each) => each.name).join(", ");
  form.elements.sound.checked = state.sound;
  $("settings-answer").textContent = "They stand in the page's address: keep it as a bookmark.";
  $("help").showModal();
  $("help").querySelector("h2").focus();  // and no field: keys are no settings
}

// The keyboard goes back to the page with it: a key right after the one that closes it is the page's.
function closeHelp() {
  document.activeElement?.blur();
  $("help").close();
}

$("help").addEventListener("keydown", (event) => {
  if (!$("help").open) return;  // a browser leaves the keyboard in what is closed until it draws anew
  if (event.key !== "?" || event.target.closest("input")) return;
  event.preventDefault();
  event.stopPropagation();
  closeHelp();
});
for (const field of $("settings").querySelectorAll("input:not([type])")) field.addEventListener("focus", () => field.select());

$("settings").onsubmit = async (event) => {
  event.preventDefault();
  const form = $("settings").elements;
  state.sound = form.sound.checked;
  const query = new URLSearchParams();
  for (const name of ["turn", "every", "break", "names"]) query.set(name, form[name].value);
  try {
    await send("/set", settingsOf(query));
    closeHelp();
  } catch (error) {
    $("settings-answer").textContent = error.message;
  }
};
$("help").addEventListener("close", () => document.activeElement?.blur());

// The table of all keys: those of the page, each with its help, and those of what it shows.
export function showHelpKeys(keys) {
  $("help-keys").replaceChildren();
  const rows = [...Object.entries(keys).map(([key, { help }]) => [key === "Escape" ? "Esc" : key, help]),
                ["1 to 9", "this person leaves, or is back; again takes it back"], ["↑ ↓", "scroll what stands beside the tests"],
                ["← →", "a step of the picture, a question, a slide; code sideways"],
                ["Home, End", "picture: how it begins, and its last step"],
                ["p", "picture: predict, which hides how it ends; again goes to the vote, and once more shows what happens"], ["l", "picture: large type"],
                ...(hasRightRun() ? [["d", "picture: the first difference to the right run"], ["R", "picture: the right run, and back"]] : []),
                ["o", "picture: the state, as the oracle sees it, and away"],
                ...(state.lab ? [["", `In a terminal, scripts/workshop play ${state.lab.number} (--test 'its name'): the room chooses each step`]] : [])];
  for (const [key, text] of rows) {
    const row = element($("help-keys"), "tr");
    const cell = element(row, "td");
    if (key) element(cell, "kbd", key);
    element(row, "td", text);
  }
}
