// Whether there are enough file descriptors: each client takes one, and so does each segment of shared memory.
import type { Finding } from '../../../src/doctor-request';
import { DEFAULT_LIMITS } from '../../../src/limits';
import { finding } from '../finding';

/** What a box with a handful of clients needs, Node's own included. */
const ENOUGH = 256;
/** What a box may come to by its own limits. */
const AT_MOST = DEFAULT_LIMITS.connectionsPerUser + DEFAULT_LIMITS.sharedSegments;
const NEARLY = 0.8;

/** Descriptors of this process, and of daemons whose counts this user may see. */
export interface DescriptorFacts {
  /** How many a process started from here may have; absent where the system doesn't say. Node takes the hard limit. */
  readonly limit?: number;
  readonly daemons: readonly DaemonDescriptors[];
}

/** A daemon's descriptors. */
export interface DaemonDescriptors {
  readonly name: string;
  readonly pid: number;
  readonly open: number;
  readonly limit: number;
}

/** The limit here, and daemons that come near theirs. */
export function checkDescriptors({ limit, daemons }: DescriptorFacts): Finding[] {
  return [...here(limit), ...daemons.flatMap(ofDaemon)];
}

function here(limit: number | undefined): Finding[] {
  if (limit === undefined) return [];
  const says = `A process may open ${limit === Infinity ? 'any number of' : limit.toLocaleString('en')} files`;
  if (limit >= AT_MOST) return [finding('descriptors', 'ok', says)];
  if (limit >= ENOUGH) {
    const fewer = `${says}, fewer than a box's limits allow it (${AT_MOST.toLocaleString('en')})`;
    return [
      finding(
        'descriptors',
        'note',
        fewer,
        'Nothing for some hundred clients; for thousands raise the hard limit (ulimit -Hn).',
      ),
    ];
  }
  const todo =
    'Raise the hard limit (ulimit -Hn, /etc/security/limits.conf; LimitNOFILE= of a unit): each client takes one.';
  return [finding('descriptors', 'warning', says, todo)];
}

function ofDaemon({ name, pid, open, limit }: DaemonDescriptors): Finding[] {
  if (open < NEARLY * limit) return [];
  const says = `${name} (pid ${pid}) has ${open} of at most ${limit} files open`;
  const todo = `See who is connected (samebox -e ${name} status), and close what is forgotten, or raise the limit (ulimit -Hn; LimitNOFILE= of its unit).`;
  return [finding('descriptors', 'warning', says, todo)];
}
