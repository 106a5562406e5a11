// Tab at the prompt: behind `pm.` the members of the target `pm`, elsewhere what node knows.
import type { REPLServer } from 'node:repl';
import type { Client } from '../../client';

type Completed = [candidates: string[], of: string];
type Completer = (line: string, done: (error: Error | null, result?: Completed) => void) => void;

/** Makes `server` complete the members of targets, and target names behind `.describe`. */
export function completeMembers(server: REPLServer, client: Client, targets: readonly string[]): void {
  const usual = server.completer as Completer;
  const members = new Map<string, Promise<string[]>>();
  const membersOf = (target: string): Promise<string[]> => {
    let known = members.get(target);
    if (known === undefined) {
      known = client.describe(target).then((found) => found.members.map(({ name }) => name));
      known.catch(() => members.delete(target)); // A target that failed to open is asked again.
      members.set(target, known);
    }
    return known;
  };
  const completer: Completer = (line, done) => {
    const describe = /^\s*\.describe\s+(\w*)$/.exec(line)?.[1];
    if (describe !== undefined) {
      return done(null, [targets.filter((name) => name.startsWith(describe)), describe]);
    }
    const [, target = '', begun = ''] = /(?:^|[^\w$.])([A-Za-z_$][\w$]*)\.([\w$]*)$/.exec(line) ?? [];
    if (!targets.includes(target)) return usual.call(server, line, done);
    membersOf(target).then(
      (names) => {
        const fit = ['set', ...names].filter((name) => name.startsWith(begun));
        done(null, [[...new Set(fit)].sort().map((name) => `${target}.${name}`), `${target}.${begun}`]);
      },
      () => done(null, [[], line]),
    );
  };
  Object.assign(server, { completer });
}
