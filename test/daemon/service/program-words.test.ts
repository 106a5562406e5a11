// The program's place, and the same command again, for who lacks rights.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PLAIN } from '../../../client/cli/paint';
import { commandAgain, programPlaces } from '../../../daemon/service/program-words';
import type { ServiceRequest } from '../../../src/service-request';
import { linking } from '../../support/links';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sbx-words-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

linking('Node is named by a link that stays when it is updated, if there is one to this Node', () => {
  const real = join(folder, 'node-v20.9.0');
  writeFileSync(real, '');
  const [mine, others] = [join(folder, 'mine'), join(folder, 'others')];
  mkdirSync(mine);
  mkdirSync(others);
  symlinkSync(real, join(mine, 'node'));
  writeFileSync(join(others, 'node'), '');
  expect(programPlaces(real, [others, mine]).node).toBe(join(mine, 'node'));
  expect(programPlaces(join(mine, 'node'), [others]).node).toBe(real);
  expect(programPlaces(real, []).script).toMatch(/dist[\\/]bin[\\/]samebox\.js$/);
});

function request(more: Partial<ServiceRequest>): ServiceRequest {
  return {
    action: 'install',
    scope: undefined,
    config: undefined,
    name: undefined,
    dryRun: false,
    json: false,
    install: { group: undefined, account: undefined, udev: undefined, start: true },
    logs: { follow: false, lines: 50 },
    paint: PLAIN,
    width: 80,
    write: () => undefined,
    tell: () => undefined,
    logLine: (line) => line,
    ...more,
  };
}

test('the command again says all that was said, with absolute paths, quoted for a shell', () => {
  const install = { group: 'optics', account: undefined, udev: true, start: false };
  const words = commandAgain(
    request({ scope: 'system', name: 'lab', install }),
    '/srv/my lab/samebox.config.ts',
  );
  expect(words).toMatch(
    /(^samebox|samebox\.js) service install --system -e lab --group optics --udev --no-start (['"])\/srv\/my lab\/samebox\.config\.ts\2$/,
  );
  expect(commandAgain(request({ action: 'stop' }), undefined)).toMatch(
    / service stop$|^samebox service stop$/,
  );
});
