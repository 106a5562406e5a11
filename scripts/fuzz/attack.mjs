// The attacker of a fuzz: many connections that say hello somehow and then send spoilt frames.
// `attack.mjs PACKAGE PATH SEED`
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { serve } from '../support/child.mjs';
import { Random } from '../support/random.mjs';
import { opened, wireOf } from '../support/wire.mjs';
import { made, recorded, vectors } from './corpus.mjs';
import { greetingOf } from './greetings.mjs';
import { laneOf } from './lane.mjs';
import { Mutations } from './mutate.mjs';

const [folder, path, seed] = process.argv.slice(2);
const require = createRequire(join(folder, 'client', 'index.js'));
const { ByteWriter } = require('../src/cbor/byte-writer');
const { encodeValue } = require('../src/cbor/encode');
const { Offer } = require('../src/handoff/offer');
const { segmentMaker } = require('../src/segments/segment-ways');
const samebox = require('./index.js');
const wire = wireOf(folder);
const { KIND, decodeValue, decoder, frame, hello } = wire;

const joinLane = laneOf(folder, wire);

const LANES = 6;
const MOST_FRAMES = 8;
/** So long a connection may stay that has left the daemon waiting for the rest of a frame. */
const PATIENCE_MS = 30;
const RECENT = 40;

const offer = Offer.make(segmentMaker());
const counts = {
  frames: 0,
  connections: 0,
  welcomed: 0,
  overLanes: 0,
  unreadable: [],
  goaways: {},
  mutations: {},
};
const recent = [];
let sendable = 0;
let endAt = Infinity;
let beganAt = 0;
/** Frames in a second, at most. */
let rate = Infinity;
let corpus = [];

function encode(value) {
  const writer = new ByteWriter(256);
  writer.begin();
  encodeValue(writer, value);
  return Buffer.concat([Buffer.from(writer.bytes.subarray(0, writer.position))]);
}

/** What a real client sends: calls, properties, streams, arrays of all sizes. */
async function record() {
  return recorded(path, join(dirname(path), 'proxy.sock'), async () => {
    for (const handoff of ['auto', 'never']) {
      const client = await samebox.connect(join(dirname(path), 'proxy.sock'), { handoff });
      await client.call('pm', 'echo', [['a text', { a: [1, 2.5, 3n, null] }]]);
      await client.call('cam', 'echo', [new Float64Array(1000)]);
      await client.call('cam', 'echo', [new Uint8Array(100_000)]);
      for await (const item of await client.call('pm', 'items', [20])) if (item === 12) break;
      await client.call('pm', 'hang', [], { timeout: 5 }).catch(() => undefined);
      await client.close();
    }
  });
}

class Lane {
  #random;
  #mutations;

  constructor(index) {
    this.#random = new Random(Number(seed), index, 0xf2);
    this.#mutations = new Mutations(this.#random, wire, { decodeValue, encode });
  }

  async run() {
    while (sendable > 0 && performance.now() < endAt && (await inTime()))
      await (this.#random.chance(0.2) ? this.#laneConnection() : this.#connection());
  }

  /** One connection, from its hello to its end, of whichever side. */
  async #connection() {
    const random = this.#random;
    counts.connections++;
    const socket = await opened(path);
    const frames = decoder((head, body) => this.#hear(socket, head, body));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    if (random.chance(0.9)) socket.on('data', (piece) => this.#read(frames, piece));
    const greeting = hello(greetingOf(random, offer.grant));
    this.#send(socket, random.chance(0.15) ? this.#spoilt('hello', greeting) : greeting);
    if (random.chance(0.5)) await nextTurn();
    for (let left = random.integer(1, MOST_FRAMES); left > 0 && !socket.destroyed; left--) {
      const fresh = random.chance(0.6) ? made(wire, random) : corpus;
      this.#send(socket, this.#spoilt('', random.pick(fresh)));
      if (random.chance(0.3)) await nextTurn();
    }
    if (random.chance(0.2)) socket.end();
    else socket.write(frame([KIND.ping, 77, 0]));
    let timer;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, PATIENCE_MS)));
    const answered = new Promise((resolve) => (socket.answered = resolve));
    await Promise.race([closed, late, answered]);
    clearTimeout(timer);
    socket.destroy();
  }

  /** One that has come to a lane: spoilt frames through its ring, and scribbles over the memory. */
  async #laneConnection() {
    const random = this.#random;
    counts.connections++;
    const socket = await opened(path);
    const hear = ([kind, , , code]) => {
      if (kind === KIND.goaway) counts.goaways[code] = (counts.goaways[code] ?? 0) + 1;
    };
    const lane = await joinLane(socket, hear, (what) => counts.unreadable.push(what));
    if (lane !== undefined) {
      counts.overLanes++;
      for (let left = random.integer(1, MOST_FRAMES); left > 0 && !socket.destroyed; left--) {
        const bytes = this.#spoilt('lane ', random.pick(random.chance(0.6) ? made(wire, random) : corpus));
        this.#count(bytes);
        lane.send(bytes);
        if (random.chance(0.3)) lane.scribble(random);
        if (random.chance(0.5)) await nextTurn();
        lane.read();
      }
      for (let turns = 0; turns < 20 && !socket.destroyed; turns++) {
        await nextTurn();
        lane.read();
      }
    }
    socket.destroy();
  }

  #spoilt(what, bytes) {
    const [name, spoilt] = this.#mutations.mutate(bytes, this.#random.pick(corpus));
    const key = what + name;
    counts.mutations[key] = (counts.mutations[key] ?? 0) + 1;
    return spoilt;
  }

  #send(socket, bytes) {
    this.#count(bytes);
    socket.write(bytes);
  }

  #count(bytes) {
    counts.frames++;
    sendable--;
    if (recent.push(bytes) > RECENT) recent.shift();
  }

  /** What the daemon sends must be right, whatever it is sent. */
  #read(frames, piece) {
    try {
      frames.push(piece);
    } catch (error) {
      counts.unreadable.push(`${error.message}: ${piece.subarray(0, 200).toString('hex')}`);
    }
  }

  #hear(socket, [kind, id, , code], body) {
    if (kind === KIND.welcome) {
      counts.welcomed++;
      const { handoff } = decodeValue(body);
      if (handoff?.proof === undefined && this.#random.chance(0.5))
        socket.write(frame([KIND.proof, 0, 0], {}));
    } else if (kind === KIND.goaway) counts.goaways[code] = (counts.goaways[code] ?? 0) + 1;
    else if (kind === KIND.pong && id === 77) socket.answered?.();
  }
}

/** Waits while more was sent than the rate allows by now. */
async function inTime() {
  const early = (counts.frames / rate) * 1000 - (performance.now() - beganAt);
  if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
  return true;
}

function nextTurn() {
  return new Promise((resolve) => setImmediate(resolve));
}

serve(
  {
    /** Sends so many frames, or for so long. */
    attack: async ({ frames, milliseconds, perSecond }) => {
      corpus = [...vectors(), ...(await record())];
      sendable = frames;
      beganAt = performance.now();
      endAt = beganAt + milliseconds;
      rate = perSecond;
      await Promise.all(Array.from({ length: LANES }, (_, index) => new Lane(index).run()));
      return counts;
    },
    /** What was sent last, as hex. */
    recent: () => recent.map((bytes) => bytes.subarray(0, 2000).toString('hex')),
  },
  () => offer.remove(),
);
