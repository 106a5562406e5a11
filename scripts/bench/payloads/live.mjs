// A target that publishes frames, and what publishing costs this process. Frames come by a clock of their own, slow enough for all
// readers to keep up: who waits costs nothing.
import { shared } from '../../../dist/daemon/index.js';
import { COUNTED, LAST, WARM_UP } from './frames.mjs';
import { MEBIBYTE, stamp, warm } from '../harness/pattern.mjs';
import { byClock, spent } from './by-clock.mjs';

const MEBIBYTES = 8;
const RING = 4;
const WARM_FRAMES = 5;

export class Live {
  #ring = [];
  #copies = [];
  #waiting = [];
  #made = 0;
  #ending;

  /** What clients see. */
  target = streams(
    shared(() => this.#frames((stamped) => this.#copied(stamped))),
    shared(({ alloc }) => this.#frames((stamped) => inPlace(alloc, stamped))),
  );

  prepare() {
    const ring = () => Array.from({ length: RING }, () => warm(MEBIBYTES * MEBIBYTE));
    this.#ring = ring();
    this.#copies = ring();
  }

  /**
   * Publishes up to so many frames, one every `interval` milliseconds: one that comes while the last is still being published
   * is not made. Gives how many were made, and milliseconds for each. `finish` must follow.
   */
  async publish({ frames, interval }) {
    await this.#run(WARM_FRAMES, interval, () => WARM_UP);
    const result = await spent(async () => {
      this.#made = 0;
      await this.#run(frames, interval, (index) => index % COUNTED);
      return this.#made;
    });
    this.#ending = setInterval(() => this.#tick(LAST), interval);
    return result;
  }

  /** The readers have left. */
  finish() {
    clearInterval(this.#ending);
    this.#tick(undefined);
  }

  /**
   * What one copy of a frame takes here, in milliseconds, by the clock of frames: cores and caches that have rested so long take
   * longer. Frames take turns, as published ones do.
   */
  async copy({ frames, interval }) {
    const times = [];
    await byClock(frames, interval, () => {
      const before = performance.now();
      takeTurns(this.#copies).set(takeTurns(this.#ring));
      times.push(performance.now() - before);
    });
    return times;
  }

  #run(frames, interval, stampOf) {
    return byClock(frames, interval, (index) => this.#tick(stampOf(index)));
  }

  #tick(stamped) {
    for (const resolve of this.#waiting.splice(0)) resolve(stamped);
  }

  async *#frames(make) {
    for (;;) {
      const stamped = await new Promise((resolve) => this.#waiting.push(resolve));
      if (stamped === undefined) return;
      if (stamped < COUNTED) this.#made++;
      yield make(stamped);
    }
  }

  /** A frame in ordinary memory, warm: a few take turns, since who publishes must leave those on their way alone. */
  #copied(stamped) {
    const frame = takeTurns(this.#ring);
    stamp(frame, stamped);
    return frame;
  }
}

/** The first one, which is the last one then. */
function takeTurns(ring) {
  const first = ring.shift();
  ring.push(first);
  return first;
}

function streams(copied, inPlace) {
  return { copied: () => copied, inPlace: () => inPlace };
}

/** A frame that is made where all readers read it. */
function inPlace(alloc, stamped) {
  const frame = alloc([MEBIBYTES * MEBIBYTE], 'uint8');
  stamp(frame.data, stamped);
  return frame;
}
