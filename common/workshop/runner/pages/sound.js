// The page's own sound: a browser allows it after the first key or click.

let context = null;

export function soundAllowed() {
  if (typeof AudioContext === "undefined") return;
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume();
}

function tone(frequency, from, seconds) {
  const at = context.currentTime + from;
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.value = frequency;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.25, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.001, at + seconds);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + seconds);
}

// Rises when something is green, else two calm strokes.
export function chime(good) {
  document.documentElement.dataset.chimes = Number(document.documentElement.dataset.chimes ?? 0) + 1;
  if (context === null || context.state !== "running") return;
  const tones = good ? [523, 659, 784] : [659, 523];
  tones.forEach((frequency, i) => tone(frequency, i * 0.22, 0.7));
}
