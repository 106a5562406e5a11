// A dry run: what is printed of a plan.
import { PLAIN } from '../../../client/cli/paint';
import { planText, shellWords } from '../../../daemon/service/print-plan';

test('each file is a line with its path and then its text as it is; other lines say what is run and removed', () => {
  const text = planText(
    {
      problems: [{ what: 'Node lies in a home.', next: 'Install it.' }],
      warnings: ['Only root may connect.'],
      unchanged: ['/etc/c'],
      steps: [
        { kind: 'write', path: '/etc/a', text: '[Unit]\n# why\nDescription=a\n' },
        { kind: 'remove', path: '/etc/b' },
        { kind: 'run', command: ['systemctl', 'start', 'samebox@lab.service'] },
        { kind: 'run', command: ['echo', "it's"], env: { A: 'b c' } },
        { kind: 'act', says: 'create the service', act: () => undefined },
      ],
      done: ['never said'],
    },
    PLAIN,
  );
  expect(text).toBe(`# problem: Node lies in a home.
#          Install it.
# note: Only root may connect.

# unchanged: /etc/c

# /etc/a
[Unit]
# why
Description=a

# remove: /etc/b
# run: systemctl start samebox@lab.service
# run: A='b c' echo 'it'\\''s'
# do: create the service
`);
});

test('a plan without steps says why', () => {
  expect(planText({ steps: [], done: ['lab is installed as it should be.'] }, PLAIN)).toBe(
    '# lab is installed as it should be.\n',
  );
});

test('words are quoted for a shell only where they must be', () => {
  expect(shellWords(['samebox', '-e', 'lab', '/srv/my lab', '$x', ''])).toBe(
    "samebox -e lab '/srv/my lab' '$x' ''",
  );
});
