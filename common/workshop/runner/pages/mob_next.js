// The one thing to do next, and how long a step is meant to take. Whatever else stands on the page says what is, and orders nothing.
const kEndless = ["endless loop", "did not end"];

// What is done with it, where a room has just read it to its deciding step and has voted.
function howItIsSaid(deciding) {
  const isFault = !["proceed", "time passes"].includes(deciding.decision);
  return `Say in one sentence what ${isFault ? `harm comes after the ${deciding.decision} at ►` : "goes wrong at ►"}.`;
}

// How a failure is read: a picture to its deciding step, where it has one; a loop; else what a check has said.
// `deciding`: the step of its picture that decides it, or null.
export function howToRead(test, deciding) {
  if (test?.picture && test.sign === "livelock") return "Read the picture aloud: what is done again and again, and who could end it?";
  const isFault = deciding !== null && !["proceed", "time passes"].includes(deciding.decision);
  if (isFault) return `Read the failure aloud to its end: after the ${deciding.decision} at ► comes the harm.`;
  if (deciding) return "Read the failure aloud, from step 1 to ►.";
  if (test && kEndless.includes(test.sign)) return "Read the failure aloud: which loop does it not leave, and who should end it?";
  if (test?.sign === "todo") return "Nothing is written here yet, so there is nothing to vote on: read what is to be done.";
  if (test?.sign === "crashed") return "Read the failure aloud: which line does not come back, and what has it been given?";
  if (test?.sign === "not deterministic") return "Read the failure aloud: what does the handler remember from the attempt before?";
  return "Read the failing check aloud: what did it expect, what did it get?";
}

// "… ► it shows at line 26. Then work on outgoing_id": where it shows is what the execution knows, where to mend it is for the room to find.
function reading({ test, deciding, shows, work, isRead, asks }) {
  if (test?.doubt) return "Not to be believed yet: t leads to the test that says what is remembered. First let the handler do the same in each attempt.";
  const read = isRead && deciding && test?.sign !== "livelock" ? howItIsSaid(deciding) : howToRead(test, deciding);
  const shown = shows ? `${read.replace(/[.]$/, "")}${read.endsWith("?") ? " It" : "; it"} shows at line ${shows}.` : read;
  return `${shown} Then ${asks ? "q asks; then " : ""}${work ? `work on ${work}` : "change the file"}, and save.`;
}

function onRed(now) {
  const { phase, turns, view, story, work, predicting, voting, hasHint, isStepRead, test } = now;
  if (phase === "talk") {
    return "It is broken, and the discussion goes on: what does the failure show? Undo it and save, or Enter begins a turn.";
  }
  if (phase === "ready") {
    const begins = `Enter begins turn ${turns + 1}`;
    return view === "step" && (story || !isStepRead) ? `Read the ${story ? "story and the step" : "step"} aloud. Then ${begins}, with the failure.` : `${begins}.`;
  }
  if (predicting && view === "picture") {
    return voting ? `Vote: what happens next, and does it hold then: "${test.name}"? p shows it.` : "Read on with → until it stops, and vote: what happens next, and does the test's promise hold then?";
  }
  if (view === "step" && isStepRead && !story) return "v leads back to the failure.";
  if (view === "step") return `Read the ${story ? "story and the step" : "step"} aloud. Then v shows the failure.`;
  if (view === "hint" && !hasHint) return "No hint on this step was given yet: h gives one. Or v leads back to the step.";
  if (view === "hint") return `Try the hint (z shows the failure${work ? `): work on ${work}` : ")"}, and save.`;
  if (view === "talk") return "Answer the question together: a shows the usual answer, t the next question. Then q leads back.";
  if (view === "code") return "Read the code together; f makes it larger. Then v leads on, and c to its contract and back.";
  return reading(now);
}

function onGreen({ phase, view, lab, isLastQuestion }) {
  if (phase === "ready") return "This lab is solved already: x in the terminal begins it anew, and keeps a copy.";
  if (view === "talk" && !isLastQuestion) return "Answer the question together. Then t shows the next one.";
  return `Prove it: scripts/workshop prove ${lab.number} (harder situations, wider bounds: up to a minute). Then n goes to the next lab.`;
}

// `now` has what the page knows: phase and paused of the clock; covered: a page or a line of the clock says what to do; state and
// judgement of the checks; view; place, the line of an error; shows and work, where a failure shows and the step has its place; test and
// deciding, the failure that is shown; isRead: the room has voted on it, and has seen how it ends;
// asks: q has a question on it that nobody has answered; isStepRead: the step was read; hasHint: one on this step was given.
export function nextAction(now) {
  if (!now.lab || now.covered) return "";
  if (now.paused) return "The clock is paused: Space lets it go on.";
  if (now.state === "checking") return now.phase === "ready" || !now.judgement && now.view === "step" ? `Read the story and the step aloud while ${now.judgement ? "the tests run" : "the tests are built and run; q has a question for the wait"}.` : "Wait for the verdict.";
  if (now.state === "errors") return `Mend the first error${now.place ? `, ${now.place}` : ""}, and save.`;
  if (now.judgement === "green") return onGreen(now);
  return now.judgement === "red" ? onRed(now) : "";
}

const minutesText = (count) => `${count} ${count === 1 ? "minute" : "minutes"}`;

// What the front matter means a step to take, and what the turns on it have taken so far.
export function minutesOf(step, workedMs) {
  if (!step || !(step.mob_minutes > 0)) return "";
  const soFar = Math.floor(workedMs / 60_000);
  return `${minutesText(step.mob_minutes)} as a mob${soFar > 0 ? `, ${soFar} so far` : ""}`;
}

export const isOverTime = (step, workedMs) => step?.mob_minutes > 0 && workedMs > step.mob_minutes * 60_000;
