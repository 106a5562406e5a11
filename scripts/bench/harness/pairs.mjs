// A contender's server with its clients, as sections use them.
export class Pair {
  /** @param {object} parts `contender`, `path` of its socket, `server`, `clients`. */
  constructor({ contender, path, server, clients }) {
    this.contender = contender;
    this.path = path;
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
export async function startPair(children, contender, count = 1) {
  const { server, client, args = [], program, name } = contender;
  const path = children.socketPath(name);
  const words = [path, ...args];
  const started = await children.start(server, words, program);
  const clients = await Promise.all(
    Array.from({ length: count }, () => children.start(client, words, program)),
  );
  return new Pair({ contender, path, server: started, clients });
}

/**
 * The entries of a section that has its clients do something.
 * @param {object} context of the section.
 * @param {Record<string, string>} works what is done, and what it adds to the title of a row. The first one is what all are
 * expected to do.
 * @param {(pair: Pair, work: string) => Promise<object>} take
 * @param {number} clients
 */
export async function enterPairs({ children, placement, contenders, short }, works, take, clients = 1) {
  const able = contenders.filter(({ twoCores }) => !twoCores || placement.cores > 1);
  const start = (contender) => startPair(children, contender, clients);
  // All at once is quicker, but many of them would be too much for a small machine.
  const pairs = short ? await Promise.all(able.map(start)) : await inTurn(able, start);
  return pairs.flatMap((pair) => rowsOf(pair, works, take));
}

async function inTurn(list, make) {
  const made = [];
  for (const one of list) made.push(await make(one));
  return made;
}

/** A row for each work that a contender can do; an empty one for a peer that can't do the first. */
function rowsOf(pair, works, take) {
  const { name, title, kind } = pair.contender;
  const [expected] = Object.keys(works);
  return Object.entries(works).flatMap(([work, suffix]) => {
    const row = { name: work === expected ? name : `${name}, ${work}`, title: title + suffix, kind };
    if (pair.can(work)) return [{ ...row, take: () => pair.turn(() => take(pair, work)) }];
    return kind === 'peer' && work === expected ? [row] : [];
  });
}
