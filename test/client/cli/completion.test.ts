import { spawnSync } from 'node:child_process';
import { candidates, type DaemonNames } from '../../../client/cli/completion/candidates';
import { SCRIPTS } from '../../../client/cli/completion/scripts';
import { readWords } from '../../../client/cli/completion/words';
import { buildProgram } from '../../../client/cli/program';
import type { Output, Terminal } from '../../../client/cli/terminal';
import { PLAIN } from '../../../client/cli/paint';
import type { MemberDescription } from '../../../src/description';

const output = { paint: PLAIN, write: () => undefined } as unknown as Output;
const terminal: Terminal = { out: output, err: output };
const program = buildProgram(terminal, {
  serve: () => async () => 0,
  service: () => async () => 0,
  doctor: () => async function* () {},
});

const member = (name: string, kind: MemberDescription['kind'], more: Partial<MemberDescription> = {}) => ({
  name,
  kind,
  signature: name,
  parameters: [],
  ...more,
});
const daemon: DaemonNames = {
  targets: async () => [
    { name: 'pm', state: 'ready', summary: 'A power meter.' },
    { name: 'stage', state: 'failed' },
    { name: '$daemon', state: 'ready' },
  ],
  describe: async (name) => ({
    name,
    state: 'ready',
    members: [
      member('range', 'property', { readable: true, settable: true }),
      member('identity', 'property', { readable: true }),
      member('readVoltage', 'method', {
        documentation: 'Mean of samples. In volts.',
        parameters: [{ name: 'samples', optional: true, rest: false }],
      }),
      member('readings', 'stream'),
    ],
  }),
  endpoints: async () => ['demo', 'lab'],
};

async function complete(...words: string[]): Promise<string[]> {
  const found = await candidates(readWords(words, program), program, daemon);
  return found.map(([word]) => word);
}

describe('completion', () => {
  test('the first word is a command', async () => {
    expect(await complete('st')).toEqual(['status', 'stop']);
    expect(await complete('')).toContain('serve');
    expect(await complete('le')).toEqual(['leases']);
    expect(await complete('do')).toEqual(['doctor']);
    expect(await complete('rele')).toEqual(['release']);
  });

  test('a family of commands has subcommands, and these have options of their own', async () => {
    expect(await complete('service', 'st')).toEqual(['start', 'stop', 'status']);
    expect(await complete('service', 'install', '--u')).toEqual(['--user', '--udev']);
    expect(await complete('service', 'install', '')).toEqual([]);
    expect(await complete('service', 'status', '--dry')).toEqual([]);
  });

  test('targets follow the commands that take one; $daemon only if it is begun', async () => {
    expect(await complete('call', '')).toEqual(['pm', 'stage']);
    expect(await complete('call', '$')).toEqual(['$daemon']);
    expect(await complete('release', 'p')).toEqual(['pm']);
    expect(await complete('release', 'pm', '')).toEqual([]);
    expect(await complete('-e', 'lab', 'get', 'p')).toEqual(['pm']);
  });

  test('members are those that the command can be used with', async () => {
    expect(await complete('call', 'pm', '')).toEqual(['readVoltage', 'readings']);
    expect(await complete('get', 'pm', '')).toEqual(['range', 'identity']);
    expect(await complete('set', 'pm', '')).toEqual(['range']);
    expect(await complete('set', 'pm', 'range', '3', '')).toEqual(['range']);
    expect(await complete('watch', 'pm', 'read')).toEqual(['readings']);
  });

  test('arguments can be named', async () => {
    expect(await complete('call', 'pm', 'readVoltage', 's')).toEqual(['samples=']);
  });

  test('options, their choices, and running daemons are known', async () => {
    expect(await complete('watch', 'pm', 'readings', '--sl')).toEqual(['--slow']);
    expect(await complete('watch', 'pm', 'readings', '--slow', '')).toEqual(['block', 'latest', 'drop']);
    expect(await complete('call', '--no-w')).toEqual(['--no-wait']);
    expect(await complete('-e', 'd')).toEqual(['demo']);
    expect(await complete('completion', 'z')).toEqual(['zsh']);
  });

  test('a description goes with each word', async () => {
    const found = await candidates(readWords(['call', 'pm', 'readV'], program), program, daemon);
    expect(found).toEqual([['readVoltage', 'Mean of samples.']]);
  });

  // The script is bash's own matter: where there is none, nobody needs it.
  const withBash = spawnSync('bash', ['--version']).status === 0 ? test : test.skip;
  withBash('bash takes its script, and gets its words from the program', () => {
    const program = 'samebox() { printf "%s\\t%s\\n" "${*: -1}Voltage" "in volts"; }';
    const line = 'COMP_WORDS=(samebox call pm read) COMP_CWORD=3; _samebox; echo "${COMPREPLY[@]}"';
    const { stdout, stderr } = spawnSync('bash', ['-c', [program, SCRIPTS.bash, line].join('\n')]);
    expect(String(stderr)).toBe('');
    expect(String(stdout)).toBe('readVoltage\n');
  });
});
