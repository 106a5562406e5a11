// What a box is as a Windows service.
import { splitCommand } from '../../../../daemon/service/windows/command-line';
import { boxName, configIn, definitionOf, tell } from '../../../../daemon/service/windows/service-definition';
import type { BoxToInstall } from '../../../../daemon/service/service-manager';

const BOX: BoxToInstall = {
  scope: 'system',
  name: 'lab',
  config: 'C:\\Lab 3\\samebox.config.ts',
  group: undefined,
  sources: [],
  drainTimeout: 60_000,
  closingTime: 5000,
  node: 'C:\\Program Files\\nodejs\\node.exe',
  script: 'C:\\npm\\node_modules\\samebox\\dist\\bin\\samebox.js',
  settings: { group: undefined, account: undefined, udev: false, start: true },
};

const FOLDER = 'C:\\ProgramData\\samebox\\lab';

test('a service serves its config as itself, under an account of its own that has no password', () => {
  const { name, command, account } = definitionOf(BOX, FOLDER);
  expect(name).toBe('samebox-lab');
  expect(account).toBe('NT SERVICE\\samebox-lab');
  expect(splitCommand(command)).toEqual([
    BOX.node,
    BOX.script,
    'serve',
    BOX.config,
    '-e',
    'lab',
    '--service',
    FOLDER,
  ]);
});

test('the account can be LocalService, which stays when it is installed again without a word of it', () => {
  const settings = { ...BOX.settings, account: 'local-service' as const };
  expect(definitionOf({ ...BOX, settings }, FOLDER).account).toBe('NT AUTHORITY\\LocalService');
  expect(definitionOf(BOX, FOLDER, 'NT Authority\\Local Service').account).toBe('NT AUTHORITY\\LocalService');
  const virtual = { ...BOX.settings, account: 'virtual' as const };
  expect(definitionOf({ ...BOX, settings: virtual }, FOLDER, 'NT AUTHORITY\\LocalService').account).toMatch(
    /lab$/,
  );
});

test('an upgrade finds the config in the command of the service, and nothing in that of another program', () => {
  expect(configIn(definitionOf(BOX, FOLDER).command)).toBe(BOX.config);
  expect(configIn('C:\\samebox-tools\\x.exe serve C:\\x')).toBeUndefined();
  expect(configIn('')).toBeUndefined();
});

test('names of services are names of boxes, whatever their case', () => {
  expect(boxName('samebox-lab')).toBe('lab');
  expect(boxName('SameBox-Lab')).toBe('Lab');
  expect(boxName('samebox-')).toBeUndefined();
  expect(boxName('spooler')).toBeUndefined();
});

test.each([
  [0, 20_000],
  [60_000, 70_000],
  [Infinity, 600_000],
])('with a drainTimeout of %d ms the machine waits %d ms before it goes down', (drainTimeout, timeToEnd) => {
  expect(definitionOf({ ...BOX, drainTimeout }, FOLDER).timeToEnd).toBe(timeToEnd);
});

test('a dry run tells all of it in words', () => {
  expect(tell(definitionOf(BOX, FOLDER))).toEqual([
    'command: "C:\\Program Files\\nodejs\\node.exe" C:\\npm\\node_modules\\samebox\\dist\\bin\\samebox.js serve ' +
      '"C:\\Lab 3\\samebox.config.ts" -e lab --service C:\\ProgramData\\samebox\\lab',
    'account: NT SERVICE\\samebox-lab, which has no password',
    'starts when Windows does',
    'after a failure it is started again: after 1 s, then 5 s, from then on every 60 s; 10 minutes without one are forgiven',
    'when Windows shuts down it gets 70 s for its running calls',
    'of all privileges it keeps SeChangeNotifyPrivilege',
  ]);
});
