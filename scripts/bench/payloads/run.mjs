// One run: the sections that were asked for, each with a daemon and a client that have done nothing else.
import { CLIENTS, SERVERS } from './children.mjs';
import { fanOut } from './sections/fan-out.mjs';
import { smallCalls } from './sections/small-calls.mjs';
import { transfers } from './sections/transfers.mjs';

const SECTIONS = { transfers, fanOut, smallCalls };

export const SECTION_NAMES = Object.keys(SECTIONS);

/**
 * @typedef {object} Run what a section works with.
 * @property {import('./children.mjs').Children} children
 * @property {{ ask(command: string, options?: object): Promise<any> }} daemon
 * @property {{ ask(command: string, options?: object): Promise<any> }} client
 * @property {string} endpoint
 * @property {number} count rounds.
 * @property {number[]} sizes of arrays in segments, in MiB, the smallest first.
 * @property {(round: number) => void} onRound
 */

/**
 * @param {import('./children.mjs').Children} children
 * @param {{ count: number, sizes: number[], only: string[], onRound: (section: string, round: number) => void }} options
 */
export async function run(children, { count, sizes, only, onRound }) {
  const outcome = {};
  for (const name of only) {
    const endpoint = `bench-${name.toLowerCase()}`;
    const daemon = await children.start('samebox-daemon.mjs', [endpoint], SERVERS);
    const client = await children.start('samebox-client.mjs', [endpoint], CLIENTS);
    outcome.handoff ??= await client.ask('handoff');
    const shared = { children, daemon, client, endpoint, count, sizes };
    outcome[name] = await SECTIONS[name]({ ...shared, onRound: (round) => onRound(name, round) });
  }
  return outcome;
}
