// The clients of a soak: as many as are wanted, killed at random, and started again.
import { factsOf } from '../../support/process-facts.mjs';
import { Random } from '../../support/random.mjs';

const CLOSING_MS = 10_000;

/** All but the first are killed now and then: it lives through the whole soak, to show what a client itself may leak. */
export class Clients {
  kills = 0;
  #start;
  #count;
  #random;
  #children = [];
  #starting = new Set();
  #working = false;
  #onBroken;

  /**
   * @param {(index: number, incarnation: number) => Promise<any>} start
   * @param {(what: string) => void} onBroken hears of clients that end by themselves.
   */
  constructor(start, count, seed, onBroken) {
    this.#start = start;
    this.#count = count;
    this.#random = new Random(seed, 0xc1);
    this.#onBroken = onBroken;
  }

  async begin() {
    await Promise.all(Array.from({ length: this.#count }, (_, index) => this.#enter(index, 0)));
  }

  async work() {
    this.#working = true;
    await this.#askAll('go');
  }

  /** Resolves when all have ended what they had begun. */
  async pause() {
    this.#working = false;
    await Promise.all(this.#starting);
    await this.#askAll('pause');
  }

  /** Kills one, at whatever it is doing, and starts another in its place. */
  kill() {
    if (this.#count < 2) return;
    const index = this.#random.integer(1, this.#count - 1);
    const entry = this.#children[index];
    if (entry === undefined) return;
    this.#children[index] = undefined;
    this.kills++;
    entry.child.kill();
    const starting = entry.child.exited.then(() => this.#enter(index, entry.incarnation + 1));
    this.#starting.add(starting);
    starting.then(
      () => this.#starting.delete(starting),
      (error) => this.#onBroken(`a client could not be started: ${error.message}`),
    );
  }

  /** What Linux says of the one that is never killed. */
  get survivor() {
    return factsOf(this.#children[0].child.pid);
  }

  /** Closes all; they end by themselves. */
  async end() {
    await Promise.all(
      this.#children.map(async ({ child }, index) => {
        child.killed = true; // From now on its end is no news.
        const code = await child.close(CLOSING_MS);
        if (code !== 0) this.#onBroken(`client ${index} at its end: ${code}`);
      }),
    );
  }

  async #enter(index, incarnation) {
    const child = await this.#start(index, incarnation);
    this.#children[index] = { child, incarnation };
    void child.exited.then((code) => {
      if (!child.killed) this.#onBroken(`client ${index} ended by itself: ${code}`);
    });
    if (!this.#working) return;
    await child.ask('go').catch((error) => {
      if (!child.killed) throw error; // Killed on its way in.
    });
  }

  async #askAll(command) {
    await Promise.all(this.#children.map((entry) => entry?.child.ask(command)));
  }
}
