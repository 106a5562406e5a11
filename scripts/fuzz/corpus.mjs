// What is mutated: the frames of test/vectors, frames made for this, and frames that a real client sent.
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';

const VECTORS = new URL('../../test/vectors/', import.meta.url);

/** The frames of test/vectors; none where the package stands alone. */
export function vectors() {
  const files = readdirSync(VECTORS).filter((name) => name.endsWith('.hex'));
  return files.map((name) => {
    const text = readFileSync(new URL(name, VECTORS), 'utf8').replace(/#.*$/gm, '');
    return Buffer.from(text.replace(/\s/g, ''), 'hex');
  });
}

/** What a client sends while `use` runs, cut into frames: it goes through a proxy at `proxy` to the daemon at `path`. */
export async function recorded(path, proxy, use) {
  const streams = [];
  const server = createServer((socket) => {
    const pieces = [];
    streams.push(pieces);
    const daemon = connect(path);
    socket.on('data', (piece) => pieces.push(piece));
    socket.pipe(daemon).pipe(socket);
    for (const end of [socket, daemon]) end.on('error', () => end.destroy());
  });
  await new Promise((resolve) => server.listen(proxy, resolve));
  await use();
  server.close();
  return streams.flatMap((pieces) => framesOf(Buffer.concat(pieces)));
}

function framesOf(bytes) {
  const frames = [];
  for (let at = 0; at + 4 < bytes.length;) {
    const length = bytes.readUInt32BE(at) + 4;
    frames.push(bytes.subarray(at, at + length));
    at += length;
  }
  return frames;
}

/** Calls that mean something to the daemon of the fuzz, streams, and everything around them. */
export function made({ KIND, frame, call }, random) {
  const id = random.integer(1, 50);
  return [
    call(id, 'pm', 'echo', [random.integer(0, 1000)]),
    call(id, 'pm', 'items', [3]),
    call(id, 'pm', 'fail', []),
    call(id, 'pm', 'hang', [], random.integer(0, 20)),
    call(id, 'cam', 'echo', [new Uint8Array(random.integer(0, 3000))]),
    call(id, '$daemon', 'describe', ['pm']),
    call(id, '$daemon', 'logs', [10, true]),
    call(id, '__proto__', 'constructor', []),
    frame([KIND.call, id, 4, 'pm', 'echo', 1000, 0, 0, 64, []], [{ value: 1 }]),
    frame([KIND.call, id, 16, 'pm', 'range', 1000, 0, 0, 64, []], []),
    frame([KIND.call, id, 32, 'pm', '', 1000, 0, 0, 64, []], [{ range: 3, __proto__: 4 }]),
    frame([KIND.credit, id, 0, 0, 2, 100_000]),
    frame([KIND.credit, id, 0, 0, 2 ** 53 - 1, 2 ** 53 - 1]),
    frame([KIND.cancel, id, 0, random.integer(0, 5)]),
    frame([KIND.ack, id, 0]),
    frame([KIND.ping, random.integer(0, 9), 0]),
    frame([KIND.chunk, 1, 2, 0]),
    frame([KIND.goaway, random.integer(0, 3), 0, 'DRAINING'], { message: 'bye' }),
    frame([KIND.result, id, 1, []], 5),
    frame([KIND.item, id, 1, 0, 0, []], 5),
  ];
}
