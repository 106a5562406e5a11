// Bytes: payloads of every size, streams of small items, items that go to many.
import { enterPairs } from '../harness/pairs.mjs';
import { median } from '../harness/statistics.mjs';

const KIBIBYTE = 1024;
const MEBIBYTE = 2 ** 20;
const SIZES = [
  4 * KIBIBYTE,
  64 * KIBIBYTE,
  MEBIBYTE,
  16 * MEBIBYTE,
  64 * MEBIBYTE,
  256 * MEBIBYTE,
  1024 * MEBIBYTE,
];
const SHORT_SIZES = SIZES.slice(0, 3);
/** Who would need longer for the next size isn't asked for it. */
const LONGEST_MS = 4000;
const READERS = 8;
const ITEMS = 5000;
const SHORT_ITEMS = 200;

/** `4 KiB`, `1 GiB` */
export function sizeText(bytes) {
  if (bytes < MEBIBYTE) return `${bytes / KIBIBYTE} KiB`;
  return bytes < 1024 * MEBIBYTE ? `${bytes / MEBIBYTE} MiB` : `${bytes / MEBIBYTE / 1024} GiB`;
}

/** @param {boolean} short whether to leave large ones out. */
export function payloads(short) {
  const sizes = short ? SHORT_SIZES : SIZES;
  return {
    name: 'payloads',
    title: 'Bytes handed to the server, by their number',
    note:
      'Milliseconds from the call to its answer, with memory that was touched before. The server looks at 16 places of them. ' +
      'A dash: it would take over four seconds, or is more than it can carry.',
    columns: sizes.map((bytes) => ({
      key: String(bytes),
      head: sizeText(bytes),
      unit: 'ms',
      better: 'less',
    })),
    base: 'echo',
    curves: true,
    most: 5,
    async enter(context) {
      const works = { take: '', inPlace: ', array from alloc' };
      const reached = new Map();
      return enterPairs(context, works, (pair, way) => {
        const key = `${pair.contender.name} ${way}`;
        const most = reached.get(key) ?? sizes.length;
        return transfers(pair, way, sizes.slice(0, most), (count) => reached.set(key, count));
      });
    },
  };
}

/** Milliseconds by size, up to where it takes too long or can't be. */
async function transfers({ client }, way, sizes, onReached) {
  const figures = {};
  let before = 0;
  for (const [at, bytes] of sizes.entries()) {
    const guess = at === 0 ? 0 : (before * bytes) / sizes[at - 1];
    const time = guess > LONGEST_MS ? undefined : await transfer(client, way, bytes);
    if (time === undefined) {
      onReached(at);
      break;
    }
    figures[String(bytes)] = before = time;
  }
  return figures;
}

async function transfer(client, way, bytes) {
  try {
    return median(await client.ask('payload', { bytes, way, budget: 50 }));
  } catch (error) {
    if (bytes <= MEBIBYTE) throw error;
    return undefined; // A string of V8 has at most 512 MiB, a message of some peers 2 GiB.
  }
}

export const streams = {
  name: 'streams',
  title: 'Items per second of a stream',
  note:
    'Two numbers each, from the server to one client. node-ipc, vscode-jsonrpc, zeromq and multiprocessing have no streams: as many ' +
    'messages, which nobody can stop once they are asked for. The bare socket carries 48 bytes, one write each.',
  columns: [{ key: 'rate', head: 'items', unit: '1/s', better: 'more' }],
  base: 'echo',
  chart: 'rate',
  enter: (context) =>
    enterPairs(context, { stream: '' }, ({ client }) => client.ask('stream', { seconds: context.seconds })),
};

export const fanOut = {
  name: 'fanOut',
  title: `Small items from one server to ${READERS} clients`,
  note:
    'Deliveries per second, all clients together. samebox publishes with `shared`, zeromq with a publisher, node-ipc with ' +
    '`broadcast`; the others send to one after the other.',
  columns: [{ key: 'rate', head: 'deliveries', unit: '1/s', better: 'more' }],
  base: 'echo',
  chart: 'rate',
  warmUp: 4,
  enter: (context) => {
    const [readers, items] = context.short ? [2, SHORT_ITEMS] : [READERS, ITEMS];
    return enterPairs(context, { hear: '' }, (pair) => fannedOut(pair, items, context.seconds), readers);
  },
};

/** Deliveries per second of about so many seconds; those that were passed over for a slow client don't count. */
async function fannedOut(pair, count, seconds) {
  const total = { items: 0, time: 0 };
  do {
    const { items, time } = await published(pair, count);
    total.items += items;
    total.time += time;
  } while (total.time < seconds * 1000);
  return { rate: (total.items * 1000) / total.time };
}

/** So many items to all clients: how many came, in milliseconds from the first one until the last one was heard. */
async function published({ server, clients }, count) {
  await Promise.all(clients.map((client) => client.ask('hear', { count })));
  const { start } = await server.ask('publish', { count });
  const heard = await Promise.all(clients.map((client) => client.ask('heard')));
  const items = heard.reduce((sum, one) => sum + one.items, 0);
  return { items, time: Math.max(...heard.map(({ end }) => end)) - start };
}
