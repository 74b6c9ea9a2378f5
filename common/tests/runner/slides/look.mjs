// What is looked at on a slide, in the page itself. Sizes are in pixels of a slide that is 1280 wide.

export const kLimits = [24, 4.5];  // the smallest type; AA's contrast, for text of any size

// Runs in the page: the faults of the slide that is shown, each as [kind, words].
export function faultsOfSlide([textMin, contrastMin]) {
  const slide = Reveal.getCurrentSlide();
  const scale = Reveal.getScale();
  const faults = [];
  const quote = (text) => `"${text.trim().replace(/\s+/g, " ").slice(0, 40)}"`;
  const shown = (element) => !element.closest("aside.notes, .step-driver") && element.checkVisibility({ checkOpacity: true });

  // Elements that have text of their own, and where each run of it stands.
  const texts = [];
  for (const element of slide.querySelectorAll("*")) {
    const own = [...element.childNodes].filter((node) => node.nodeType === 3 && node.textContent.trim());
    if (own.length === 0 || !shown(element)) continue;
    const boxes = own.flatMap((node) => {
      const range = document.createRange();
      range.selectNodeContents(node);
      return [...range.getClientRects()].filter((box) => box.width > 0);
    }).filter((box) => {  // an execution's earlier steps have moved out of sight
      const frame = element.closest(".execution")?.getBoundingClientRect();
      return !frame || (box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1);
    });
    if (boxes.length > 0) texts.push({ element, text: quote(own[0].textContent), boxes });
  }

  const number = document.querySelector(".slide-number").getBoundingClientRect();
  const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  for (const { element, text, boxes } of texts) {
    const execution = element.closest(".execution");
    for (const box of boxes) {
      const frame = execution ? execution.getBoundingClientRect()
        : (element.closest("pre, td, th") ?? slide).getBoundingClientRect();
      const out = Math.max(frame.left - box.left, box.right - frame.right, box.right - innerWidth,
                           execution ? 0 : Math.max(box.bottom - innerHeight, box.bottom - frame.bottom));
      if (out > 1) faults.push(["overflow", `${text} stands out by ${Math.round(out / scale)} px`]);
      if (!execution && overlap(box, number)) faults.push(["overflow", `${text} lies on the slide's number`]);
    }
    const matrix = element instanceof SVGElement ? element.getScreenCTM() : null;
    const size = parseFloat(getComputedStyle(element).fontSize) * (matrix ? Math.hypot(matrix.a, matrix.b) / scale : 1);
    if (size < textMin - 0.05) faults.push(["small", `${text} is ${size.toFixed(1)} px high`]);
  }
  // A name or a label that its place has no room for. UUIDs are in short everywhere; a document's "{…" is meant.
  for (const element of slide.querySelectorAll(".execution .is-cut, .execution .name, .execution .attempt-name")) {
    const text = element.textContent;
    if (element.matches(".is-cut") || /(?<![0-9a-f-]{4})…/.test(text)) faults.push(["cut", `${quote(text)} is cut`]);
  }
  for (const element of slide.querySelectorAll(".execution .head rect, .execution rect.attempt, .execution rect.verdict")) {
    if (!shown(element)) continue;
    const [box, frame] = [element.getBoundingClientRect(), element.closest(".execution").getBoundingClientRect()];
    const out = Math.max(frame.left - box.left, box.right - frame.right);
    if (out > 1) faults.push(["overflow", `the frame of ${quote(element.parentElement.textContent)} stands out by ${Math.round(out / scale)} px`]);
  }
  for (const element of slide.querySelectorAll("table, pre, .ask, .picture svg, ul, ol")) {
    const box = element.getBoundingClientRect();
    const out = Math.max(box.right - innerWidth, box.bottom - innerHeight);
    if (out > 1 && shown(element)) faults.push(["overflow", `<${element.tagName.toLowerCase()}> stands out by ${Math.round(out / scale)} px`]);
  }

  // The colour of a text, and of what is painted below its middle.
  const luminance = ([r, g, b]) => [r, g, b].map((part) => {
    const value = part / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }).reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
  const opaque = (colour) => {
    const parts = (colour.match(/[\d.]+/g) ?? []).map(Number);
    return parts.length >= 3 && (parts.length === 3 || parts[3] > 0.5) ? parts.slice(0, 3) : null;
  };
  const painted = (element) => {
    const style = getComputedStyle(element);
    const isShape = element instanceof SVGElement && !["svg", "g", "text", "tspan"].includes(element.tagName);
    if (!isShape) return opaque(style.backgroundColor);
    return style.fill !== "none" ? opaque(style.fill) : parseFloat(style.strokeWidth) > 8 && opaque(style.stroke);
  };
  const seen = new Set();
  for (const { element, text, boxes } of texts) {
    const box = boxes[0];
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const style = getComputedStyle(element);
    const halo = element instanceof SVGElement && style.paintOrder.startsWith("stroke") ? opaque(style.stroke) : null;
    const behind = halo ?? document.elementsFromPoint(x, y).filter((each) => !["text", "tspan"].includes(each.tagName))
      .map(painted).find((colour) => colour);
    const front = opaque(element instanceof SVGElement ? style.fill : style.color);
    if (!behind || !front) continue;
    const [a, b] = [luminance(front), luminance(behind)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < contrastMin && !seen.has(ratio)) {
      faults.push(["contrast", `${text} has a contrast of ${ratio.toFixed(1)} to what is behind it`]);
      seen.add(ratio);
    }
  }
  return faults;
}

// Runs in the page: how the execution on the slide stands: which of its steps are shown, which one is lit, whether the
// lit one is in sight, and what lies on what.
export function executionNow() {
  const execution = Reveal.getCurrentSlide().querySelector(".execution");
  const groups = [...execution.querySelectorAll("[data-step]")];
  const shown = new Set(groups.filter((each) => each.classList.contains("shown") &&
    (each.classList.contains("past") || getComputedStyle(each).opacity === "1")).map((each) => Number(each.dataset.step)));
  const now = groups.filter((each) => each.classList.contains("now"));
  const frame = execution.getBoundingClientRect();
  const isSeen = (text) => {
    const box = text.getBoundingClientRect();
    return box.height > 0 && box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1 && text.checkVisibility({ checkOpacity: true });
  };
  const verdict = execution.querySelector(".step:not(.base) .verdict-name");
  const sign = execution.parentElement.querySelector(".broken:not([hidden])");
  const isTold = !verdict || Number(verdict.closest(".step").dataset.step) > Math.max(...shown) || isSeen(verdict) || sign !== null;
  const inSight = now.flatMap((group) => [...group.querySelectorAll("text")]).every((text) => {
    const box = text.getBoundingClientRect();
    return box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1;
  });
  return { steps: Number(execution.dataset.steps), shown: [...shown].filter((step) => step > 0).length,
           lit: [...new Set(now.map((each) => Number(each.dataset.step)))], inSight, isTold };
}
