// Starts the deck, and steps the executions on its slides with the arrow keys.

const kWindow = 560;  // the height in which an execution is shown
const printing = /print-pdf/.test(location.search);

// Each step of an execution is a fragment: reveal counts invisible ones, one for each step.
for (const execution of document.querySelectorAll(".execution")) {
  const svg = execution.querySelector("svg");
  svg.classList.add("slide");
  const steps = Math.max(...[...svg.querySelectorAll("[data-step]")].map((g) => +g.dataset.step));
  execution.dataset.steps = steps;
  if (printing) continue;
  for (let step = 1; step <= steps; ++step) {
    const driver = document.createElement("span");
    driver.className = "fragment step-driver";
    driver.dataset.fragmentIndex = step - 1;
    execution.append(driver);
  }
}

function show(execution) {
  const svg = execution.querySelector("svg");
  const shown = printing ? +execution.dataset.steps
                         : execution.querySelectorAll(".step-driver.visible").length;
  const scale = 1240 / svg.viewBox.baseVal.width;
  let bottom = 0;
  for (const group of svg.querySelectorAll("[data-step]")) {
    const step = +group.dataset.step;
    group.classList.toggle("shown", step <= shown);
    group.classList.toggle("now", step === shown && shown > 0);
    const band = group.querySelector(".band");
    if (band && step <= shown) {
      bottom = Math.max(bottom, (band.y.baseVal.value + band.height.baseVal.value) * scale);
    }
  }
  const height = svg.viewBox.baseVal.height * scale;
  if (printing) {
    svg.style.width = `${Math.min(1240, 1240 * kWindow / height)}px`;
    return;
  }
  const up = Math.max(0, bottom + 14 - kWindow);
  svg.style.transform = `translateY(${-up}px)`;
  // The heads of the lanes stay where they are.
  svg.querySelector(".heads").setAttribute("transform", `translate(0 ${up / scale})`);
}

function show_all() { document.querySelectorAll(".execution").forEach(show); }

Reveal.initialize({
  width: 1280, height: 720, margin: 0, minScale: 0.2, maxScale: 3,
  center: false, hash: true, controls: false, progress: true, slideNumber: "c/t",
  transition: "none", backgroundTransition: "none",
  totalTime: kSeconds, showNotes: /notes/.test(location.search) ? "separate-page" : false,
  pdfSeparateFragments: false,
  plugins: [RevealNotes],
}).then(show_all);
for (const event of ["slidechanged", "fragmentshown", "fragmenthidden", "pdf-ready"]) {
  Reveal.on(event, show_all);
}
