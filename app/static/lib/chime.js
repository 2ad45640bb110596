// A soft chime of two tones, for a screen that is arranged to have one, or was asked to by whoever opened it
// (`?chime=1`, remembered; `?chime=0` ends it).
// Browsers let a page make sound only after a touch or key, unless the kiosk was started with that allowed.
const KEY = "legevakt.chime";
const TONES = [[659.3, 0], [523.3, 0.35]]; // Hz, seconds from now: a falling third
const LOUDNESS = 0.18;
const LASTS = 1.4;

function wanted() {
  const asked = new URLSearchParams(location.search).get("chime");
  try {
    if (asked !== null) localStorage.setItem(KEY, asked);
    return (asked ?? localStorage.getItem(KEY)) === "1";
  } catch { return asked === "1"; } // nothing is remembered here
}

export class Chime {
  #sound; #loudness;

  // `on`: as somebody has arranged, whatever the address says. `changed` tells when it may sound: a machine takes its
  // time to open its loudspeaker.
  constructor({ on = wanted(), loudness = LOUDNESS, changed = () => {} } = {}) {
    this.#loudness = loudness;
    this.#sound = on ? new AudioContext() : null;
    if (this.#sound) this.#sound.onstatechange = changed;
    const allow = () => this.#sound?.resume();
    for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, allow);
  }

  get on() { return this.#sound?.state === "running"; }

  close() { this.#sound?.close(); }

  ring() {
    if (!this.on) return;
    for (const [pitch, after] of TONES) this.#tone(pitch, this.#sound.currentTime + after);
  }

  #tone(pitch, at) {
    const tone = new OscillatorNode(this.#sound, { frequency: pitch });
    const loudness = new GainNode(this.#sound, { gain: 0 });
    loudness.gain.setValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(this.#loudness, at + 0.03);
    loudness.gain.exponentialRampToValueAtTime(0.001, at + LASTS);
    tone.connect(loudness).connect(this.#sound.destination);
    tone.start(at);
    tone.stop(at + LASTS);
  }
}
