// What the clients of all contenders have in common: the measurements, made of the few things that a contender can do.
import { machineTime } from '../harness/clock.mjs';
import { serve } from '../harness/child.mjs';
import { blockingTrips, flood, spacedTrips, trips } from '../harness/loops.mjs';
import { MEBIBYTE, stamp, warm } from '../harness/pattern.mjs';
import { turn } from '../harness/turns.mjs';

/**
 * What a contender's client can do. What it can't is left out, and its place in the tables shows a dash.
 * @typedef {object} Abilities
 * @property {() => Promise<unknown>} [noop] a call without arguments, and its empty answer.
 * @property {() => Promise<unknown>} [calls] the same, of which many may be in flight.
 * @property {() => unknown} [blocking] the same, blocking this thread until it is answered.
 * @property {(value: object) => Promise<object>} [object] sends an object, gets it back.
 * @property {(payload: Uint8Array) => Promise<number>} [take] hands bytes over, gets the seed that the server saw.
 * @property {(bytes: number) => { transfer: (seed: number) => Promise<number>, done: () => void }} [inPlace] the same, with
 * memory that it chose itself.
 * @property {(count: number) => Promise<number>} [stream] asks for so many small items; resolves with how many came.
 * @property {(onItem: (n: number) => void) => Promise<unknown>} [hear] hears, from when it resolves, what is published to all.
 */

/**
 * @param {Abilities} abilities
 * @param {() => unknown} close
 * @param {Record<string, () => unknown>} commands further ones.
 */
export function contend(abilities, close, commands = {}) {
  const payloads = new Payloads(abilities);
  const hearing = new Hearing(abilities.hear);
  const calling = (work, value) => (value === undefined ? abilities[work] : () => abilities[work](value));
  serve(
    {
      trips: ({ work, value, seconds }) => trips(calling(work, value), seconds),
      spaced: ({ work, seconds, pause }) => spacedTrips(calling(work), seconds, pause),
      blocking: ({ seconds }) => blockingTrips(abilities.blocking, seconds),
      flood: ({ work, value, inFlight, seconds }) => flood(calling(work, value), inFlight, seconds),
      stream: ({ seconds }) => streamed(abilities.stream, seconds),
      hear: ({ count }) => hearing.begin(count),
      heard: () => hearing.done,
      prepare: ({ mebibytes }) => payloads.prepare(mebibytes),
      turn: ({ budget }) => payloads.turn(budget),
      payload: ({ bytes, way, budget }) => payloads.once(bytes, way, budget),
      ...commands,
    },
    close,
    { can: Object.keys(abilities) },
  );
}

/** Payloads handed over. */
class Payloads {
  #abilities;
  #prepared;

  constructor(abilities) {
    this.#abilities = abilities;
  }

  prepare(mebibytes) {
    this.#prepared = this.#taking(Buffer.from(warm(mebibytes * MEBIBYTE).buffer));
  }

  turn(budget) {
    return turn(this.#prepared, budget);
  }

  /** A turn with memory of its own, which is given up afterwards: it may be a gibibyte. */
  async once(bytes, way, budget) {
    if (way === 'take') return turn(this.#taking(Buffer.from(warm(bytes).buffer)), budget);
    const { transfer, done } = this.#abilities.inPlace(bytes);
    try {
      return await turn(transfer, budget);
    } finally {
      done();
    }
  }

  #taking(payload) {
    return (seed) => {
      stamp(payload, seed);
      return this.#abilities.take(payload);
    };
  }
}

/** Items that the server publishes to all its clients. The last one comes, whatever is passed over for a slow client. */
class Hearing {
  /** Resolves with how many came and when the last one did. */
  done;
  #hear;
  #onItem;
  #begun;

  constructor(hear) {
    this.#hear = hear;
  }

  async begin(count) {
    let items = 0;
    this.done = new Promise((resolve) => {
      this.#onItem = (n) => {
        items++;
        if (n === count - 1) resolve({ items, end: machineTime() });
      };
    });
    await (this.#begun ??= this.#hear((n) => this.#onItem(n)));
  }
}

const FEWEST = 1000;
const MOST = 200_000;

/** Items per second of a stream that lasts about so many seconds. */
async function streamed(stream, seconds) {
  const first = await timed(stream, FEWEST);
  return timed(stream, Math.round(Math.min(MOST, Math.max(FEWEST, first.rate * seconds))));
}

async function timed(stream, count) {
  const start = performance.now();
  const came = await stream(count);
  if (came !== count) throw new Error(`${came} of ${count} items came`);
  return { rate: (count * 1000) / (performance.now() - start) };
}
