// What the machine's service couldn't reach, as it is confined.
import {
  conflicts,
  secretProblem,
  type Needed,
  type PathFacts,
} from '../../../../daemon/service/systemd/conflicts';
import { boxToInstall } from './fixtures';

/** Modes on the way to a file: all open, but for those that are stated. */
function facts(path: string, modes: Readonly<Record<string, number>> = {}): PathFacts {
  const parts = path.split('/').slice(1);
  const paths = ['/', ...parts.map((_, at) => `/${parts.slice(0, at + 1).join('/')}`)];
  return {
    steps: paths.map((step, at) => {
      const folder = at < paths.length - 1;
      return { path: step, folder, mode: modes[step] ?? (folder ? 0o755 : 0o644) };
    }),
  };
}

const needed = (path: string, found: PathFacts | undefined = facts(path)): Needed[] => [
  { what: 'The config', path, facts: found, instead: 'Move it.' },
];

test('what lies where all users can read it is no problem', () => {
  expect(conflicts(needed('/etc/samebox/lab/samebox.config.ts'))).toEqual([]);
  expect(conflicts(needed('/homework/lab/samebox.config.ts'))).toEqual([]);
});

test.each([
  ['/home/ada/lab/samebox.config.ts', /lies in a home/],
  ['/root/samebox.config.ts', /lies in a home/],
  ['/run/user/1000/samebox.config.ts', /lies in a home/],
  ['/tmp/samebox.config.ts', /temporary/],
  ['/var/tmp/lab/samebox.config.ts', /temporary/],
])('%s is out of reach', (path, why) => {
  const [problem, ...others] = conflicts(needed(path));
  expect(problem?.what).toMatch(why);
  expect(problem?.what).toContain(path);
  expect(problem?.next).toBe('Move it.');
  expect(others).toEqual([]);
});

test('a link is judged by where it leads', () => {
  expect(conflicts(needed('/usr/local/bin/node', facts('/root/.nvm/node')))[0]?.what).toContain(
    '/root/.nvm/node',
  );
});

test('a folder that others may not pass is named, with the command that opens it', () => {
  const found = facts('/srv/lab/samebox.config.ts', { '/srv/lab': 0o750 });
  expect(conflicts(needed('/srv/lab/samebox.config.ts', found))).toEqual([
    {
      what: expect.stringContaining('/srv/lab is closed to others'),
      next: 'sudo chmod o+rx /srv/lab (if all users may read it). Or: Move it.',
    },
  ]);
});

test('a file that others may not read is named', () => {
  const found = facts('/srv/samebox.config.ts', { '/srv/samebox.config.ts': 0o640 });
  expect(conflicts(needed('/srv/samebox.config.ts', found))[0]?.next).toContain(
    'chmod o+r /srv/samebox.config.ts',
  );
});

test('what is not there is said', () => {
  const [problem] = conflicts([
    { what: 'Node', path: '/usr/bin/node', facts: undefined, instead: 'Install Node.' },
  ]);
  expect(problem).toEqual({ what: 'Node is not there: /usr/bin/node.', next: 'Install Node.' });
});

test('a secret in a file is told to be put where systemd reads it', () => {
  expect(secretProblem(boxToInstall())).toEqual([]);
  const [problem] = secretProblem(boxToInstall({ secretFile: '/etc/lab.secret' }));
  expect(problem?.what).toContain('/etc/lab.secret');
  expect(problem?.next).toContain('/etc/samebox/lab.env');
});
