// Reading into one buffer, over real sockets.
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, Socket, type Server } from 'node:net';
import { acceptReading, connectReading, read } from '../../../src/peer/reads';
import { endpointIn, shortFolder } from '../../support/places';

let folder: string;
let server: Server;
let accepted: Socket[];
let sockets: Socket[];

beforeEach(async () => {
  folder = shortFolder();
  accepted = [];
  sockets = [];
  server = createServer({ pauseOnConnect: true }, (socket) => {
    const own = acceptReading(socket);
    accepted.push(own);
    server.emit('accepted', own);
  });
  server.listen(endpointIn(folder));
  await once(server, 'listening');
});
afterEach(async () => {
  for (const socket of [...sockets, ...accepted]) socket.destroy();
  server.close();
  await once(server, 'close'); // Only when it knows that all of its sockets are closed.
  rmSync(folder, { recursive: true });
});

async function pair(): Promise<{ client: Socket; daemon: Socket }> {
  const client = connectReading(endpointIn(folder));
  sockets.push(client);
  const [daemon] = (await once(server, 'accepted')) as [Socket];
  if (client.connecting) await once(client, 'connect');
  return { client, daemon };
}

/** Everything that comes on a socket, as it comes, and when there is so much of it. */
class Sink {
  readonly pieces: Buffer[] = [];
  length = 0;
  private readonly waiting: { count: number; resolve: () => void }[] = [];

  constructor(socket: Socket) {
    read(socket, (piece, length) => {
      this.pieces.push(Buffer.from(piece.subarray(0, length)));
      this.length += length;
      for (const { count, resolve } of this.waiting) if (this.length >= count) resolve();
    });
  }

  async has(count: number): Promise<Buffer> {
    if (this.length < count) await new Promise<void>((resolve) => this.waiting.push({ count, resolve }));
    return Buffer.concat(this.pieces);
  }
}

function pattern(length: number, step: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, index) => index * step));
}

test('bytes arrive whole and in order, both ways, on many sockets that share the buffer', async () => {
  const length = 1_000_000;
  const pairs: Awaited<ReturnType<typeof pair>>[] = [];
  while (pairs.length < 8) pairs.push(await pair());
  const ends = pairs.flatMap(({ client, daemon }, index) => [
    { from: client, to: daemon, bytes: pattern(length, 2 * index + 1) },
    { from: daemon, to: client, bytes: pattern(length, 2 * index + 3) },
  ]);
  const sinks = ends.map(({ to }) => new Sink(to));
  for (const { from, bytes } of ends) from.write(bytes);
  const received = await Promise.all(sinks.map((sink) => sink.has(length)));
  expect(received.map((bytes, index) => bytes.equals(ends[index]!.bytes))).toEqual(ends.map(() => true));
});

test('a socket that is paused gives nothing, and everything when it goes on', async () => {
  const { client, daemon } = await pair();
  const sink = new Sink(daemon);
  client.write('a');
  await sink.has(1);
  daemon.pause();
  client.write('b');
  const other = await pair();
  const later = new Sink(other.daemon);
  other.client.write('c');
  await later.has(1); // What was written before has come by now.
  expect(sink.length).toBe(1);
  daemon.resume();
  expect((await sink.has(2)).toString()).toBe('ab');
});

test('what comes to an accepted socket before anybody reads it is kept', async () => {
  const [early, later] = [await pair(), await pair()];
  early.client.write('a');
  later.client.write('b');
  await new Sink(later.daemon).has(1); // What was written before has come by now.
  expect((await new Sink(early.daemon).has(1)).toString()).toBe('a');
});

test('the end of the other side ends a socket, and its close is told', async () => {
  const { client, daemon } = await pair();
  const sink = new Sink(daemon);
  new Sink(client);
  const closed = Promise.all([once(client, 'close'), once(daemon, 'close')]);
  client.end('last words');
  await closed;
  expect(Buffer.concat(sink.pieces).toString()).toBe('last words');
});

test('a socket that is destroyed at one end is closed at the other', async () => {
  const { client, daemon } = await pair();
  new Sink(client);
  daemon.destroy();
  await once(client, 'close');
});

test('a socket that was made in another way reads as sockets do', async () => {
  const { client, daemon } = await pair();
  const sink = new Sink(client);
  daemon.write('from there');
  await sink.has(10);
  const plain = new Socket();
  sockets.push(plain);
  expect(acceptReading(plain)).toBe(plain); // It has no handle yet.
  const ordinary = new Sink(plain);
  plain.connect(endpointIn(folder));
  const [other] = (await once(server, 'accepted')) as [Socket];
  other.write('hello');
  expect((await ordinary.has(5)).toString()).toBe('hello');
});
