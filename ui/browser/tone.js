// A curve for ears: its height as the pitch of a tone that walks along it.

const SECONDS = 3;
const LOW = 220; // Hz
const OCTAVES = 2;
const QUIET = 0.08; // of full volume

// The frequencies along a curve; where it has no height there is silence, null.
export function pitches(heights) {
  const finite = heights.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const range = high - low || 1;
  return heights.map((y) =>
    (Number.isFinite(y) ? LOW * 2 ** ((OCTAVES * (y - low)) / range) : null));
}

// The curve that is played: the first line of a figure with at least two points.
export function curveOf({ data }) {
  return data.find(({ type, mode, y, meta }) => (type || "scatter") === "scatter"
    && /lines/.test(mode || "") && meta?.of === undefined && y?.length > 1);
}

let playing = null;

export function play(heights) {
  playing?.close();
  const context = new AudioContext();
  playing = context;
  const tone = context.createOscillator();
  const volume = context.createGain();
  const step = SECONDS / heights.length;
  pitches(heights).forEach((pitch, k) => {
    const at = context.currentTime + k * step;
    if (pitch !== null) tone.frequency.setValueAtTime(pitch, at);
    volume.gain.setValueAtTime(pitch === null ? 0 : QUIET, at);
  });
  tone.connect(volume).connect(context.destination);
  tone.start();
  tone.stop(context.currentTime + SECONDS);
  tone.onended = () => context.close();
}
