// The sections of large payloads, each with a daemon and a client that have done nothing else. They aren't pinned: sender and
// receiver of bytes work at the same time, and zeromq and samebox copy in threads of their own.
import { Children } from '../harness/children.mjs';
import { goals } from './goals.mjs';
import { fanOut } from './sections/fan-out.mjs';
import { smallCalls } from './sections/small-calls.mjs';
import { transfers } from './sections/transfers.mjs';
import { fanOutTable, payloadTables, smallCallsTable } from './tables.mjs';

/**
 * @typedef {object} Run what a section works with.
 * @property {Children} children
 * @property {{ ask(command: string, options?: object): Promise<any> }} daemon
 * @property {{ ask(command: string, options?: object): Promise<any> }} client
 * @property {string} endpoint
 * @property {object[]} contenders those that take part.
 * @property {number} count rounds.
 * @property {number[]} sizes of arrays in segments, in MiB, the smallest first.
 * @property {boolean} short whether to do next to nothing.
 * @property {(round: number) => void} onRound
 */

export const PAYLOAD_SECTIONS = [
  {
    name: 'transfers',
    title: 'Large payloads: 64 MiB, and arrays in segments',
    note:
      'Every contender works on memory that was touched before: on a virtual machine the first touch of 64 MiB can take longer than ' +
      'ten copies. Memory that a peer takes anew for every message is a cost of that peer. Ratios are of one round each.',
    run: transfers,
    tables: payloadTables,
  },
  {
    name: 'frames',
    title: 'Large payloads: a frame of 8 MiB to eight readers',
    note: 'What it takes of the daemon, for one reader and for eight. Frames come by a clock, slow enough for all readers.',
    run: fanOut,
    tables: fanOutTable,
  },
  {
    name: 'smallCalls',
    title: 'Large payloads: small calls meanwhile',
    note: 'A small call every 2 ms while another client moves 64 MiB, back to back.',
    run: smallCalls,
    tables: smallCallsTable,
  },
];

/**
 * @param {{ name: string, run: (run: Run) => Promise<object> }} section
 * @param {Pick<Run, 'contenders' | 'count' | 'sizes' | 'short' | 'onRound'> & { placement: object }} options
 */
export async function runPayloads({ name, run }, { placement, ...options }) {
  const children = new Children(placement);
  try {
    return await Promise.race([children.failed, started(children, name, run, options)]);
  } finally {
    await children.end();
  }
}

async function started(children, name, run, options) {
  const endpoint = `bench-${name.toLowerCase()}`;
  const daemon = await children.start('payloads/samebox-daemon.mjs', [endpoint]);
  const client = await children.start('payloads/samebox-client.mjs', [endpoint]);
  const outcome = await run({ children, daemon, client, endpoint, ...options });
  return { outcome, handoff: await client.ask('handoff'), goals: goals({ [name]: outcome }) };
}
