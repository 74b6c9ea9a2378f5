// Steps through one or two traces (docs/trace-format.md) whose diagrams stand in the page.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const read = (id) => JSON.parse(byId(id).textContent);
  const root = document.documentElement;

  const runs = {};
  for (const name of ["failing", "right"]) {
    const trace = read(`${name}-trace`);
    const picture = byId(`${name}-picture`);
    const svgs = [...picture.querySelectorAll("svg")];  // the diagram, and the same in large type
    if (!trace || svgs.length === 0) continue;
    runs[name] = { trace, picture, groups: [...picture.querySelectorAll("g.step")],
                   views: svgs.map((svg) => ({ svg, heads: svg.querySelector("g.heads") })),
                   lost: picture.querySelector("g.no-return") };
  }
  // The number of the first step at which the two runs are not the same; 0: there is none, or one run only.
  const told = (each) => (each ? [each.process, each.operation, each.decision, each.text].join(" ") : "");
  const difference = (() => {
    if (!runs.right) return 0;
    const [failing, right] = [runs.failing.trace.steps, runs.right.trace.steps];
    const at = failing.findIndex((each, i) => told(each) !== told(right[i]));
    return at < 0 ? (right.length > failing.length ? failing.length + 1 : 0) : at + 1;
  })();
  let run = runs.failing;
  // A page opens at the step that shows the failure.
  const decidingOf = (trace) => trace.steps.findIndex((each) => each.deciding) + 1;
  let step = decidingOf(run.trace) || run.trace.steps.length;
  // Predict first: what follows the step before the deciding one is hidden until somebody goes on.
  let predicting = false;
  // Whoever opens a page sees how it ends, and is offered to be told from the start.
  let isJustOpened = false;
  // Where the right run goes another way is most of the answer: it is told once somebody has asked, for it or for that run.
  let asked = false;

  // The diagram that is shown: in large type the one that is drawn for a room, in a page of another kit the only one.
  const isLarge = () => root.classList.contains("large");
  const view = () => (isLarge() && run.views[1] ? run.views[1] : run.views[0]);

  // ---- small helpers ------------------------------------------------------------------------

  // An element with text or children; nothing here is ever parsed as HTML.
  function make(tag, classes, ...children) {
    const element = document.createElement(tag);
    if (classes) element.className = classes;
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  }
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  const stateAt = (n) => (n === 0 ? run.trace.start : run.trace.steps[n - 1]?.after) ?? null;

  // A JSON value for people: no quotes, messages by type and id.
  function words(value) {
    if (value === null) return "none";
    if (typeof value !== "object") return String(value);
    if (Array.isArray(value)) return `[${value.map(words).join(", ")}]`;
    const keys = Object.keys(value);
    if (keys.length === 1 && keys[0] === "value") return words(value.value);
    if ("id" in value && "type" in value && "body" in value) return `${value.type} ${words(value.id)}`;
    return `{${keys.map((key) => `${key}: ${words(value[key])}`).join(", ")}}`;
  }

  // ---- what the oracle sees -----------------------------------------------------------------

  function section(title, rows, classes) {
    if (rows.length === 0) return null;
    return make("section", classes, make("h3", "", title), ...rows);
  }

  function effectRows(now, before) {
    const atEnd = step === run.trace.steps.length;
    return (now.effects ?? []).map((effect, i) => {
      const changed = before && !same(effect, before.effects?.[i]);
      const wrong = effect.count > 1 || (atEnd && effect.count === 0 && run.trace.violation?.name === "lost effect");
      const tone = wrong ? "bad" : effect.count === 1 ? "good" : "none";
      const count = effect.count === 0 ? `${wrong ? "never" : "not yet"} ${effect.name}`
                  : effect.count === 1 ? `${effect.name} once ✓` : `${effect.name} ${effect.count} times`;
      return make("div", changed ? "row new" : "row", make("span", "mono", effect.message),
                  make("span", `count ${tone}`, count));
    });
  }

  function sentRows(now, before) {
    const attempts = new Set(run.trace.steps.filter((each) => each.operation === "receive").map((each) => each.attempt));
    return (now.sent ?? []).map((sent) => {
      const known = before?.sent?.find((other) => same(other, sent));
      const times = sent.times > 1 ? `, ${sent.times} times` : "";
      const open = attempts.has(sent.attempt) && !(now.committed ?? []).includes(sent.attempt);
      return make("div", before && !known ? "row new" : "row", make("span", "mono", `${sent.type} ${sent.id}`),
                  make("span", open ? "open" : "dim", `by ${sent.attempt || "?"}${open ? ", not committed" : ""}${times}`));
    });
  }

  function queueRows(now, before) {
    return (now.queues ?? []).map((queue) => {
      const old = before?.queues?.find((other) => other.name === queue.name);
      const pills = (queue.messages ?? []).map((message, i) => {
        const changed = before && !same(message, old?.messages?.[i]);
        const note = message.status === "visible" ? "" : ` · ${message.status}`;
        const again = message.deliveries > 1 ? ` · ${message.deliveries} deliveries` : "";
        return make("span", `pill mono ${message.status}${changed ? " new" : ""}`,
                    `${message.type} ${message.id}${note}${again}`);
      });
      if (pills.length === 0) pills.push(make("span", "dim", "empty"));
      return make("div", "", make("div", "dim", queue.name), ...pills);
    });
  }

  function documentSections(now, before) {
    const stores = [...new Set((now.documents ?? []).map((document) => document.store))];
    return stores.map((store) =>
      section(stores.length > 1 || store > 0 ? `Store ${store + 1}` : "Store",
              documentRows(now.documents.filter((document) => document.store === store), before)));
  }

  function documentRows(documents, before) {
    return documents.map((document) => {
      const old = before?.documents?.find((other) => other.key === document.key && other.store === document.store);
      const list = make("dl", "mono");
      const body = document.body;
      const members = body !== null && typeof body === "object" && !Array.isArray(body) ? body : { "": body };
      for (const [name, value] of Object.entries(members)) {
        const oldValue = old?.body?.[name];
        const changed = before && name !== "" && !same(oldValue, value);
        const text = changed && oldValue !== undefined ? `${words(oldValue)} → ${words(value)}` : words(value);
        list.append(make("dt", "", name), make("dd", changed ? "changed" : "", text));
      }
      const title = make("div", "mono", make("b", "", document.key), ` ${document.version ?? ""}`);
      return make("div", before && !same(old, document) ? "document new" : "document", title, list);
    });
  }

  function showState() {
    const panel = byId("panel");
    const now = stateAt(step);
    const before = step === 0 ? null : stateAt(step - 1);
    const last = run.trace.steps.length;
    panel.replaceChildren(make("h2", "", step === 0 ? "At the start" : `After step ${step} of ${last}`));
    if (now === null) {
      panel.append(make("p", "dim", "The world was not recorded here."));
      return;
    }
    const simple = (list, text) => (list ?? []).map((entry) => make("div", "row mono", text(entry)));
    const committed = (now.committed ?? []).map((label) =>
      make("span", `pill mono${before && !before.committed?.includes(label) ? " new" : ""}`, label));
    const others = step === 0 || predicting ? [] : (run.trace.steps[step - 1].others ?? []);
    const parts = [
      section("Effects", effectRows(now, before), "effects"),
      section("Attempts that committed", committed),
      section("Messages sent", sentRows(now, before)),
      section("Queues", queueRows(now, before)),
      section("Requests", simple(now.requests, (request) => `${request.what}: ${request.status}`)),
      ...documentSections(now, before),
      section("Variables", (now.variables ?? []).map((variable, i) =>
        make("div", before && !same(variable, before.variables?.[i]) ? "row mono new" : "row mono",
             make("span", "dim", variable.name), make("span", "", variable.value)))),
      legend() ? make("p", "dim legend", legend()) : null,
      section(`What else could have happened at step ${step}`, others.map((other) => make("div", "row", make("span", "", other))), "others"),
    ];
    panel.append(...parts.filter((part) => part !== null));
  }

  // ---- where we are -------------------------------------------------------------------------

  function showHeader() {
    const { trace } = run;
    const broken = trace.violation;
    root.classList.toggle("right", broken === null);
    byId("badge").textContent = broken ? broken.name : "holds";
    byId("title").textContent = trace.title || trace.program || "";
    const expectation = byId("expectation");
    if (broken) {
      expectation.replaceChildren("expected: ", make("b", "", broken.expected), " · got: ", make("b", "", broken.got),
                                  ...(trace.because ? [" · because: ", make("b", "", trace.because)] : []));
    } else {
      expectation.textContent = run === runs.right ? "The reference solution on the same schedule"
                                                   : "No invariant is broken in this execution";
    }
    byId("show-failing").textContent = runs.failing.trace.violation ? "failing run" : "this run";
    byId("show-failing").setAttribute("aria-pressed", String(run === runs.failing));
    byId("show-right").setAttribute("aria-pressed", String(run === runs.right));
    byId("show-right").disabled = !runs.right;
    const notes = [trace.left_schedule, trace.went_on].filter(Boolean);
    if (trace.replay && trace.schedule) notes.push(`${trace.replay} '${trace.schedule}'`);
    const isLab = Boolean(trace.program && trace.replay) && !trace.program.endsWith("_solution");
    byId("switch").hidden = !runs.right && !isLab;
    if (!runs.right && isLab) notes.push("R has no right run to show yet: the command replay builds it");
    const left = trace.steps_left_out.toLocaleString("en");
    byId("left-out").textContent = trace.steps_left_out > 0 ? `… ${left} more steps are not shown${trace.loop ? ": it goes round and round" : ""}` : "";
    byId("note").textContent = notes.join(" · ");
    byId("difference").hidden = difference === 0;
    byId("predict").hidden = decidingOf(trace) === 0;
  }

  // Of what is seen: while the room predicts, nothing that comes after its vote.
  const legend = () => names.legendOf(predicting ? run.trace.steps.slice(0, decidingOf(run.trace) - 1) : run.trace.steps);
  const namesOfStep = () => names.namesOf(run.trace.steps, step - 1).map((text) => make("span", "who", ` · ${text}`));

  // What a step is besides: the line that awaits it, where it is lost, where the other run goes another way.
  function remarks() {
    const { trace } = run;
    const said = [];
    if (step > 0 && trace.steps[step - 1].source) said.push(make("span", "who", ` · ${trace.steps[step - 1].source}`));
    if (trace.loop?.first === step) {
      const last = step + trace.loop.length - 1;
      said.push(make("span", "bad", ` · from here on it goes round: ${last > step ? `steps ${step} to ${last}` : "this step"}, again and again`));
    }
    if (trace.violation && trace.no_return === step) {
      said.push(make("span", "bad", step === trace.steps.length ? " · before this step all could still have ended well"
        : " · from here on it fails, whatever happens within the bounds"));
    }
    if (asked && difference > 0 && step === difference) {
      const other = (run === runs.right ? runs.failing : runs.right).trace.steps[step - 1];
      said.push(make("span", "who", ` · first difference to the ${run === runs.right ? "failing" : "right"} run: ` +
        (other ? `there, ${other.text}` : "that one has ended")));
    }
    return said;
  }

  // As the page around it names the key: beside a mob's tests R is not r.
  const isAlone = window.parent === window;
  const kPredictKey = isAlone ? "P" : "p";

  function offer() {
    if (!isJustOpened || step <= 1) return [];
    const predictFirst = decidingOf(run.trace) > 0 ? `; ${kPredictKey}: the same up to the step that decides, for a vote` : "";
    return [make("span", "ask", `  Home: from the start${predictFirst}`)];
  }

  // What may come, in kinds: how an execution's choices are worded, and how a room says them.
  const kKinds = [[/^a crash|^crash/, "a crash"], [/^the lease|^lease/, "the lease ends"], [/answer lost|^unanswered/, "an answer is lost"],
                  [/^refused/, "it is refused"], [/^duplicate/, "it is delivered again"], [/ of (\S+)$/, "$1 goes on"]];
  function kindOf(text) {
    const [pattern, words] = kKinds.find(([each]) => each.test(text)) ?? [null, text];
    return words.replace("$1", pattern?.exec(text)?.[1] ?? "");
  }

  // Before the step that decides the room votes which of all choices there comes next; until then it reads.
  function vote() {
    const { trace } = run;
    const now = trace.steps[step];
    if (!now?.deciding) return [make("span", "ask", "  Read on with →: before the step that decides, vote")];
    const own = now.decision === "proceed" ? ` of ${trace.processes[now.process] ?? now.process}` : now.decision;
    const kinds = [...new Set([own, ...(now.others ?? [])].map(kindOf))].sort();
    return [make("span", "ask", `  What happens next? Vote: ${kinds.join(" · ")}; and does the promise hold then? ${kPredictKey} shows it`)];
  }

  function showCaption() {
    const caption = byId("caption");
    const { trace } = run;
    if (step === 0) {
      // Beside a mob's tests the page names the keys, and the diagram needs the room of what it says itself.
      caption.replaceChildren("How it begins", isAlone ? make("span", "who", " · arrow keys or space to step") : "",
                              ...(predicting ? vote() : []), ...(legend() ? [make("span", "who", ` · ${legend()}`)] : []),
                              ...(predicting || !isAlone ? [] : remarks()));
      return;
    }
    const now = trace.steps[step - 1];
    const name = trace.processes[now.process] ?? now.process;
    const who = now.process === undefined ? "" : `${name}${now.attempt && now.attempt !== name ? ` · ${now.attempt}` : ""} `;
    const outcome = now.outcome ?? "";
    const what = outcome ? now.text.slice(0, now.text.length - outcome.length) : now.text;
    const faulty = now.decision !== "proceed" && now.decision !== "time passes";
    caption.replaceChildren(`${step}  `, make("span", "who", who), make("span", faulty ? "fault" : "", what),
                            make("span", now.error || faulty ? "fault" : "", outcome),
                            now.deciding && trace.violation ? make("span", "bad", `  ► ${trace.violation.name}`) : "",
                            now.earlier ? make("span", "bad", ` · ${now.earlier}`) : "",
                            ...(predicting ? [...namesOfStep(), ...vote()]
                              : [...namesOfStep(), ...remarks(), ...offer()]));
  }

  // In large type all lanes are seen, and every step has the same size.
  const kLargest = 1.5;
  function zoom() {
    const { svg } = view();
    const stage = byId("stage");
    const style = getComputedStyle(stage);
    const width = stage.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const drawn = svg.viewBox.baseVal.width;
    svg.style.width = isLarge() ? `${Math.min(width, drawn * kLargest * Math.max(1, innerWidth / 1280))}px` : "";
  }

  // In large type the caption has the same room at each step, and a long one is set smaller, as far as it can be read.
  const kCaptionMinPx = 18;
  function fitCaption() {
    const caption = byId("caption");
    caption.style.fontSize = "";
    const largest = parseFloat(getComputedStyle(caption).fontSize);
    for (let size = largest - 1; isLarge() && size >= kCaptionMinPx && caption.scrollHeight > caption.clientHeight + 1; --size) {
      caption.style.fontSize = `${size}px`;
    }
  }

  // No row is cut by the heads, whose lower edge is `top`, where the current step stays in sight all the same, and behind the last
  // step what is not shown.
  function showWholeRows(stage, svg, top) {
    const boxes = [...svg.querySelectorAll("g.step .band")].map((band) => band.getBoundingClientRect());
    const cut = boxes.find((box) => box.top < top - 1 && box.bottom > top + 1);
    if (!cut) return;
    const now = svg.querySelector(`g.step[data-step="${step}"] .band`).getBoundingClientRect();
    const note = step === run.trace.steps.length && byId("left-out").textContent !== "" ? byId("left-out").getBoundingClientRect().bottom : 0;
    if (Math.max(now.bottom, note) + top - cut.top <= stage.getBoundingClientRect().bottom) stage.scrollTop -= top - cut.top;
    else if (now.top - cut.bottom >= -1) stage.scrollTop += cut.bottom - top;
  }

  // Keeps the current step in sight; in large type, with as much as possible of what has led to it.
  function follow() {
    const stage = byId("stage");
    const { svg, heads } = view();
    const group = svg.querySelector(`g.step[data-step="${step}"] .band`);
    if (!group) {
      stage.scrollTo({ top: 0, left: 0 });
      return;
    }
    const box = group.getBoundingClientRect();
    const frame = stage.getBoundingClientRect();
    if (isLarge()) {
      stage.scrollTop += box.bottom - frame.bottom + 4;
      return;
    }
    const head = heads.getBoundingClientRect().height;
    if (box.top < frame.top + head || box.bottom > frame.bottom - box.height) {
      stage.scrollTop += box.top - frame.top - head - (frame.height - head - box.height) / 2;
    }
    showWholeRows(stage, svg, frame.top + head);
    if (stage.scrollWidth > stage.clientWidth + 4) {
      const parts = [...svg.querySelectorAll(`g.step[data-step="${step}"]`)].flatMap((each) =>
        [...each.querySelectorAll("text:not(.number):not(.verdict-name), .arrow, .mark, .dot")]);
      const left = Math.min(...parts.map((part) => part.getBoundingClientRect().left));
      const right = Math.max(...parts.map((part) => part.getBoundingClientRect().right));
      stage.scrollLeft += (left + right) / 2 - (frame.left + frame.width / 2);
    }
  }

  // The lanes' heads stay on top while the diagram scrolls beneath them.
  function holdHeads() {
    const { svg, heads } = view();
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    heads.style.transform = scale > 0 ? `translateY(${byId("stage").scrollTop / scale}px)` : "";
  }

  function show() {
    root.classList.toggle("vote", predicting && step === decidingOf(run.trace) - 1);
    root.classList.toggle("predict", predicting);
    run.lost?.classList.toggle("future", Number(run.lost.dataset.after) > step);
    for (const group of run.groups) {
      const number = Number(group.dataset.step);
      group.classList.toggle("now", number === step);
      group.classList.toggle("future", number > step);
    }
    const last = run.trace.steps.length;
    const slider = byId("slider");
    slider.max = String(last);
    slider.value = String(step);
    byId("counter").textContent = step === 0 ? `start, ${last} steps` : `step ${step} of ${last}`;
    byId("back").disabled = byId("first").disabled = step === 0;
    byId("next").disabled = byId("last").disabled = step === last;
    showCaption();
    showState();
    fitCaption();
    zoom();
    follow();
    holdHeads();
    const place = `#step=${step}${run === runs.right ? "&run=right" : ""}`;
    history.replaceState(null, "", place);
  }

  // Hides what follows. No key for reading on goes past the step before the one that decides, so none that is pressed once too
  // often shows it: that takes this one again, there.
  function predict() {
    const deciding = decidingOf(run.trace);
    isJustOpened = false;
    if (!predicting) {
      predicting = deciding > 0;
      go(step);
    } else if (step < deciding - 1) {
      go(deciding - 1);
    } else {
      predicting = false;
      go(deciding);
    }
  }

  function go(to) {
    if (predicting) to = Math.min(to, decidingOf(run.trace) - 1);
    const before = step;
    step = Math.max(0, Math.min(run.trace.steps.length, to));
    if (step !== before) isJustOpened = false;
    show();
  }

  function change(name) {
    if (!runs[name]) return;
    run = runs[name];
    predicting = isJustOpened = false;
    for (const other of Object.values(runs)) other.picture.classList.toggle("hidden", other !== run);
    showHeader();
    go(step);
  }

  function setTheme(theme) {
    root.dataset.theme = theme;
    byId("theme").firstChild.textContent = theme === "dark" ? "light" : "dark";
  }
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark"
                                           : matchMedia("(prefers-color-scheme: dark)").matches);

  function toggleLarge() {
    root.classList.toggle("large");
    show();
  }

  // ---- what a person does -------------------------------------------------------------------

  function showRun(name) {
    if (predicting) return;  // it says what is to be predicted
    asked = asked || name === "right";
    change(name);
  }

  const keys = {
    ArrowRight: () => go(step + 1), ArrowDown: () => go(step + 1), PageDown: () => go(step + 1),
    ArrowLeft: () => go(step - 1), ArrowUp: () => go(step - 1), PageUp: () => go(step - 1),
    " ": () => go(step === run.trace.steps.length ? 0 : step + 1),
    Home: () => go(0), End: () => go(Infinity),
    r: () => showRun(run === runs.right ? "failing" : "right"),
    t: () => setTheme(isDark() ? "light" : "dark"),
    l: toggleLarge,
    p: predict,
    d: () => { if (difference > 0 && !predicting) { asked = true; go(difference); } },
    o: () => { document.body.classList.toggle("no-state"); show(); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = keys[event.key] ?? keys[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action();
  });
  const clicks = { first: () => go(0), back: () => go(step - 1), next: () => go(step + 1), last: () => go(Infinity),
                   "show-failing": () => showRun("failing"), "show-right": () => showRun("right"), theme: keys.t,
                   predict: keys.p, difference: keys.d, large: toggleLarge, state: keys.o };
  for (const [id, action] of Object.entries(clicks)) {
    byId(id).addEventListener("click", () => { action(); byId(id).blur(); });
  }
  byId("slider").addEventListener("input", () => go(Number(byId("slider").value)));
  for (const each of Object.values(runs)) {
    for (const group of each.groups) group.addEventListener("click", () => go(Number(group.dataset.step)));
  }
  byId("stage").addEventListener("scroll", holdHeads);
  addEventListener("resize", () => { fitCaption(); zoom(); follow(); holdHeads(); });
  addEventListener("beforeprint", () => { view().heads.style.transform = ""; });
  addEventListener("afterprint", holdHeads);

  // #step=7&run=right&theme=dark&large
  const wanted = new URLSearchParams(location.hash.slice(1));
  if (wanted.has("step")) step = Number(wanted.get("step")) || 0;
  setTheme(wanted.get("theme") ?? (isDark() ? "dark" : "light"));
  if (!wanted.has("theme")) delete root.dataset.theme;
  if (wanted.has("large")) root.classList.add("large");
  change(wanted.get("run") === "right" && runs.right ? "right" : "failing");
  isJustOpened = !wanted.has("step") && run.trace.violation !== null;
  showCaption();
  fitCaption();
})();
