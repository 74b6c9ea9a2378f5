// Starts the deck: makes the text of each slide as large as fits, and steps executions with the arrow keys.

const kWidth = 1240;   // of the window in which an execution is shown
const kHeight = 590;
const kHeads = 64;     // the height of the lanes' heads, in the diagram
const kAbove = 6;      // what stays free above the name of what is broken
const kTypeMax = 46;   // the size of a slide's text; at least what the theme says
const kScaleMax = 1.4; // of a diagram
const printing = /print-pdf/.test(location.search);

// Whether what stands below the title fits.
function fits(body) {
  const last = body.lastElementChild;
  if (!last) return true;
  const wide = [...body.querySelectorAll("pre, table")].some((each) =>
    each.scrollWidth > each.clientWidth || each.offsetWidth > body.clientWidth);
  return !wide && body.scrollWidth <= body.clientWidth &&
    last.offsetTop + last.offsetHeight <= body.offsetTop + body.clientHeight;
}

function enlarge(body) {
  const least = parseFloat(getComputedStyle(body).fontSize);
  for (let size = kTypeMax; size >= least; size -= 1) {
    body.style.fontSize = `${size}px`;
    if (fits(body)) return;
  }
}

// A slide has a size only while it is shown.
function enlargeAll() {
  document.documentElement.classList.add("measuring");
  document.querySelectorAll("section:not(.has-execution) > .body").forEach(enlarge);
  document.documentElement.classList.remove("measuring");
}

// Each step of an execution is a fragment: reveal counts invisible ones, one for each step.
function prepare(execution) {
  const svg = execution.querySelector("svg");
  const { width, height } = svg.viewBox.baseVal;
  const steps = Math.max(...[...svg.querySelectorAll("[data-step]")].map((group) => +group.dataset.step));
  execution.dataset.steps = steps;
  const largest = Math.min(kScaleMax, kWidth / width);
  const whole = Math.min(largest, kHeight / height);
  const scale = printing ? whole : Math.max(Math.min(1, largest), whole);
  execution.dataset.scale = scale;
  svg.style.width = `${width * scale}px`;
  svg.style.left = `${(kWidth - width * scale) / 2}px`;
  if (printing) return;
  addSign(execution, svg);
  for (let step = 1; step <= steps; ++step) {
    const driver = document.createElement("span");
    driver.className = "fragment step-driver";
    driver.dataset.fragmentIndex = step - 1;
    execution.append(driver);
  }
}

// Below the diagram: what is broken, for when the step that shows it has moved out of sight.
function addSign(execution, svg) {
  const verdict = svg.querySelector(".step:not(.base) .verdict-name");
  if (!verdict) return;
  const sign = document.createElement("p");
  sign.className = "broken";
  sign.dataset.step = verdict.closest(".step").dataset.step;
  sign.textContent = `${verdict.textContent}, step ${sign.dataset.step}`;
  execution.after(sign);
}

// Where the row of each step begins and ends, in the diagram; a step that a verdict stands above begins there.
function rowsOf(svg) {
  const rows = [];
  for (const group of svg.querySelectorAll(".step.base")) {
    const band = group.querySelector(".band");
    if (!band) continue;
    const step = +group.dataset.step;
    const verdict = svg.querySelector(`.step:not(.base)[data-step="${step}"] .verdict`);
    const top = Math.min(band.y.baseVal.value, verdict ? verdict.y.baseVal.value - kAbove : Infinity);
    rows[step] = { top, bottom: band.y.baseVal.value + band.height.baseVal.value };
  }
  return rows;
}

function show(execution) {
  const svg = execution.querySelector("svg");
  const shown = printing ? +execution.dataset.steps
                         : execution.querySelectorAll(".step-driver.visible").length;
  const rows = rowsOf(svg);
  const room = kHeight / +execution.dataset.scale;
  let up = 0;
  if (!printing && rows[shown] && rows[shown].bottom + 8 > room) {
    const first = rows.find((row) => row && rows[shown].bottom + 8 - row.top + kHeads <= room);
    up = first.top - kHeads;
  }
  for (const group of svg.querySelectorAll("[data-step]")) {
    const step = +group.dataset.step;
    group.classList.toggle("shown", step <= shown);
    group.classList.toggle("now", step === shown && shown > 0);
    group.classList.toggle("past", up > 0 && rows[step] !== undefined && rows[step].top < up + kHeads);
  }
  const sign = execution.parentElement.querySelector(".broken");
  if (sign) {
    const step = +sign.dataset.step;
    sign.hidden = step > shown || up === 0 || rows[step].top >= up + kHeads;
  }
  svg.style.transform = `translateY(${-up * execution.dataset.scale}px)`;
  // The heads of the lanes stay where they are.
  svg.querySelector(".heads").setAttribute("transform", `translate(0 ${up})`);
}

function showAll() { document.querySelectorAll(".execution").forEach(show); }

const fontsLoaded = () => Promise.all([...document.fonts].map((font) => font.load()));

// A page of paper for each slide, and one for its notes when they are wanted. Chromium prints as soon as a page is
// loaded, so all of it happens while the page loads, and without reveal.
function layOutForPrint() {
  document.documentElement.classList.add("printing");
  const slides = [...document.querySelectorAll(".slides > section > section")];
  const notesWanted = /notes/.test(location.search);
  const paper = slides.flatMap((slide, i) => {
    const number = document.createElement("div");
    number.className = "page-number";
    number.textContent = `${i + 1} / ${slides.length}`;
    slide.append(number);
    const notes = slide.querySelector("aside.notes");
    notes.remove();
    if (!notesWanted) return [slide];
    const page = document.createElement("section");
    page.className = "notes-page";
    page.innerHTML = `<h1>${slide.querySelector("h1").innerHTML}</h1>`;
    page.append(...notes.childNodes);
    return [slide, page];
  });
  document.querySelector(".slides").replaceChildren(...paper);
  showAll();
  enlargeAll();
  for (const page of document.querySelectorAll(".notes-page")) {
    for (let size = 26; size > 14 && page.scrollHeight > page.clientHeight; --size) page.style.fontSize = `${size}px`;
  }
}

async function start() {
  document.querySelectorAll(".execution").forEach(prepare);
  if (printing) {
    layOutForPrint();
    fontsLoaded().then(enlargeAll);
    return;
  }
  await fontsLoaded();
  enlargeAll();
  await Reveal.initialize({
    width: 1280, height: 720, margin: 0, minScale: 0.2, maxScale: 3,
    center: false, hash: true, controls: false, progress: true, slideNumber: "c/t",
    transition: "none", backgroundTransition: "none",
    navigationMode: "linear",  // the arrow keys leave out no slide
    plugins: [PacedNotes],
  });
  // In reveal's own words, which `?` lists, a step is a fragment.
  Reveal.registerKeyboardShortcut("Alt + &#8592;/&#8593/&#8594;/&#8595;", "Pass over all steps of an execution");
  showAll();
}
for (const event of ["slidechanged", "fragmentshown", "fragmenthidden"]) {
  Reveal.on(event, showAll);
}
start();
