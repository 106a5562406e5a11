// What Linux says of a process and of what it left behind.
import { readdirSync, readFileSync } from 'node:fs';

const MAPPING = /^[0-9a-f]+-[0-9a-f]+ /;
const IN_SEGMENTS = /memfd:samebox|\.seg\b/;

/** Resident memory in bytes, in all and of segments; open descriptors; mapped segments. */
export function factsOf(pid) {
  const descriptors = readdirSync(`/proc/${pid}/fd`).length;
  const facts = { rss: 0, ofSegments: 0, descriptors, mappings: 0 };
  let inSegment = false;
  for (const line of readFileSync(`/proc/${pid}/smaps`, 'utf8').split('\n')) {
    const [, kilobytes] = /^Rss:\s+(\d+) kB/.exec(line) ?? [];
    if (kilobytes !== undefined) {
      facts.rss += kilobytes * 1024;
      if (inSegment) facts.ofSegments += kilobytes * 1024;
    } else if (MAPPING.test(line)) {
      inSegment = IN_SEGMENTS.test(line);
      if (inSegment) facts.mappings++;
    }
  }
  return facts;
}

/** Processor time that a process has used, in milliseconds: user and system, to 10 ms. */
export function processorTimeOf(pid) {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13);
  return (Number(user) + Number(system)) * 10;
}

/** Whether a process is there, also as a zombie. */
export function exists(pid) {
  try {
    readFileSync(`/proc/${pid}/stat`);
    return true;
  } catch {
    return false;
  }
}

/** What lies in a folder; nothing if there is none. */
export function listOf(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
