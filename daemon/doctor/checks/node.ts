// Whether this Node will do, and what its machine is.
import type { Finding } from '../../../src/doctor-request';
import { finding } from '../finding';

/** The Node that runs this. */
export interface NodeFacts {
  /** As `process.versions.node`. */
  readonly version: string;
  /** As package.json states it: `>=20.9`. */
  readonly required: string;
  readonly path: string;
  /** As `process.arch`. */
  readonly architecture: string;
  readonly cores: number;
}

/** The version, and what a single core means. */
export function checkNode({ version, required, path, architecture, cores }: NodeFacts): Finding[] {
  const least = /(\d+)(?:\.(\d+))?/.exec(required);
  const [wantedMajor = 0, wantedMinor = 0] = (least ?? []).slice(1).map((part) => Number(part ?? 0));
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
    return [
      finding(
        'node',
        'problem',
        `Node ${version} (${path}) is too old`,
        `Install Node ${wantedMajor}.${wantedMinor} or later. A distribution's own is often older: nodejs.org and its package sources have newer ones.`,
      ),
    ];
  }
  const found = [
    finding('node', 'ok', `Node ${version}, ${architecture}, ${cores} core${cores === 1 ? '' : 's'}`),
  ];
  if (cores === 1) {
    const says = 'This machine has one core, so `latency: low` and `lane` have no effect';
    found.push(finding('node', 'note', says, 'Nothing, unless microseconds count: then it takes two cores.'));
  }
  return found;
}
