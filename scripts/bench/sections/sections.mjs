// All sections, in the order in which they are measured and shown.
import { clients, cpu, idle, object, pipelined, roundTrip, spaced } from './calls.mjs';
import { commandLine, memory, start } from './processes.mjs';
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
  memory,
  start,
  commandLine,
];
