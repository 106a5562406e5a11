// Many clients in one process, each a bare socket. `clients.mjs PACKAGE PATH`
import { serve } from '../support/child.mjs';
import { opened, wireOf } from '../support/wire.mjs';

const [folder, path] = process.argv.slice(2);
const { KIND, call, decoder, hello } = wireOf(folder);
/** As many calls of one client are under way at once. */
const DEPTH = 4;
/** So many come at once. What all processes send in one moment must fit the daemon's `silentConnections`: these don't try again. */
const AT_ONCE = 50;

/** A client that said hello, and may be busy. */
class Client {
  answers = 0;
  failures = 0;
  closed = false;
  #socket;
  #last = 0;
  #pending = 0;
  #until = 0;
  #done = () => undefined;

  static async open() {
    const client = new Client();
    client.#socket = await opened(path);
    await new Promise((resolve, reject) => {
      const frames = decoder((head) => {
        if (head[0] === KIND.welcome) resolve();
        else client.#answered(head);
      });
      client.#socket.on('data', (piece) => frames.push(piece));
      client.#socket.once('close', () => {
        client.closed = true;
        client.#done();
        reject(new Error('closed instead of a welcome'));
      });
      client.#socket.write(
        hello({ peer: { name: 'load', pid: process.pid, language: 'bytes', version: '0' } }),
      );
    });
    return client;
  }

  /** Calls until the time is over. */
  work(milliseconds) {
    this.answers = 0;
    this.#until = performance.now() + milliseconds;
    return new Promise((resolve) => {
      this.#done = resolve;
      for (let depth = 0; depth < DEPTH; depth++) this.#call();
    });
  }

  /** Asks for much and reads nothing. */
  stall(calls) {
    this.#socket.pause();
    for (let count = 0; count < calls; count++) this.#write('large', 'large');
  }

  /** Sends calls, a byte a second. */
  async dribble(signal) {
    for (;;) {
      for (const byte of call(++this.#last, 'work', 'echo', ['slow'])) {
        if (signal.stopped || this.closed) return;
        this.#socket.write(Uint8Array.of(byte));
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
  }

  close() {
    this.#socket.destroy();
  }

  #call() {
    this.#pending++;
    this.#write('work', 'echo');
  }

  #write(target, member) {
    this.#socket.write(call(++this.#last, target, member, member === 'echo' ? [this.#last] : []));
  }

  #answered([kind]) {
    if (kind === KIND.error) this.failures++;
    else if (kind !== KIND.result) return;
    this.answers++;
    this.#pending--;
    if (performance.now() < this.#until) this.#call();
    else if (this.#pending === 0) this.#done();
  }
}

const clients = [];
const dribbling = { stopped: false };

serve(
  {
    /** So many more come in. */
    open: async ({ count }) => {
      for (let left = count; left > 0; left -= AT_ONCE) {
        const coming = Array.from({ length: Math.min(left, AT_ONCE) }, () => Client.open());
        clients.push(...(await Promise.all(coming)));
      }
    },
    /** The first so many of them are busy for a while. Gives how many answers each has got. */
    work: async ({ count, milliseconds }) => {
      const busy = clients.slice(0, count);
      await Promise.all(busy.map((client) => client.work(milliseconds)));
      return busy.map(({ answers }) => answers);
    },
    /** One that never reads, and one that sends a byte a second. */
    misbehave: async () => {
      const [deaf, slow] = [await Client.open(), await Client.open()];
      deaf.stall(500);
      void slow.dribble(dribbling);
      clients.push(deaf, slow);
    },
    /** What they have noticed. */
    look: () => ({
      open: clients.filter(({ closed }) => !closed).length,
      failures: clients.reduce((sum, { failures }) => sum + failures, 0),
    }),
    /** The last so many leave. */
    leave: ({ count }) => {
      for (const client of clients.splice(-count, count)) client.close();
    },
  },
  () => {
    dribbling.stopped = true;
    for (const client of clients) client.close();
  },
);
