// `samebox wake`: a target whose instrument has come is opened, however long it may not be tried.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { World } from './run-samebox';

const world = new World();
afterAll(() => world.close());

const plugged = join(world.folder, 'plugged');
const BOX = `import { existsSync } from 'node:fs';
import { defineBox } from 'samebox/daemon';
class Meter { read() { return 1; } }
const open = (file) => () => { if (!existsSync(file)) throw new Error('no such port'); return new Meter(); };
export default defineBox({ name: 'lab', targets: { pm: open(${JSON.stringify(plugged)}), stage: open('/nowhere') } });`;

test('targets that could not be opened are opened at once; those that still can not are told', async () => {
  const config = join(world.folder, 'samebox.config.mjs');
  writeFileSync(config, BOX);
  const daemon = world.start(['serve', config, '--log-format', 'json']);
  await daemon.printed(/pm could not be opened/);
  // The pause after which a call would open it doubles with each failure.
  for (let n = 0; n < 3; n++) expect((await world.run(['wake', 'pm'])).code).toBe(1);
  expect((await world.run(['call', 'pm', 'read'])).stderr).toMatch(/could not be opened \(tried again/);

  writeFileSync(plugged, '');
  const all = await world.run(['wake', '--json']);
  expect([all.code, all.stderr]).toEqual([0, '']);
  expect(JSON.parse(all.stdout)).toMatchObject([
    { name: 'pm', state: 'ready' },
    { name: 'stage', state: 'failed', reason: 'no such port' },
  ]);
  expect(await world.run(['call', 'pm', 'read'])).toMatchObject({ code: 0, stdout: '1\n' });
  const one = await world.run(['wake', 'stage']);
  expect(one).toMatchObject({ code: 1, stdout: expect.stringMatching(/stage +failed +no such port/) });
  const unknown = await world.run(['wake', 'pn']);
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringMatching(/Did you mean "pm"/) });
});
