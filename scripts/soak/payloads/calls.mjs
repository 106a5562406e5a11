// The calls of one lane, of which some are given up: by a signal at any moment, or by a short deadline.

/** What a call gave that was given up. */
export const NOTHING = Symbol('nothing');

export class Calls {
  #client;
  #tally;
  #random;

  constructor({ client, tally, random }) {
    this.#client = client;
    this.#tally = tally;
    this.#random = random;
  }

  /** Whether and how a call is given up. */
  plan(probability = 0.25) {
    const random = this.#random;
    if (!random.chance(probability)) return { how: 'never' };
    const how = random.chance(0.6) ? 'signal' : 'timeout';
    return { how, after: how === 'signal' ? random.logUniform(0.1, 60) : random.integer(1, 25) };
  }

  /** What the daemon answers; `NOTHING` if the call was given up, or failed, which is counted. */
  async call(method, args, plan = this.plan(), target = 'payloads', more = {}) {
    const options = { ...more };
    let timer;
    if (plan.how === 'timeout') options.timeout = plan.after;
    if (plan.how === 'signal') {
      const aborting = new AbortController();
      options.signal = aborting.signal;
      const abort = () => aborting.abort();
      if (plan.after < 0.5) setImmediate(abort);
      else timer = setTimeout(abort, plan.after);
    }
    try {
      return await this.#client.call(target, method, args, options);
    } catch (error) {
      this.failed(error, plan, method);
      return NOTHING;
    } finally {
      if (more.slow === undefined) clearTimeout(timer); // A stream can be given up later, too.
    }
  }

  /** A stream, with the plan for giving it up and what happens if it is read slowly. */
  async open(method, args) {
    const random = this.#random;
    const slow = random.weighted({ block: 5, latest: 2, drop: 2 });
    const plan = this.plan();
    const stream = await this.call(method, args, plan, 'payloads', { slow, keep: random.integer(1, 8) });
    return { stream, plan, slow };
  }

  /** Counts an error: expected is only that of a call that was given up. */
  failed(error, { how }, where) {
    const expected =
      (how === 'signal' && error.code === 'CANCELLED') || (how === 'timeout' && error.code === 'TIMEOUT');
    if (expected) this.#tally.cancelled(how);
    this.#tally.error(error, expected, where);
  }
}
