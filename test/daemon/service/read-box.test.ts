// What a config says of its box, asked of the built program, as the command does.
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as ReadBox from '../../../daemon/service/read-box';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- it starts a process of the built program
const { readBox } = require('../../../dist/daemon/service/read-box') as typeof ReadBox;

const folder = mkdtempSync(join(tmpdir(), 'sbx-read-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function config(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, `import { defineBox } from 'samebox/daemon';\n${text}`);
  return path;
}

test('a box has a name, a time to drain, a group, a secret, and sources', async () => {
  writeFileSync(join(folder, 'meter.mjs'), 'export const group = "optics";');
  const path = config(
    'full.mjs',
    `import { group } from './meter.mjs';
     export default defineBox({ name: 'bench', drainTimeout: Infinity, socket: { group }, secret: { file: '/etc/s' }, targets: {} });`,
  );
  expect(await readBox(path)).toEqual({
    name: 'bench',
    drainTimeout: Infinity,
    closingTime: 4000,
    group: 'optics',
    secretFile: '/etc/s',
    sources: expect.arrayContaining([path, join(folder, 'meter.mjs')]),
  });
});

test('a box that says nothing is lab, with the usual time', async () => {
  const path = config('bare.mjs', 'export default defineBox({ targets: {} }); setInterval(() => {}, 1000);');
  expect(await readBox(path)).toMatchObject({ name: 'lab', drainTimeout: 10_000, group: undefined });
});

test('a mistake is told as serve tells it', async () => {
  const path = config('wrong.mjs', "export default defineBox({ name: 'x', target: {} });");
  await expect(readBox(path)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringMatching(/targets/),
  });
});

test('a config that ends the process is told', async () => {
  await expect(readBox(config('ends.mjs', 'process.exit(7);'))).rejects.toThrow(/exit code 7/);
});

const asRoot = process.getuid?.() === 0 ? test : test.skip;

asRoot('root reads a config of another user as that user', async () => {
  chmodSync(folder, 0o755);
  const path = config(
    'whose.mjs',
    'export default defineBox({ name: `uid${process.getuid()}`, targets: {} });',
  );
  expect(await readBox(path)).toMatchObject({ name: 'uid0' });
  chownSync(path, 61_234, 61_234);
  expect(await readBox(path)).toMatchObject({ name: 'uid61234' });
});
