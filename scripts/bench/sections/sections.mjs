// All sections, in the order in which they are measured and shown.
import { existsSync } from 'node:fs';
import { clients, cpu, idle, object, pipelined, roundTrip, spaced } from './calls.mjs';
import { memory } from './memory.mjs';
import { commandLine, start } from './start.mjs';
import { fanOut, payloads, streams } from './transfers.mjs';

/** @param {boolean} short @returns {import('../harness/measure.mjs').Section[]} */
export const sections = (short) => [
  roundTrip,
  spaced,
  pipelined,
  clients,
  object,
  cpu,
  idle,
  payloads(short),
  streams,
  fanOut,
  ...(existsSync('/proc/self/status') ? [memory] : []),
  start,
  commandLine,
];
