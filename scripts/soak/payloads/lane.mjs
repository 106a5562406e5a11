// One lane of a client: one deed after another, each a way to send or receive payloads.
import { Calls, NOTHING } from './calls.mjs';
import { Inbox } from './inbox.mjs';
import { Outbox } from './outbox.mjs';
import { bytesOf, kindOf } from './shapes.mjs';

/** How often a lane does what. */
const DEEDS = {
  take: 22,
  give: 20,
  echo: 18,
  several: 6,
  twice: 4,
  burst: 4,
  items: 9,
  frames: 5,
  keep: 8,
  wait: 4,
};

export class Lane {
  #calls;
  #inbox;
  #outbox;
  #tally;
  #random;
  #kept = [];

  /** @param given what the client has, and a `random` of the lane's own. */
  constructor(given) {
    this.#calls = new Calls(given);
    this.#inbox = new Inbox(given);
    this.#outbox = new Outbox(given);
    this.#tally = given.tally;
    this.#random = given.random;
  }

  async turn() {
    const deed = this.#random.weighted(DEEDS);
    this.#tally.did(deed);
    await this[deed]();
  }

  async take() {
    const wait = this.#random.chance(0.15) ? this.#random.integer(1, 30) : 0;
    await this.#send(this.#outbox.make(), 'take', [wait]);
  }

  async echo() {
    const payload = this.#outbox.make();
    const { array, digest } = payload;
    const kind = kindOf(array);
    const wait = this.#random.integer(1, 20);
    const back = this.#random.chance(0.2)
      ? await this.#calls.call('echoLater', [array, wait])
      : await this.#calls.call('echo', [array]);
    this.#outbox.sent(payload, back);
    if (back === NOTHING) return;
    if (kindOf(back) !== kind) this.#tally.mismatch(`client, echo: ${kindOf(back)}, not ${kind}`);
    this.#inbox.receive('echo', back, digest);
  }

  async give() {
    const what = this.#outbox.what();
    const array = await this.#calls.call('give', [what]);
    if (array !== NOTHING) this.#inbox.receiveMade('result', array, what.seed);
  }

  /** Several arrays in one message, there and back. */
  async several() {
    const payloads = this.#payloads(2, 4);
    const [first, ...rest] = payloads.map(({ array }) => array);
    const back = await this.#calls.call('echo', [{ first, rest }]);
    for (const payload of payloads) this.#outbox.sent(payload, back);
    if (back === NOTHING) return;
    [back.first, ...back.rest].forEach((array, index) =>
      this.#inbox.receive('one of several', array, payloads[index].digest),
    );
  }

  /** One array in two calls at the same time. */
  async twice() {
    const payload = this.#outbox.make();
    const { array, digest } = payload;
    const { length } = bytesOf(array);
    const both = [5, 0].map((wait) => this.#calls.call('take', [array, digest, wait]));
    const found = await Promise.all(both);
    for (const one of found)
      if (one !== NOTHING) this.#inbox.compare('argument of two calls', one, digest, length);
    this.#outbox.sent(payload, found.includes(NOTHING) ? NOTHING : found);
  }

  /** Many calls at once, to a target that runs them all, or one after the other. */
  async burst() {
    const target = this.#random.pick(['payloads', 'queued']);
    const payloads = this.#payloads(4, 10);
    await Promise.all(
      payloads.map((payload) => this.#send(payload, 'take', [0], this.#calls.plan(), target)),
    );
  }

  async items() {
    const count = this.#random.integer(1, 8);
    const most = this.#random.chance(0.3) ? 1 : Infinity;
    await this.#read('items', [count, this.#outbox.what()], most, Math.min(most, count));
  }

  async frames() {
    await this.#read('frames', [], this.#random.integer(1, 12), 0);
  }

  /** Has the daemon keep an array, and perhaps asks for an earlier one. */
  async keep() {
    const payload = this.#outbox.make();
    const { array, digest, inPlace } = payload;
    const key = await this.#calls.call('put', [array, digest]);
    // Kept there: writing to it would be writing there, if it lies in a segment.
    this.#outbox.sent(payload, inPlace ? NOTHING : key);
    if (key !== NOTHING) this.#kept.push({ key, digest });
    if (this.#kept.length === 0 || this.#random.chance(0.5)) return;
    const [kept] = this.#kept.splice(this.#random.integer(0, this.#kept.length - 1), 1);
    const back = await this.#calls.call('get', [kept.key]);
    if (back !== NOTHING && back !== undefined) this.#inbox.receive('array that was kept', back, kept.digest);
  }

  /** A call that is always given up. */
  async wait() {
    await this.#send(this.#outbox.make(), 'wait', [], this.#calls.plan(1));
  }

  #payloads(from, to) {
    return Array.from({ length: this.#random.integer(from, to) }, () => this.#outbox.make());
  }

  /** To a method that answers with the digest of what it saw. */
  async #send(payload, method, more, plan, target) {
    const { array, digest } = payload;
    const { length } = bytesOf(array);
    const found = await this.#calls.call(method, [array, digest, ...more], plan, target);
    if (found !== NOTHING) this.#inbox.compare('argument', found, digest, length);
    this.#outbox.sent(payload, found);
  }

  /** Reads a stream, at most `most` items; `least` must come unless it was told to pass over some. */
  async #read(method, args, most, least) {
    const { stream, plan, slow } = await this.#calls.open(method, args);
    if (stream === NOTHING) return;
    try {
      const read = await this.#inbox.read(stream, most);
      if (slow === 'block' && read < least)
        this.#tally.mismatch(`client, stream: ${read} items, not ${least}`);
    } catch (error) {
      this.#calls.failed(error, plan, 'stream');
    }
  }
}
