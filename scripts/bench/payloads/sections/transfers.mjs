// Payloads handed over, one after another: samebox both ways and in both directions, a copy within one process, and peers.
import { startPair } from '../../harness/pairs.mjs';
import { overRounds, rounds } from '../../harness/rounds.mjs';
import { median } from '../../harness/statistics.mjs';

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

/** Who carries 64 MiB in a reasonable time. */
function peersOf(contenders) {
  const named = (name, more) =>
    contenders
      .filter((one) => one.name === name)
      .map((contender) => ({ ...contender, ...more, title: contender.title + (more?.title ?? '') }));
  return [
    named('echo', { title: ', the floor' }),
    named('zeromq'),
    named('jsonrpc', { title: ', base64' }),
    named('jsonrpc', { name: 'jsonrpc-cbor', title: ', own codec', args: ['cbor'] }),
    named('grpc'),
  ].flat();
}

/** @param {import('../run.mjs').Run} run */
export async function transfers({ children, client, contenders, count, sizes, onRound }) {
  const turns = {};
  const enter = async (name, child, options) => {
    await child.ask('prepare', options);
    turns[name] = async () => median(await child.ask('turn', { ...options, budget: TURN_MS }));
  };
  for (const [name, way] of Object.entries(WAYS)) await enter(name, client, { way, mebibytes: MEBIBYTES });
  const peers = peersOf(contenders);
  for (const peer of peers)
    await enter(peer.title, (await startPair(children, peer)).client, { mebibytes: MEBIBYTES });
  for (const mebibytes of sizes)
    await enter(nameOf(mebibytes), client, { way: 'argumentInPlace', mebibytes });

  const results = await rounds(count, Object.keys(turns), (name) => turns[name](), onRound);
  const names = [...Object.keys(WAYS), ...peers.map(({ title }) => title)];
  return { payloads: compare(names, results), sizes: compareSizes(results, sizes) };
}

const nameOf = (mebibytes) => `in-segment, ${mebibytes} MiB`;

/** Milliseconds, and ratios within each round: to a copy, and of the two ways of samebox. */
function compare(names, results) {
  return names.map((name) => ({
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
