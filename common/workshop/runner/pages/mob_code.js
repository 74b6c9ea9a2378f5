// The file to edit as it was saved, and the header that says what its functions promise: to be read by a room, as text.
import { $, state } from "/mob_state.js";
import { element, plain } from "/words.js";

let which = "file";
let shown = "";

export const hasCode = () => Boolean(state.lab?.source);

// From the file to its header; false: both were shown, and the file is next.
export function otherCode() {
  which = which === "file" && state.lab.contract ? "header" : "file";
  return which === "header";
}

export function showCode() {
  if (state.view !== "code") return;
  const { file, source, header, contract } = state.lab;
  const [path, text] = which === "header" && contract ? [header, contract] : [file, source];
  if (shown === path + text) return;  // it stays scrolled where somebody reads
  shown = path + text;
  const view = $("code-view");
  view.replaceChildren();
  plain(element(view, "p", undefined, "place"), path);
  const lines = text.replace(/\n$/, "").split("\n");
  const width = String(lines.length).length;
  const code = element(view, "pre", undefined, "code");
  // No line is wrapped: the type is as large as the longest one lets it be, and as a room can read.
  code.style.setProperty("--columns", width + 2 + Math.max(...lines.map((line) => line.length)));
  for (const [i, line] of lines.entries()) {
    element(code, "span", `${String(i + 1).padStart(width)}  `, "number").dataset.line = i + 1;
    code.append(`${line}\n`);
  }
}

// Shows the function in which the line stands that the page names, from its head on if both fit; else the line with some above it.
export function toLineOfCode(line, places = []) {
  if (which !== "file") return;
  const [kAbove, kFits] = [3, 10];
  const head = places.find(({ first, last }) => first <= line && line <= last)?.first ?? line - kAbove;
  const from = line - head > kFits ? line - kAbove : head;
  const view = $("code-view");
  view.querySelector(`[data-line="${Math.max(1, from)}"]`)?.scrollIntoView({ block: "start" });
  view.scrollLeft = 0;
}
