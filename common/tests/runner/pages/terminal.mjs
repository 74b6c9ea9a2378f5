// Terminals that tmux makes, for tests of what a person types and sees.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import path from "node:path";

const kPatience = 60_000;
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const socketIn = (folder) => path.join(folder, "tmux");

export function tmuxOrSkip() {
  if (spawnSync("tmux", ["-V"]).status === 0) return;
  console.log("skipped: tmux is not installed");
  process.exit(0);
}

export function endTerminals(folder) {
  spawnSync("tmux", ["-S", socketIn(folder), "kill-server"]);
}

// A terminal of its own, in which a shell runs; what is typed and seen.
export class Terminal {
  constructor(folder, name, columns, term = "") {
    this.name = name;
    this.socket = socketIn(folder);
    const shell = `env -u DISPLAY -u WAYLAND_DISPLAY WORKSHOP_ROOT=${folder} BROWSER=true LANG=C.UTF-8 ${term} PS1='$ ' bash --norc -i`;
    // The limit holds for terminals that are made after it is set.
    this.tmux("-f", "/dev/null", "start-server", ";", "set-option", "-g", "history-limit", "20000", ";",
              "new-session", "-d", "-s", name, "-x", String(columns), "-y", "60", shell);
  }
  tmux(...words) { return execFileSync("tmux", ["-S", this.socket, ...words], { encoding: "utf8", env: { ...process.env, TMUX: "" } }); }
  type(text) { this.tmux("send-keys", "-t", this.name, "-l", text); }
  press(key) { this.tmux("send-keys", "-t", this.name, key); }
  enter(line) {
    this.type(line);
    this.press("Enter");
  }
  all() { return this.tmux("capture-pane", "-p", "-t", this.name, "-S", "-20000").trimEnd(); }
  // Waits until `pattern` is seen behind what was there at the last mark.
  async until(pattern, what = String(pattern), patience = kPatience) {
    for (const begin = Date.now(); Date.now() - begin < patience; await pause(20)) {
      const found = this.all().slice(this.marked ?? 0).match(pattern);
      if (found) return found;
    }
    throw new Error(`${this.name} does not show ${what}:\n${this.all()}`);
  }
  // Makes the window of what runs in it wider, or narrower.
  resize(columns) { this.tmux("resize-window", "-t", this.name, "-x", String(columns), "-y", "60"); }
  // What is seen from here on, the line that is under way aside.
  mark() { this.marked = this.all().lastIndexOf("\n") + 1; }
  async expect(key, pattern) {
    this.mark();
    this.type(key);
    return this.until(pattern, `an answer to ${key}`);
  }
  // Until this program has the keyboard.
  async untilItIs(command) {
    for (const begin = Date.now(); Date.now() - begin < kPatience; await pause(20)) {
      if (this.tmux("display-message", "-p", "-t", this.name, "#{pane_current_command}").trim() === command) return;
    }
    throw new Error(`${this.name} is not in ${command}:\n${this.all()}`);
  }
  async modes() {
    this.mark();
    this.enter("stty -a | tr ' ;' '\\n\\n' | grep -xE -- '-?(echo|icanon)' | xargs echo modes");
    return (await this.until(/^modes .*$/m))[0];
  }
}

// As a shell's own terminal is.
export const kUsualModes = /^modes (icanon echo|echo icanon)$/;

// What `watch` and `mob` have in common: `command` in a terminal of 40 columns has short keys, and Ctrl-C leaves it as it was.
export async function inANarrowTerminal(checkout, command) {
  checkout.save(checkout.skeleton);
  const terminal = new Terminal(checkout.folder, "narrow", 40);
  terminal.enter("clear");
  terminal.enter(command);
  await terminal.until(/^h hint  t next  p picture  q  \? keys$/m);
  await terminal.expect("?", /^q  end$/m);
  terminal.press("C-c");
  await terminal.until(/\$$/);
  assert.match(await terminal.modes(), kUsualModes);
}

// Likewise: in one that understands nothing it has no keys. All that was seen.
export async function inATerminalThatUnderstandsNothing(checkout, command) {
  const terminal = new Terminal(checkout.folder, "dumb", 80, "TERM=dumb");
  terminal.enter(`${command} --checks 1; echo ended $?`);
  await terminal.until(/^ended 1$/m);
  const all = terminal.all();
  assert.match(all, /Ctrl-C ends it\./);
  assert.doesNotMatch(all, /h hint · r again/);
  return all;
}
