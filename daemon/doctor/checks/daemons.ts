// How many daemons there are, as a client that is told no endpoint sees it.
import type { Finding } from '../../../src/doctor-request';
import { finding, inWords } from '../finding';

/** What was looked for, and what was found. */
export interface DaemonsFacts {
  /** The names of those that accept connections. */
  readonly live: readonly string[];
  /** What was asked for, by `-e` or SAMEBOX_ENDPOINT. */
  readonly asked?: { readonly endpoint: string; readonly by: '-e' | 'SAMEBOX_ENDPOINT' };
  /** Whether services are installed: then it is told there what runs. */
  readonly services: boolean;
}

/** None, or more than one. */
export function checkDaemons({ live, asked, services }: DaemonsFacts): Finding[] {
  if (asked?.by === '-e') return [];
  if (live.length === 0 && asked === undefined) {
    const todo = services
      ? 'Start it: samebox service start.'
      : 'Start one: samebox serve CONFIG, or samebox serve --demo to try.';
    return [finding('daemon', 'note', 'No daemon of this user runs', todo)];
  }
  const others = live.filter((name) => name !== asked?.endpoint);
  if (asked !== undefined) {
    const also =
      others.length === 0 ? '' : `; ${inWords(others)} run${others.length === 1 ? 's' : ''} as well`;
    return [finding('daemon', 'note', `SAMEBOX_ENDPOINT is set: clients go to ${asked.endpoint}${also}`)];
  }
  if (live.length < 2) return [];
  return [
    finding(
      'daemon',
      'note',
      `${live.length} daemons run: ${inWords(live)}`,
      `Clients have to say which one: -e ${live[0] ?? 'NAME'}, or SAMEBOX_ENDPOINT.`,
    ),
  ];
}
