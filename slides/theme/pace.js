// The pace in the speaker's view. Its minutes begin anew at each talk: a lecture with its demonstration, or the debrief
// behind the exercise; what the room did in between is not counted. A click on the time counts from the slide's beginning.

// The view adds up the seconds of all slides up to the one that is shown. In what it is given, each talk is followed by
// what it took, below zero, so that every talk's sum begins at 0.
function rowsOfPace(slides) {
  const rows = [];
  const places = [];
  let sum = 0;
  slides.forEach((slide, i) => {
    if (i > 0 && slide.dataset.talk !== slides[i - 1].dataset.talk) {
      rows.push({ "data-timing": `${-sum}` });
      sum = 0;
    }
    places.push(rows.length);
    rows.push({ "data-timing": slide.dataset.timing });
    sum += Number(slide.dataset.timing);
  });
  return { rows, places };
}

// reveal's speaker view, with that pace.
const PacedNotes = {
  id: "notes",
  init(deck) {
    const notes = RevealNotes();
    let pace = null;  // once all is laid out: before that reveal counts each stack as a slide
    const paceNow = () => (pace ??= rowsOfPace(deck.getSlides()));
    const paced = Object.create(deck);
    paced.getSlidesAttributes = () => paceNow().rows;
    paced.getSlidePastCount = () => paceNow().places[deck.getSlidePastCount()];
    paced.getConfig = () => ({ ...deck.getConfig(), defaultTiming: 0, minimumTimePerSlide: Number.MIN_SAFE_INTEGER });
    try {  // the layout with the most room for notes, until the speaker takes another one
      if (!localStorage.getItem("reveal-speaker-layout")) localStorage.setItem("reveal-speaker-layout", "tall");
    } catch {
      // a browser that keeps nothing for a file shows reveal's own layout
    }
    notes.init(paced);

    let view = null;  // the window of the speaker
    const beginAnew = () => { if (view && !view.closed) view.document.querySelector(".speaker-controls-time").click(); };
    deck.on("slidechanged", ({ previousSlide, currentSlide }) => {
      if (previousSlide?.dataset.talk !== currentSlide.dataset.talk) beginAnew();
    });
    // The view sends a sign of life each second, the first one when its timer runs.
    window.addEventListener("message", ({ source, data }) => {
      if (source === view || typeof data !== "string" || !/"reveal-notes".*"heartbeat"/.test(data)) return;
      view = source;
      beginAnew();
    });
  },
};
