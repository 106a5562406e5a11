// A contender's server with its clients, as sections use them.
import { join } from 'node:path';

export class Pair {
  /** @param {object} parts `contender`, `server`, `clients`. */
  constructor({ contender, server, clients }) {
    this.contender = contender;
    this.server = server;
    this.clients = clients;
  }

  get client() {
    return this.clients[0];
  }

  can(work) {
    return this.client.facts.can.includes(work);
  }

  /** Does something with it; with hot loops, if that is what it is about. */
  async turn(work) {
    const all = this.contender.hot ? [this.server, ...this.clients] : [];
    await Promise.all(all.map((child) => child.ask('heat')));
    try {
      return await work(this);
    } finally {
      await Promise.all(all.map((child) => child.ask('cool')));
    }
  }

  /** What `work` gives, and the processor time that it took of both sides, in microseconds. */
  async withCpu(work) {
    const both = [this.server, ...this.clients];
    const used = async () =>
      (await Promise.all(both.map((child) => child.ask('cpu')))).reduce((a, b) => a + b);
    const before = await used();
    const result = await work(this);
    return { result, cpu: (await used()) - before };
  }
}

/** Starts a contender with so many clients. */
export async function startPair(children, contender, clients = 1) {
  const { server, client, args = [], program, name } = contender;
  const path = join(children.folder, `${name}.sock`);
  const started = await children.start(server, [path, ...args], program);
  const all = [];
  for (let n = 0; n < clients; n++) all.push(await children.start(client, [path, ...args], program));
  return new Pair({ contender, server: started, clients: all });
}

/**
 * The entries of a section that has its clients do something.
 * @param {object} context of the section.
 * @param {Record<string, string>} works what is done, and what it adds to the title of a row. The first one is what all are
 * expected to do.
 * @param {(pair: Pair, work: string) => Promise<object>} take
 * @param {number} clients
 */
export async function enterPairs({ children, placement, contenders }, works, take, clients = 1) {
  const [expected] = Object.keys(works);
  const entries = [];
  for (const contender of contenders.filter(({ twoCores }) => !twoCores || placement.cores > 1)) {
    const pair = await startPair(children, contender, clients);
    const { name, title, kind } = contender;
    for (const [work, suffix] of Object.entries(works)) {
      const row = { name: work === expected ? name : `${name}, ${work}`, title: title + suffix, kind };
      if (pair.can(work)) entries.push({ ...row, take: () => pair.turn(() => take(pair, work)) });
      else if (kind === 'peer' && work === expected) entries.push(row);
    }
  }
  return entries;
}
