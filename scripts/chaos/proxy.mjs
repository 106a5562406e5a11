// The network from hell, on one machine: stands between clients and daemon, and does to their bytes what its seed says.
import { createConnection, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What may befall a connection, when so many bytes have gone one way. */
export const FAULTS = ['cut', 'cut-client', 'cut-daemon', 'half-close', 'blackhole', 'blackhole-cut'];

export class Proxy {
  /** How often each fault was done, and connections made. */
  counts = { connections: 0, ...Object.fromEntries(FAULTS.map((fault) => [fault, 0])) };
  #sockets = new Set();
  #server = createServer({ allowHalfOpen: true }, (client) => this.#join(client));

  /**
   * @param path where clients connect.
   * @param upstream where the daemon listens.
   * @param random decides.
   * @param faults false for a proxy that only passes on.
   */
  constructor(path, upstream, random, faults = true) {
    Object.assign(this, { path, upstream, random, faults });
  }

  async listen() {
    await new Promise((resolve) => this.#server.listen(this.path, resolve));
  }

  close() {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(client) {
    this.counts.connections++;
    const daemon = createConnection({ path: this.upstream, allowHalfOpen: true });
    const connection = new Connection(
      client,
      daemon,
      () => this.#fate(),
      this.random,
      (fault) => this.counts[fault]++,
    );
    for (const socket of [client, daemon]) {
      this.#sockets.add(socket);
      socket.on('error', () => connection.end());
      socket.on('close', () => this.#sockets.delete(socket));
    }
    void connection.relay('up', client, daemon);
    void connection.relay('down', daemon, client);
  }

  /** Connections meet their fate within some kilobytes, some in the greeting, some late. */
  #fate() {
    const { random } = this;
    if (!this.faults) return undefined;
    const direction = random.chance(0.5) ? 'up' : 'down';
    const at = random.chance(0.15) ? random.integer(1, 400) : Math.floor(200 * 200 ** random.next());
    return { direction, at, fault: random.pick(FAULTS) };
  }
}

/** One connection through the proxy. */
class Connection {
  #passed = { up: 0, down: 0 };
  #open = Promise.resolve();
  #done = false;

  /** @param nextFate what befalls it next, `undefined` for nothing. */
  constructor(client, daemon, nextFate, random, count) {
    const fate = nextFate();
    Object.assign(this, { client, daemon, nextFate, fate, random, count });
    this.splits = fate !== undefined && random.chance(0.3);
    this.delays = fate !== undefined && random.chance(0.3);
  }

  end() {
    this.#done = true;
    this.client.destroy();
    this.daemon.destroy();
  }

  async relay(direction, from, to) {
    try {
      for await (const piece of from) {
        await this.#open;
        if (this.#done) break;
        await this.#pass(direction, piece, to);
      }
      to.end();
    } catch {
      this.end(); // Whatever happens to one side ends both.
    }
  }

  async #pass(direction, piece, to) {
    const { fate } = this;
    const before = this.#passed[direction];
    this.#passed[direction] += piece.length;
    if (this.delays && this.random.chance(0.2)) await delay(this.random.integer(1, 10));
    if (fate?.direction !== direction || fate.at > this.#passed[direction]) return this.#write(piece, to);
    this.fate = undefined;
    await this.#write(piece.subarray(0, fate.at - before), to);
    await this.#strike(fate.fault, to);
    if (!this.#done) await this.#write(piece.subarray(fate.at - before), to);
  }

  async #write(piece, to) {
    if (!this.splits) return void to.write(piece);
    for (let at = 0; at < piece.length && !to.destroyed;) {
      const length = this.random.chance(0.3) ? 1 : this.random.integer(1, 4000);
      to.write(piece.subarray(at, at + length));
      at += length;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async #strike(fault, to) {
    this.count(fault);
    const { client, daemon, random } = this;
    const later = () => setTimeout(() => this.end(), random.integer(0, 300));
    switch (fault) {
      case 'cut':
        return this.end();
      case 'cut-client':
        this.#done = true;
        client.destroy();
        return later();
      case 'cut-daemon':
        this.#done = true;
        daemon.destroy();
        return later();
      case 'half-close':
        this.#done = true;
        to.end();
        return later();
      default: {
        const held = delay(random.integer(20, 500));
        this.#open = held;
        await held;
        if (fault === 'blackhole-cut') return this.end();
        this.#passed = { up: 0, down: 0 };
        this.fate = this.nextFate();
      }
    }
  }
}
