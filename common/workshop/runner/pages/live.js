// Listens to a stream of events, and connects again by itself: after an error, and when nothing has
// come for longer than the server's signs of life are apart.
//
//   import { live, send } from "/live.js";
//   live("/events", { state: (state) => show(state) });
//   await send("/rotate", { to: 2 });

const silentMax = 25_000;
const again = 700;
const kNoAnswer = "The program in the terminal does not answer.";

function banner() {
  const element = document.createElement("p");
  element.className = "away";
  element.setAttribute("role", "status");
  element.hidden = true;
  document.body.append(element);
  return element;
}

// `lost` is called when the program does not answer any more; `mend` says what to do then.
export function live(path, handlers, lost = () => {}, mend = () => "") {
  const away = banner();
  let source = null;
  let last = Date.now();

  const heard = () => {
    last = Date.now();
    away.hidden = true;
    document.documentElement.dataset.live = "yes";
  };
  const connect = () => {
    source?.close();
    last = Date.now();
    source = new EventSource(path);
    source.onopen = heard;
    source.addEventListener("alive", heard);
    for (const [name, handle] of Object.entries(handlers)) {
      source.addEventListener(name, (event) => {
        heard();
        handle(JSON.parse(event.data));
      });
    }
    source.onerror = () => {
      gone();
      source.close();
      setTimeout(connect, again);
    };
  };
  const gone = () => {
    if (away.hidden) lost();
    away.textContent = `${kNoAnswer} ${mend() || "This page connects again by itself."}`;
    away.hidden = false;
    document.documentElement.dataset.live = "no";
  };
  // A program that was stopped (Ctrl-Z) has its connections still, and answers on none.
  setInterval(() => {
    if (Date.now() - last <= silentMax) return;
    gone();
    connect();
  }, 5_000);
  connect();
}

// Resolves with the answer's JSON; rejects with its text when it is refused. Nothing is sent to a program that does not answer:
// it would do it whenever it goes on.
export async function send(path, value = {}) {
  if (document.documentElement.dataset.live === "no") throw new Error(kNoAnswer);
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(value),
  });
  if (!answer.ok) throw new Error((await answer.text()).trim());
  return answer.json();
}
