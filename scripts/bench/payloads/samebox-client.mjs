// A client that hands payloads over and receives them; and copies the same amount within its own memory, to compare.
import { connect, release } from '../../../dist/client/index.js';
import { serve } from '../harness/child.mjs';
import { bytesOf, MEBIBYTE, seedOf, stamp, warm } from '../harness/pattern.mjs';
import { turn } from '../harness/turns.mjs';

const client = await connect(process.argv[2], { callTimeout: 120_000 });
const exchange = client.target('exchange');

/** Every way to move bytes: gets some memory, and gives what makes one transfer. */
const WAYS = {
  memcpy(mebibytes) {
    const from = warm(mebibytes * MEBIBYTE);
    const to = warm(mebibytes * MEBIBYTE);
    return (seed) => {
      stamp(from, seed);
      to.set(from);
      return seedOf(to);
    };
  },
  argument(mebibytes) {
    const payload = warm(mebibytes * MEBIBYTE);
    return (seed) => {
      stamp(payload, seed);
      return exchange.take(payload);
    };
  },
  argumentInPlace(mebibytes) {
    const array = client.alloc([mebibytes * MEBIBYTE], 'uint8');
    array.data.fill(1); // Memory costs when it is touched first: not what is measured.
    return (seed) => {
      stamp(array.data, seed);
      return exchange.take(array);
    };
  },
  result(mebibytes) {
    return async (seed) => received(await exchange.give(mebibytes, seed));
  },
  resultInPlace(mebibytes) {
    return async (seed) => received(await exchange.giveInPlace(mebibytes, seed));
  },
};

/** Reads a result and gives it back at once, as who receives many does. */
function received(result) {
  const seed = seedOf(bytesOf(result));
  release(result);
  return seed;
}

const prepared = new Map();
let busy;

serve(
  {
    prepare: ({ way, mebibytes }) => {
      prepared.set(`${way} ${mebibytes}`, WAYS[way](mebibytes));
    },
    turn: ({ way, mebibytes, budget }) => turn(prepared.get(`${way} ${mebibytes}`), budget),
    /** Transfers back to back for so many milliseconds; gives how many. */
    flood: async ({ way, mebibytes, milliseconds }) => {
      const transfer = prepared.get(`${way} ${mebibytes}`);
      return (await turn(transfer, milliseconds, Infinity)).length;
    },
    /** How large payloads go, as the daemon sees it. */
    handoff: async () => {
      const { sessions } = await client.status();
      return sessions.find(({ id }) => id === client.session).handoff;
    },
  },
  () => client.close(),
);
