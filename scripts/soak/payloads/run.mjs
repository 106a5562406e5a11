// One soak from its start to its end: warm-up, a look, the load, a look, everybody leaves, a look, the daemon stops.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Clients } from './clients.mjs';
import { factsOf, listOf } from '../../support/process-facts.mjs';
import { Random } from '../../support/random.mjs';
import { addCounts } from './tally.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const SHARED_MEMORY = '/dev/shm';
const TICK_MS = 20;
/** Without a payload for so long, something hangs. */
const HANG_MS = 60_000;
/** So long may it take until what was in use is free, when nobody does anything any more. */
const SETTLING_MS = 5000;
const STOPPING_MS = 10_000;

/** What one soak has seen. */
export class Soak {
  counts = { payloads: 0, bytes: 0, cancels: 0, timeouts: 0, errors: {}, unexpected: {}, deeds: {} };
  mismatches = [];
  broken = [];
  seconds = 0;
  #options;
  #processes;
  #daemon;
  #clients;
  #random;
  #fatal;
  #nextKill = Infinity;

  constructor(options, processes) {
    this.#options = options;
    this.#processes = processes;
    this.#random = new Random(options.seed, 0x50a);
  }

  /** @returns what was seen before there were clients, at the start, at the end, after all had left, after the daemon's end. */
  async run() {
    const { seed, warmUp, payloads, clients, idleMs, killEvery, minutes } = this.#options;
    const { handoff, largest } = this.#options;
    const before = listOf(SHARED_MEMORY);
    const onNews = (message) => this.#hear(message);
    const start = (script, ...args) =>
      this.#processes.start(join(here, script), [this.#options.package, 'soak', ...args], onNews);
    this.#daemon = await start('daemon.mjs', handoff, largest, seed);
    void this.#daemon.exited.then((code) => (this.#fatal ??= `the daemon ended: ${code}`));
    this.#clients = new Clients(
      (index, incarnation) => start('client.mjs', handoff, largest, seed, index, incarnation),
      clients,
      seed,
      (what) => this.broken.push(what),
    );
    const bare = await this.#look(0, false);
    await this.#clients.begin();
    this.#nextKill = this.#random.exponential(killEvery);
    await this.#load('warm-up', warmUp, Infinity);
    const first = await this.#look(idleMs);
    const began = performance.now();
    const { payloads: warmed, bytes } = this.counts;
    await this.#load('load', warmed + payloads, minutes * 60_000);
    this.seconds = (performance.now() - began) / 1000;
    this.loaded = { payloads: this.counts.payloads - warmed, bytes: this.counts.bytes - bytes };
    const last = await this.#look(idleMs);
    await this.#clients.end();
    const alone = await this.#look(0, false);
    const stopped = await this.#stop();
    const known = new Set(before);
    return {
      bare,
      first,
      last,
      alone,
      stopped: {
        code: stopped,
        files: this.#processes.files,
        sharedMemory: listOf(SHARED_MEMORY).filter(
          (name) => /^samebox|\.seg$/.test(name) && !known.has(name),
        ),
        processes: this.#processes.left,
      },
    };
  }

  get kills() {
    return this.#clients.kills;
  }

  /** Lets the clients work until so many payloads were checked, or the time is over. */
  async #load(phase, until, milliseconds) {
    const { killEvery, onProgress } = this.#options;
    const began = performance.now();
    let last = { at: began, payloads: this.counts.payloads };
    await this.#clients.work();
    while (this.counts.payloads < until && performance.now() - began < milliseconds) {
      await sleep(TICK_MS);
      this.#alive();
      if (this.counts.payloads > last.payloads)
        last = { at: performance.now(), payloads: this.counts.payloads };
      if (performance.now() - last.at > HANG_MS)
        await this.#hangs(`nothing was checked for ${HANG_MS / 1000} s`);
      if (this.counts.payloads >= this.#nextKill) {
        this.#clients.kill();
        this.#nextKill = this.counts.payloads + this.#random.exponential(killEvery);
      }
      onProgress?.(phase, this);
    }
    await this.#within(HANG_MS, this.#clients.pause(), 'clients do not come to rest');
  }

  /** Looks when all that was in use is free, and the idle time has passed. */
  async #look(idleMs, withClients = true) {
    const began = performance.now();
    for (;;) {
      await this.#daemon.ask('settle');
      const status = await this.#daemon.ask('status');
      if (inUse(status) === 0 && (withClients || status.sessions.length === 0)) break;
      if (performance.now() - began > SETTLING_MS) break;
      await sleep(100);
    }
    await sleep(idleMs);
    if (idleMs > 0 && withClients) await this.#clients.pause(); // Its garbage collection; they rest already.
    await this.#daemon.ask('settle');
    const status = await this.#daemon.ask('status');
    return {
      daemon: factsOf(this.#daemon.pid),
      ...(withClients && { survivor: this.#clients.survivor }),
      heap: status.memory,
      inUse: inUse(status),
      segments: status.segments,
      handoffs: status.sessions.map(({ handoff }) => handoff),
      counters: status.counters,
      soak: status.soak,
    };
  }

  async #stop() {
    this.#fatal = 'stopping';
    return this.#daemon.close(STOPPING_MS);
  }

  #hear({ counts, mismatch }) {
    if (counts !== undefined) addCounts(this.counts, counts);
    if (mismatch !== undefined) this.mismatches.push(mismatch);
  }

  #alive() {
    if (this.#fatal !== undefined) throw new Error(this.#fatal);
  }

  async #within(milliseconds, promise, what) {
    let timer;
    const late = new Promise((resolve) => (timer = setTimeout(() => resolve('late'), milliseconds)));
    const outcome = await Promise.race([promise, late]);
    clearTimeout(timer);
    if (outcome === 'late') await this.#hangs(what);
  }

  async #hangs(what) {
    const status = await Promise.race([this.#daemon.ask('status'), sleep(2000)]);
    throw new Error(`${what}. The daemon says: ${JSON.stringify(status)}`);
  }
}

/** Bytes of segments that somebody uses: what is mapped but not free, and what was lent. */
function inUse({ segments, sessions }) {
  let bytes = segments.published.mapped - segments.published.free;
  for (const { handoff } of sessions)
    bytes += handoff.out.granted + (handoff.out.mapped - handoff.out.free) + handoff.in.granted;
  return bytes;
}

function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
