// What the machine's service couldn't reach as it is confined: found before anything is installed.
import type { Problem } from '../plan';
import type { BoxToInstall } from '../service-manager';

/** What is known of a file or folder and of those above it. */
export interface PathFacts {
  /** From the root down to the path itself, links followed. */
  readonly steps: readonly { readonly path: string; readonly mode: number; readonly folder: boolean }[];
}

/** A thing that the service needs. */
export interface Needed {
  /** "Node", "the config". */
  readonly what: string;
  /** As it was given. */
  readonly path: string;
  /** Where it lies, links followed; `undefined` if it isn't there. */
  readonly facts: PathFacts | undefined;
  /** What to do if it can't stay where it is. */
  readonly instead: string;
}

/** What ProtectHome= hides. */
const HOMES = ['/home', '/root', '/run/user'];
/** What PrivateTmp= replaces. */
const TEMPORARY = ['/tmp', '/var/tmp'];

const READ = 0o004;
const PASS = 0o001;

/** Why the machine's service, which runs as a user without rights, could not use what it needs. */
export function conflicts(needed: readonly Needed[]): Problem[] {
  return needed.flatMap((one) => problemOf(one) ?? []);
}

/** A secret that only its owner and root may read isn't readable for a user who exists only while the service runs. */
export function secretProblem({ secretFile, name }: BoxToInstall): Problem[] {
  if (secretFile === undefined) return [];
  return [
    {
      what: `The secret in ${secretFile} must be closed to all but its owner, and the service runs as a user who owns no files.`,
      next:
        `Write it as LAB_SECRET=... into /etc/samebox/${name}.env (chmod 600: systemd reads it as root), ` +
        "and secret: { env: 'LAB_SECRET' } into the config.",
    },
  ];
}

function problemOf({ what, path, facts, instead }: Needed): Problem | undefined {
  if (facts === undefined) return { what: `${what} is not there: ${path}.`, next: instead };
  const real = facts.steps.at(-1)?.path ?? path;
  const home = HOMES.find((folder) => isWithin(real, folder));
  if (home !== undefined)
    return { what: `${what} lies in a home, where the service can't look: ${real}.`, next: instead };
  if (TEMPORARY.some((folder) => isWithin(real, folder)))
    return {
      what: `${what} lies among temporary files, of which the service has its own: ${real}.`,
      next: instead,
    };
  const shut = facts.steps.find(({ mode, folder }) => (mode & (folder ? PASS : READ)) === 0);
  if (shut === undefined) return undefined;
  const mend = `sudo chmod o+${shut.folder ? 'rx' : 'r'} ${shut.path}`;
  return {
    what: `${what} can't be read by the service, which runs as a user of its own: ${shut.path} is closed to others.`,
    next: `${mend} (if all users may read it). Or: ${instead}`,
  };
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
