// Payloads handed over, one after another: samebox both ways and in both directions, a copy within one process, and peers.
import { join } from 'node:path';
import { CLIENTS, SERVERS } from '../children.mjs';
import { overRounds, rounds } from '../rounds.mjs';
import { median } from '../statistics.mjs';

const TURN_MS = 100;
const MEBIBYTES = 64;

/** What the samebox client does, each with payloads of 64 MiB. */
const WAYS = {
  memcpy: 'memcpy',
  'samebox copy-in': 'argument',
  'samebox in-segment': 'argumentInPlace',
  'samebox result, copied': 'result',
  'samebox result, in place': 'resultInPlace',
};

/** Name and version, with the arguments of its scripts. */
const PEERS = {
  'node:net, the floor': ['net', String(MEBIBYTES)],
  'zeromq 6.8.0': ['zeromq'],
  'vscode-jsonrpc 10.0.0, base64': ['jsonrpc', 'json'],
  'vscode-jsonrpc 10.0.0, own codec': ['jsonrpc', 'cbor'],
  'grpc-js 1.14.7': ['grpc'],
};

/** @param {import('../run.mjs').Run} run */
export async function transfers({ children, client, count, sizes, onRound }) {
  const contenders = {};
  const enter = async (name, child, options) => {
    await child.ask('prepare', options);
    contenders[name] = async () => median(await child.ask('turn', { ...options, budget: TURN_MS }));
  };
  for (const [name, way] of Object.entries(WAYS)) await enter(name, client, { way, mebibytes: MEBIBYTES });
  for (const mebibytes of sizes)
    await enter(nameOf(mebibytes), client, { way: 'argumentInPlace', mebibytes });
  for (const [name, [peer, ...args]] of Object.entries(PEERS))
    await enter(name, await startPeer(children, peer, args), { mebibytes: MEBIBYTES });

  const results = await rounds(count, Object.keys(contenders), (name) => contenders[name](), onRound);
  return { payloads: compare(results), sizes: compareSizes(results, sizes) };
}

async function startPeer(children, peer, args) {
  const path = join(children.folder, `${[peer, ...args].join('-')}.sock`);
  await children.start(`peers/${peer}-server.mjs`, [path, ...args], SERVERS);
  return children.start(`peers/${peer}-client.mjs`, [path, ...args], CLIENTS);
}

const nameOf = (mebibytes) => `in-segment, ${mebibytes} MiB`;

/** Milliseconds, and ratios within each round: to a copy, and of the two ways of samebox. */
function compare(results) {
  return [...Object.keys(WAYS), ...Object.keys(PEERS)].map((name) => ({
    name,
    time: overRounds(results, (round) => round[name]),
    copies: overRounds(results, (round) => round[name] / round.memcpy),
    overCopyIn: overRounds(results, (round) => round[name] / round['samebox copy-in']),
    overInSegment: overRounds(results, (round) => round[name] / round['samebox in-segment']),
    /** What is left when a millisecond is taken off. */
    copiesAndOne: overRounds(results, (round) => (round[name] - 1) / round.memcpy),
  }));
}

function compareSizes(results, sizes) {
  return sizes.map((mebibytes) => ({
    mebibytes,
    time: overRounds(results, (round) => round[nameOf(mebibytes)]),
    toSmallest: overRounds(results, (round) => round[nameOf(mebibytes)] / round[nameOf(sizes[0])]),
  }));
}
