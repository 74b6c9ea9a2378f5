// Faults that are planted on real slides: the check has to find each of them, or it is no check.

const kPlanted = [
  ["overflow", "a paragraph below the slide", () => {
    Reveal.getCurrentSlide().insertAdjacentHTML("beforeend", "<p style='position:absolute;top:705px'>below the slide</p>");
  }],
  ["overflow", "code wider than its box", () => {
    Reveal.getCurrentSlide().insertAdjacentHTML("beforeend", `<pre style='position:absolute;top:0;width:900px'>${"wide ".repeat(40)}</pre>`);
  }],
  ["small", "a word of 23 px", () => {
    Reveal.getCurrentSlide().insertAdjacentHTML("beforeend", "<p style='font-size:23px'>small</p>");
  }],
  ["contrast", "grey words on grey", () => {
    Reveal.getCurrentSlide().insertAdjacentHTML("beforeend",
      "<p style='position:absolute;top:0;left:0;color:#888;background:#ddd'>pale</p>");
  }],
];

const kPlantedInExecution = [
  ["stepping", "a key too many", () => Reveal.getCurrentSlide().querySelector(".step-driver").remove()],
  ["stepping", "a step that is not drawn", () => {
    Reveal.getCurrentSlide().querySelectorAll("[data-step='2']").forEach((each) => (each.dataset.step = "1"));
  }],
  ["stepping", "a failure of which the last view says nothing", () => {
    document.querySelectorAll(".broken").forEach((each) => each.remove());
  }, () => Reveal.getIndices(Reveal.getSlides().find((slide) => {
    const [execution, sign] = [slide.querySelector(".execution"), slide.querySelector(".broken")];
    return sign && Number(execution.dataset.steps) > Number(sign.dataset.step) + 6;
  }))],
  ["cut", "a lane's name without its middle", () => {
    [...Reveal.getCurrentSlide().querySelectorAll(".head .name")].at(-1).textContent = "st…e";
  }],
  ["overflow", "a lane's name that is cut at the edge", () => {
    [...Reveal.getCurrentSlide().querySelectorAll(".head rect")].at(-1).setAttribute("width", "900");
  }],
];

const executionAt = () => Reveal.getIndices(Reveal.getSlides().find((slide) => slide.querySelector(".execution")));

// Returns the planted faults that were not found.
export async function checkPlanted({ open, lookAtSlide, judge, files, size }) {
  const missed = [];
  const file = files.find((name) => name.includes("2-"));
  for (const [kind, name, plant] of kPlanted) {
    const page = await open(file, size);
    await page.evaluate(() => Reveal.slide(0, 0));
    await page.evaluate(plant);
    const { faults } = await lookAtSlide(page);
    if (!faults.some((fault) => fault[0] === kind)) missed.push(`planted, and not found: ${name}`);
    await page.close();
  }
  for (const [kind, name, plant, where = executionAt] of kPlantedInExecution) {
    const page = await open(file, size);
    const { h, v } = await page.evaluate(where);
    await page.evaluate(([h, v]) => Reveal.slide(h, v, -1), [h, v]);
    await page.evaluate(plant);
    const { faults } = await lookAtSlide(page);
    if (!faults.some((fault) => fault[0] === kind)) missed.push(`planted, and not found: ${name}`);
    await page.close();
  }
  const page = await open(file, size);
  await page.evaluate(() => { console.error("planted"); new Image().src = "https://planted.invalid/"; });
  await page.waitForTimeout(100);
  for (const words of ["console: planted", "it asks for https://planted.invalid/"]) {
    if (!page.complaints.includes(words)) missed.push(`planted, and not found: ${words}`);
  }
  await page.close();
  const exempt = [{ slide: "a slide", kind: "small", why: "planted" }];
  if (judge([], exempt).length !== 1) missed.push("planted, and not found: a good slide that is exempt");
  if (judge([{ key: "a slide", kind: "small", words: "" }], exempt).length !== 0) missed.push("an exemption does not cover its slide");
  return missed;
}
