// The speaker's view: its pace is that of the talk which is given, whatever stands in front of it in the deck.

const kSlack = 4;  // seconds between what a slide says and what is read, and what has passed meanwhile

const seconds = (words) => {
  const [hours, minutes, rest] = words.replace("-", "").split(":").map(Number);
  return (words.startsWith("-") ? -1 : 1) * (hours * 3600 + minutes * 60 + rest);
};

// What the view says: the time since the talk began, and what is left for the slide.
async function told(view) {
  const text = (name) => view.locator(`.speaker-controls-time ${name}`).textContent();
  return { passed: seconds(await text(".timer")), left: seconds(await text(".pacing")) };
}

// Returns what is wrong with the pace of a deck, at the debrief of its last lab: both slides of it that come first.
export async function faultsOfPace(page) {
  const plan = await page.evaluate(() => {
    const last = Reveal.getSlides().map((slide) => slide.dataset.talk).findLast((talk) => /^lab-.*-debrief$/.test(talk));
    const slides = Reveal.getSlides().filter((slide) => slide.dataset.talk === last);
    return { last, slides: slides.map((slide) => Reveal.getIndices(slide)), seconds: slides.map((slide) => Number(slide.dataset.timing)) };
  });
  const { last } = plan;
  if (plan.slides.length < 2) return ["the deck has no debrief of two slides, at which the speaker's view can be tried"];
  const faults = [];
  await page.evaluate(() => Reveal.slide(0, 0));
  const view = await Promise.all([page.waitForEvent("popup"), page.keyboard.press("s")]).then(([popup]) => popup);
  view.on("pageerror", (error) => faults.push(`the speaker's view: ${error.message}`));
  view.on("dialog", (dialog) => { faults.push(`the speaker's view: ${dialog.message()}`); dialog.dismiss(); });
  let since = Date.now();  // the time that the view tells was set
  const slack = () => kSlack + Math.floor((Date.now() - since) / 1000);
  const says = async (when, passed, left) => {
    const isRight = (now) => now.passed >= passed && now.passed <= passed + slack() && now.left <= left && now.left >= left - slack();
    let now = null;
    for (let tries = 0; tries < 20; ++tries) {
      now = await told(view);
      if (isRight(now)) return;
      await page.waitForTimeout(200);
    }
    faults.push(`the speaker's view, ${when}: ${now.passed} s have passed and ${now.left} s are left; wanted are ${passed} and ${left}`);
  };
  const goTo = ({ h, v }) => page.evaluate(([h, v]) => Reveal.slide(h, v, -1), [h, v]);
  await view.locator(".pacing").waitFor({ state: "visible" }).catch(() => faults.push("the speaker's view has no pace"));
  await page.waitForTimeout(1500 * kSlack);  // in a talk in front of it, which is not to be counted
  since = Date.now();
  await goTo(plan.slides[0]);
  await says(`at the first slide of ${last}`, 0, plan.seconds[0]);
  await goTo(plan.slides[1]);
  await says(`at the second slide of ${last}`, 0, plan.seconds[0] + plan.seconds[1]);
  since = Date.now();
  await view.locator(".speaker-controls-time").click();
  await says("after a click on its time", plan.seconds[0], plan.seconds[1]);
  await view.close();
  await page.waitForTimeout(1500);  // reveal writes its address a while after a key
  since = Date.now();
  await page.reload();
  await page.waitForFunction(() => window.Reveal?.isReady());
  const again = await Promise.all([page.waitForEvent("popup"), page.keyboard.press("s")]).then(([popup]) => popup);
  await again.locator(".pacing").waitFor({ state: "visible" });
  const left = plan.seconds[1];
  let now = null;
  for (let tries = 0; tries < 20; ++tries) {
    now = (await told(again)).left;
    if (now <= left && now >= left - slack()) break;
    await page.waitForTimeout(200);
  }
  if (now > left || now < left - slack()) faults.push(`the speaker's view, opened at the second slide of ${last}: ${now} s are left; wanted are ${left}`);
  await again.close();
  return faults;
}
