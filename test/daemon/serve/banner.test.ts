import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { banner } from '../../../daemon/serve/banner';
import { programCommand } from '../../../daemon/serve/program-command';
import type { DaemonStatus, TargetStatus } from '../../../src/status';
import { linking } from '../../support/links';

const same = (text: string): string => text;
const paint = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same };
const target = (name: string, more: Partial<TargetStatus> = {}): TargetStatus => ({
  name,
  state: 'ready',
  running: [],
  waiting: 0,
  calls: 0,
  errors: 0,
  ...more,
});
const status = {
  endpoint: 'demo',
  path: '/run/demo.sock',
  pid: 7,
  targets: [
    target('pm', { summary: 'A power meter that has a rather long summary.' }),
    target('bad', { state: 'failed', reason: 'no such port' }),
    target('$daemon'),
  ],
} as unknown as DaemonStatus;

describe('the banner', () => {
  test('says where the daemon listens and which targets failed, and why', () => {
    const text = banner(status, { paint, demo: false, width: 41, alone: true, command: 'samebox' });
    expect(text).toContain('demo is ready at /run/demo.sock (pid 7)');
    expect(text).toContain('pm   ready    A power meter that has…');
    expect(text).toContain('bad  failed   no such port');
    expect(text).not.toContain('$daemon');
    expect(text).not.toContain('to try');
  });

  test('shows three commands with the demo, which name the daemon if there are others', () => {
    const options = { paint, demo: true, width: 80, command: 'node dist/bin/samebox.js' };
    expect(banner(status, { ...options, alone: true })).toContain(
      '    node dist/bin/samebox.js call pm readVoltage 20  ',
    );
    expect(banner(status, { ...options, alone: false })).toContain(
      'samebox.js -e demo watch pm readings --plot',
    );
  });
});

describe('how the program is called from another terminal', () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'sbx-')));
  const script = join(root, 'clone', 'dist', 'bin', 'samebox.js');
  const globalBin = join(root, 'global');
  const project = join(root, 'project');
  const localBin = join(project, 'node_modules', '.bin');
  beforeAll(() => {
    for (const folder of [join(root, 'clone', 'dist', 'bin'), globalBin, localBin])
      mkdirSync(folder, { recursive: true });
    writeFileSync(script, '');
    chmodSync(script, 0o755);
    symlinkSync(script, join(globalBin, 'samebox'));
    symlinkSync(script, join(localBin, 'samebox'));
  });
  afterAll(() => rmSync(root, { recursive: true }));

  linking('by its name where the shell finds it', () => {
    expect(programCommand({ script, folder: root, path: ['/nowhere', globalBin].join(delimiter) })).toBe(
      'samebox',
    );
  });

  linking('through npx in a project that has it; what npm put in front of PATH does not count', () => {
    expect(programCommand({ script, folder: project, path: localBin })).toBe('npx samebox');
    expect(programCommand({ script, folder: join(root, 'clone'), path: localBin })).toBe(
      'node dist/bin/samebox.js',
    );
  });

  test('by its path elsewhere', () => {
    expect(programCommand({ script, folder: join(root, 'clone'), path: '' })).toBe(
      `node ${join('dist', 'bin', 'samebox.js')}`,
    );
    expect(programCommand({ script, folder: globalBin, path: '' })).toBe(`node ${script}`);
  });
});
