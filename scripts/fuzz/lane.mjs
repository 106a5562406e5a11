// A connection of the attacker that has changed over to a lane, as the rules say, and breaks them from then on.
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** What a client asks for that wants a lane. */
const FEATURES = ['handoff', 'low-latency', 'lane'];

/** @param {string} folder the package's dist folder. @param wire as `wireOf` gives it. */
export function laneOf(folder, wire) {
  const require = createRequire(join(folder, 'client', 'index.js'));
  const { readOffer } = require('../src/handoff/offer');
  const { laneSegmentBytes } = require('../src/lane/lane');
  const { ringMemory, RING_CONTROL_BYTES, RingReader, RingWriter } = require('../src/lane/ring');
  const { openSegment } = require('../src/segments/segment-ways');
  const { KIND, decodeValue, decoder, frame, hello } = wire;

  /** Gives the lane of a socket that has just been opened; `undefined` if the daemon has none for it. */
  return async function join(socket, onFrame, onUnreadable) {
    const wanted = { [KIND.welcome]: undefined, [KIND.lane]: undefined, [KIND.switch]: undefined };
    const waits = Object.fromEntries(
      Object.keys(wanted).map((kind) => [kind, new Promise((resolve) => (wanted[kind] = resolve))]),
    );
    const frames = decoder((head, body) => {
      if (head[0] === KIND.switch) frames.stop();
      wanted[head[0]]?.({ head, value: body.length > 0 ? decodeValue(body) : undefined });
    });
    let over = false;
    socket.on('data', (piece) => {
      if (!over) frames.push(piece);
    });
    const closed = new Promise((resolve) => socket.once('close', () => resolve(undefined)));
    const next = (kind) => Promise.race([waits[kind], closed]);
    socket.write(hello({ features: FEATURES }));
    const welcome = await next(KIND.welcome);
    if (!welcome?.value.features.includes('lane')) return undefined;
    const { proof } = welcome.value.handoff;
    socket.write(frame([KIND.proof, 0, 0], { nonce: await readOffer(proof, { trusted: true }) }));
    const [, , , bytes, way] = (await next(KIND.lane))?.head ?? [];
    if (!(bytes > 0)) return undefined;
    const memory = openSegment(way, { bytes: laneSegmentBytes(bytes), trusted: true, writes: 'both' });
    socket.once('close', () => memory.unmap());
    const buffer = memory.view(0, laneSegmentBytes(bytes));
    const rings = [ringMemory(buffer, 0, bytes), ringMemory(buffer, RING_CONTROL_BYTES + bytes, bytes)];
    socket.write(frame([KIND.switch, 0, 0, '']));
    if ((await next(KIND.switch)) === undefined) return undefined;
    over = true;
    return new FuzzedLane(
      socket,
      rings,
      new RingWriter(rings[0]),
      new RingReader(rings[1]),
      decoder(onFrame),
      onUnreadable,
    );
  };
}

class FuzzedLane {
  #piece = Buffer.alloc(64 * 1024);
  /** Whether the daemon's ring was left alone: then what stands there must be right. */
  #whole = true;
  #scribbled = false;

  constructor(socket, rings, writer, reader, frames, onUnreadable) {
    Object.assign(this, { socket, rings, writer, reader, frames, onUnreadable });
  }

  /** Writes a frame, as far as there is room, and rings. */
  send(bytes) {
    if (this.socket.destroyed) return;
    try {
      this.writer.write(bytes);
    } catch (error) {
      if (!this.#scribbled) throw error; // Its own words tell it nonsense now.
    }
    this.ring();
  }

  ring() {
    if (!this.socket.destroyed) this.socket.write(Buffer.alloc(1));
  }

  /** Puts something into a control word or into the bytes of either ring. */
  scribble(random) {
    if (this.socket.destroyed) return;
    const ring = random.pick(this.rings);
    this.#scribbled = true;
    this.#whole &&= ring !== this.rings[1];
    if (random.chance(0.5))
      ring.words[16 * random.integer(0, 3)] = random.pick([0, 1, 2, -1, 2 ** 31, random.integer(0, 300_000)]);
    else ring.bytes[random.integer(0, 4000)] = random.integer(0, 255);
    this.ring();
  }

  /** What the daemon has written must be right, whatever it was sent. */
  read() {
    if (!this.#whole || this.socket.destroyed) return;
    const count = this.reader.take(this.#piece);
    try {
      if (count > 0) this.frames.push(this.#piece, count);
    } catch (error) {
      this.#whole = false;
      this.onUnreadable(`over a lane: ${error.message}`);
    }
  }
}
