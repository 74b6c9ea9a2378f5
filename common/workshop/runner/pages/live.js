// Listens to a stream of events, and connects again by itself: after an error, and when nothing has
// come for longer than the server's signs of life are apart.
//
//   import { live, send } from "/live.js";
//   live("/events", { state: (state) => show(state) });
//   await send("/rotate", { to: 2 });

const silentMax = 25_000;
const again = 700;

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
      if (away.hidden) lost();
      away.textContent = `The program in the terminal does not answer. ${mend() || "This page connects again by itself."}`;
      away.hidden = false;
      document.documentElement.dataset.live = "no";
      source.close();
      setTimeout(connect, again);
    };
  };
  setInterval(() => {
    if (Date.now() - last > silentMax) connect();
  }, 5_000);
  connect();
}

// Resolves with the answer's JSON; rejects with its text when it is refused.
export async function send(path, value = {}) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(value),
  });
  if (!answer.ok) throw new Error((await answer.text()).trim());
  return answer.json();
}
