// The directories in which sockets lie: whose they are, who else may enter, and whether a name fits.
import type { Finding } from '../../../src/doctor-request';
import { finding, findingOf } from '../finding';

/** A name of so many letters should fit in a socket's path. */
const NAME_LETTERS = 16;
const SUFFIX_LETTERS = '/.sock'.length;

/** One directory in which names are looked for. */
export interface DirectoryFacts {
  readonly path: string;
  readonly kind: 'own' | 'system';
  readonly exists: boolean;
  /** Why a client refuses what is in it: `checkEndpoint`'s error. */
  readonly refused?: unknown;
  /** Whether a daemon of this user would listen there: the first of the own ones that can be had. */
  readonly chosen: boolean;
  /** The longest path that a socket may have here. */
  readonly longest: number;
}

/** What names are resolved by. */
export interface DirectoriesFacts {
  readonly user: string;
  /** Who called `sudo`, if somebody did. */
  readonly sudo?: string;
  /** Set if SAMEBOX_RUNTIME_DIR stands in place of all others. */
  readonly only: boolean;
  /** XDG_RUNTIME_DIR, where it is set and doesn't count. */
  readonly session?: {
    readonly path: string;
    readonly why: 'foreign' | 'missing' | 'relative';
    readonly owner?: string;
  };
  readonly directories: readonly DirectoryFacts[];
  /** Windows: the pipe of the box NAME. The directory has its lock only. */
  readonly pipe?: string;
}

/** Whom this looks for, where it listens, and what is refused. */
export function checkDirectories(facts: DirectoriesFacts): Finding[] {
  const { directories } = facts;
  const refused = directories.flatMap(({ refused: why, kind }) =>
    why === undefined ? [] : [findingOf('directory', kind === 'own' ? 'problem' : 'warning', why)],
  );
  return [...whose(facts), ...refused, ...listening(facts)];
}

function whose({ user, sudo, only, session, directories }: DirectoriesFacts): Finding[] {
  const found: Finding[] = [];
  if (sudo !== undefined && sudo !== user) {
    const says = `This looks for the daemons of ${user}, not for those of ${sudo}, who called sudo`;
    found.push(
      finding('directory', 'note', says, 'Run it without sudo, as the user whose daemon you look for.'),
    );
  }
  if (only) {
    const says = `SAMEBOX_RUNTIME_DIR is set: names are looked for in ${directories[0]?.path ?? 'it'} only`;
    found.push(finding('directory', 'note', says, 'Daemon and clients must all have the same one, or none.'));
  } else if (session !== undefined) {
    const { path, why, owner = 'somebody else' } = session;
    const fact = { foreign: `belongs to ${owner}`, missing: 'is not there', relative: 'is not absolute' }[
      why
    ];
    const todo =
      why === 'foreign'
        ? 'It came along with su or sudo; log in properly (su -, sudo -i) if its daemons are meant.'
        : 'Nothing: names are looked for elsewhere as well.';
    found.push(finding('directory', 'note', `XDG_RUNTIME_DIR, ${path}, ${fact}, so it does not count`, todo));
  }
  return found;
}

function listening({ user, directories, pipe }: DirectoriesFacts): Finding[] {
  if (pipe !== undefined) return [finding('directory', 'ok', `Daemons of ${user} listen at ${pipe}`)];
  const chosen = directories.find((one) => one.chosen);
  const own = directories.filter(({ kind }) => kind === 'own');
  if (chosen === undefined) {
    if (own.some(({ refused }) => refused !== undefined)) return [];
    const says = `No directory for sockets can be made; tried ${own.map(({ path }) => path).join(', ')}`;
    return [
      finding(
        'directory',
        'problem',
        says,
        'Make one of them, or set SAMEBOX_RUNTIME_DIR to a directory of your own.',
      ),
    ];
  }
  const { path, exists, longest } = chosen;
  const room = longest - Buffer.byteLength(path) - SUFFIX_LETTERS;
  if (room < NAME_LETTERS) {
    const says = `${path} leaves ${Math.max(room, 0)} letters for a box's name: a socket's path has ${longest} at most`;
    return [
      finding('directory', 'warning', says, 'Set SAMEBOX_RUNTIME_DIR to a directory with a shorter path.'),
    ];
  }
  return [
    finding('directory', 'ok', `Daemons of ${user} listen in ${path}${exists ? '' : ', which will be made'}`),
  ];
}
