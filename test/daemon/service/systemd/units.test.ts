// The unit files as text: what must stand in them, and systemd's own verdict where it is installed.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { serviceUser, unitName } from '../../../../daemon/service/systemd/unit-names';
import { unitText, type Unit } from '../../../../daemon/service/systemd/unit-text';
import { serviceUnit } from '../../../../daemon/service/systemd/service-unit';
import { socketUnit } from '../../../../daemon/service/systemd/socket-unit';
import type { UnitFacts } from '../../../../daemon/service/systemd/unit-facts';
import { wakeRule, wakeUnit } from '../../../../daemon/service/systemd/wake';
import { unitFacts } from './fixtures';

const service = (more: Partial<UnitFacts> = {}): string => unitText(serviceUnit(unitFacts(more)));
const socket = (more: Partial<UnitFacts> = {}): string => unitText(socketUnit(unitFacts(more)));
const values = (text: string, key: string): string[] =>
  [...text.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value = '']) => value);

describe('the service', () => {
  test('runs this Node and this script, with the config and the name of the box', () => {
    expect(values(service(), 'ExecStart')).toEqual([
      '/usr/bin/node /usr/lib/node_modules/samebox/dist/bin/samebox.js serve ' +
        '/etc/samebox/lab/samebox.config.ts -e lab --log-format json',
    ]);
  });

  test('gets as long to stop as its config says; without end if that is so', () => {
    expect(values(service({ stopSeconds: 18.2 }), 'TimeoutStopSec')).toEqual(['19']);
    expect(values(service({ stopSeconds: Infinity }), 'TimeoutStopSec')).toEqual(['infinity']);
  });

  test('pauses longer and longer between restarts where systemd can do that, and only there', () => {
    expect(service({ version: 252 })).not.toMatch(/RestartSteps|RestartMaxDelaySec/);
    expect(values(service({ version: 254 }), 'RestartSteps')).toEqual(['5']);
  });

  test('of the machine can tell who calls, compile, and see serial lines', () => {
    expect(service()).not.toMatch(/PrivateUsers=|ProcSubset=|MemoryDenyWriteExecute=|PrivateDevices=/);
  });

  test('of the machine has a runtime folder of its own, and never that of all sockets', () => {
    expect(values(service(), 'RuntimeDirectory')).toEqual(['samebox/lab']);
  });

  test('of a user asks for nothing that systemd 252 can not do for users', () => {
    expect(service({ scope: 'user' })).not.toMatch(
      /DynamicUser|PrivateDevices|CapabilityBoundingSet|ProtectKernelLogs|ProtectClock|PrivateTmp|ProtectSystem|RuntimeDirectory/,
    );
    expect(values(service({ scope: 'user' }), 'WantedBy')).toEqual(['default.target']);
  });

  test('says why each group of settings is there, in lines that fit on a screen', () => {
    for (const scope of ['user', 'system'] as const) {
      for (const line of (service({ scope }) + socket({ scope })).split('\n'))
        if (line.startsWith('#')) expect(line.length).toBeLessThanOrEqual(120);
    }
  });
});

describe('the socket', () => {
  test('of the machine is for root and one group', () => {
    const text = socket();
    expect(values(text, 'ListenStream')).toEqual(['/run/samebox/lab.sock']);
    expect([values(text, 'SocketMode'), values(text, 'SocketGroup')]).toEqual([['0660'], ['dialout']]);
  });

  test('without a group is for its owner alone', () => {
    expect(values(socket({ socketGroup: undefined }), 'SocketMode')).toEqual(['0600']);
    const text = socket({ scope: 'user' });
    expect(values(text, 'ListenStream')).toEqual(['%t/samebox/lab.sock']);
    expect([values(text, 'SocketMode'), values(text, 'DirectoryMode')]).toEqual([['0600'], ['0700']]);
  });
});

test('a box whose name no user can have gets a user all the same, and always the same', () => {
  expect(serviceUser('lab')).toBe('samebox-lab');
  for (const name of ['a.b', 'Lab', 'x'.repeat(64)]) {
    expect(serviceUser(name)).toMatch(/^samebox-[0-9a-f]{12}$/);
    expect(serviceUser(name)).toBe(serviceUser(name));
  }
  expect(serviceUser('a.b')).not.toBe(serviceUser('a.c'));
});

test('the udev rule wants a unit of its own for each device, and leaves groups and modes alone', () => {
  const rule = wakeRule(unitFacts());
  expect(rule).toMatch(
    /KERNEL=="ttyUSB\*\|ttyACM\*", TAG\+="systemd", ENV\{SYSTEMD_WANTS\}\+="samebox-wake-lab@.service"/,
  );
  expect(rule).not.toMatch(/MODE|GROUP|OWNER/);
  const text = unitText(wakeUnit(unitFacts()));
  expect(values(text, 'ExecStart')[0]).toMatch(/samebox\.js wake -e \/run\/samebox\/lab\.sock --wait 10$/);
  expect(values(text, 'User')).toEqual(values(service(), 'User'));
});

const systemd = spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' });
const there = systemd.status === 0;
if (!there)
  console.warn('Skipped: systemd-analyze is not installed here, so its verdict on the units is not asked.');

(there ? describe : describe.skip)("systemd's own verdict", () => {
  const root = mkdtempSync(join(tmpdir(), 'sbx-units-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const version = Number(/^systemd (\d+)/.exec(systemd.stdout)?.[1]);

  /** Programs that are there, at paths with all that is awkward. */
  function facts(more: Partial<UnitFacts> = {}): UnitFacts {
    const folder = join(root, 'my lab "50%" $HOME');
    mkdirSync(folder, { recursive: true });
    const config = join(folder, 'samebox.config.mjs');
    writeFileSync(config, '');
    return unitFacts({ node: process.execPath, config, version, ...more });
  }

  function write(units: Readonly<Record<string, Unit>>): string[] {
    return Object.entries(units).map(([name, unit]) => {
      const path = join(root, 'units', name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, unitText(unit));
      return path;
    });
  }

  test.each(['system', 'user'] as const)('the units of the %s are clean', (scope) => {
    const given = facts({ scope });
    const paths = write({
      [unitName('lab')]: serviceUnit(given, ['Group=optics']),
      [unitName('lab', 'socket')]: socketUnit(given),
      ...(scope === 'system' && { 'samebox-wake-lab@.service': wakeUnit(given) }),
    });
    const said = spawnSync('systemd-analyze', [`--${scope}`, '--man=no', 'verify', ...paths], {
      encoding: 'utf8',
      env: { ...process.env, XDG_RUNTIME_DIR: root }, // With --user it wants one.
    });
    expect({ status: said.status, said: said.stderr + said.stdout }).toEqual({ status: 0, said: '' });
  });

  test('the exposure of the services of the machine is 0.7 at most', () => {
    const given = facts();
    const paths = write({
      [unitName('lab')]: serviceUnit(given),
      'samebox-wake-lab@.service': wakeUnit(given),
    });
    for (const path of paths) {
      const said = execFileSync('systemd-analyze', ['security', '--offline=true', '--no-pager', path], {
        encoding: 'utf8',
      });
      const level = Number(/exposure level for .*: ([\d.]+)/.exec(said)?.[1]);
      expect(level).toBeLessThanOrEqual(0.7);
    }
  });
});
