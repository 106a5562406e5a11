// Whether the cores of the machine are awake: a bare echo between two sleeping ones takes about five times as long.
import { setTimeout as sleep } from 'node:timers/promises';
import { Children } from './children.mjs';
import { startPair } from './pairs.mjs';

/** A bare echo that takes longer than this between two cores has woken one. It took 10 to 18 or 83 to 104 us. */
const AWAKE_US = 45;
const SECONDS = 0.15;
const PAUSE_MS = 100;

export class Probe {
  #children;
  #pair;
  #seen = [];

  static async open(placement, echo) {
    const probe = new Probe();
    probe.#children = new Children(placement);
    probe.#pair = await startPair(probe.#children, echo);
    return probe;
  }

  /** Looks. */
  async look() {
    await sleep(PAUSE_MS);
    const { p50 } = await this.#pair.client.ask('trips', { work: 'noop', seconds: SECONDS });
    this.#seen.push(p50);
  }

  /** `awake`, `asleep`, or `mixed` if it changed since it was asked before; and what a bare echo took. */
  mode() {
    const seen = this.#seen.splice(0);
    const awake = seen.filter((p50) => p50 < AWAKE_US).length;
    return { mode: awake === seen.length ? 'awake' : awake === 0 ? 'asleep' : 'mixed', echo: seen };
  }

  close() {
    return this.#children.end();
  }
}
