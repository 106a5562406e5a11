// A control group for a system that a test boots: below our own, where the kernel has the one hierarchy of version 2.
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

const PREFIX = 'samebox-test-';

/** Where this process stands in the hierarchy of version 2, as a folder; undefined where it isn't mounted. */
export function ownCgroup(): string | undefined {
  const mount = /^\S+ \S+ \S+ \S+ (\S+) .* - cgroup2 /m.exec(readFileSync('/proc/self/mountinfo', 'utf8'));
  const own = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'));
  return mount?.[1] === undefined || own?.[1] === undefined ? undefined : join(mount[1], own[1]);
}

/** Makes one, and removes those that a test left which was killed. */
export function makeCgroup(): string {
  const parent = ownCgroup();
  if (parent === undefined) throw new Error('cgroup2 is not mounted');
  for (const name of readdirSync(parent)) {
    if (
      name.startsWith(PREFIX) &&
      !existsSync(`/proc/${String(Number.parseInt(name.slice(PREFIX.length)))}`)
    ) {
      removeCgroup(join(parent, name));
    }
  }
  const path = mkdtempSync(join(parent, `${PREFIX}${String(process.pid)}-`));
  chmodSync(path, 0o755); // Users of that system have groups of their own below it.
  return path;
}

/** Removes one with all below it. No process may be in it. */
export function removeCgroup(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) removeCgroup(join(path, entry.name));
  }
  rmdirSync(path);
}
