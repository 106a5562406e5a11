import type { PortRights } from '../../../../daemon/doctor/checks/port-rights';
import { checkSerial, type PortFacts, type SerialFacts } from '../../../../daemon/doctor/checks/serial';

const rights: PortRights = { may: true, owner: 'root', group: 'dialout', groupMay: true, member: 'yes' };
const usb: PortFacts = { path: '/dev/ttyUSB0', kind: 'usb', about: 'FTDI 0403:6001', heldBy: [], rights };
const facts: SerialFacts = {
  user: 'ann',
  ports: [],
  lost: [],
  meddlers: [],
  daemons: new Map(),
  servedByOthers: false,
};
const check = (more: Partial<SerialFacts>) => checkSerial({ ...facts, ...more });
const port = (more: Partial<PortFacts>, others: Partial<SerialFacts> = {}) =>
  check({ ports: [{ ...usb, ...more }], ...others })[0];

describe('a serial port', () => {
  test('that is free and may be opened is well, and says by which name it can be kept', () => {
    expect(port({ byId: '/dev/serial/by-id/usb-FTDI' })).toEqual({
      check: 'serial',
      level: 'ok',
      says: '/dev/ttyUSB0 (FTDI 0403:6001) is free, and ann may open it; it keeps the name /dev/serial/by-id/usb-FTDI',
    });
  });

  test('of which only trying would tell is there', () => {
    const { rights: _, ...listed } = usb;
    expect(check({ ports: [{ ...listed, path: 'COM3' }] })[0]).toMatchObject({
      level: 'ok',
      says: 'COM3 (FTDI 0403:6001) is there',
    });
  });

  test.each<[string, Partial<PortRights>, string, string]>([
    [
      'for a group that the user is not in',
      { member: 'no' },
      'ann may not open',
      'sudo usermod -aG dialout ann',
    ],
    [
      'for a group that the user joined after his login',
      { member: 'from-next-login' },
      'this session began before',
      'newgrp dialout',
    ],
    ['for root alone', { groupMay: false, member: 'no' }, 'is for root alone', '60-serial.rules'],
    ['for the group root', { group: 'root', member: 'no' }, 'is for root alone', '60-serial.rules'],
    ['which something beyond modes forbids', {}, 'though in its group dialout', 'DevicePolicy'],
  ])('%s is a warning with what to do', (_, more, says, todo) => {
    expect(port({ rights: { ...rights, may: false, ...more } })).toMatchObject({
      level: 'warning',
      says: expect.stringContaining(says),
      todo: expect.stringContaining(todo),
    });
  });

  test('that may not be opened is only noted on the board itself, and where another user serves', () => {
    const closed = { rights: { ...rights, may: false, member: 'no' as const } };
    expect(port({ ...closed, kind: 'board' })).toMatchObject({ level: 'note' });
    expect(port(closed, { servedByOthers: true })).toMatchObject({ level: 'note' });
  });

  test('that a box has open is well', () => {
    expect(port({ heldBy: [{ pid: 7, name: 'node' }] }, { daemons: new Map([[7, 'lab']]) })).toMatchObject({
      level: 'ok',
      says: '/dev/ttyUSB0 (FTDI 0403:6001) is open in lab (pid 7)',
    });
  });

  test('that another program has open is a warning that names it', () => {
    expect(port({ heldBy: [{ pid: 9, name: 'minicom' }] })).toMatchObject({
      level: 'warning',
      says: '/dev/ttyUSB0 (FTDI 0403:6001) is open in minicom (pid 9)',
      todo: expect.stringContaining('Close it there'),
    });
    const modems = port({ heldBy: [{ pid: 9, name: 'ModemManager' }] }, { meddlers: ['ModemManager'] });
    expect(modems).toMatchObject({ todo: expect.stringContaining('disable --now ModemManager') });
  });

  test('of the board that is open somewhere is noted: it may be the console', () => {
    expect(port({ kind: 'board', heldBy: [{ pid: 9, name: 'agetty' }] })).toMatchObject({ level: 'note' });
  });
});

describe('what takes serial ports away', () => {
  test('is told of where a USB port is there, and once', () => {
    const found = check({ ports: [usb], meddlers: ['ModemManager'] });
    expect(found.map(({ level }) => level)).toEqual(['ok', 'note']);
    expect(found[1]).toMatchObject({
      says: expect.stringContaining('ModemManager runs, which talks to every new serial port'),
    });
    expect(check({ ports: [{ ...usb, kind: 'board' }], meddlers: ['ModemManager'] })).toHaveLength(1);
    const holding = { ...usb, heldBy: [{ pid: 9, name: 'ModemManager' }] };
    expect(check({ ports: [holding], meddlers: ['ModemManager'] })).toHaveLength(1);
  });

  const lost = [{ ids: '1a86:7523', about: 'USB Serial', driver: 'ch341' }];

  test('is brltty, where an adapter has no port while it runs', () => {
    expect(check({ lost, meddlers: ['brltty'] })).toEqual([
      expect.objectContaining({
        level: 'problem',
        says: 'The serial adapter USB Serial (1a86:7523) is plugged in, and has no port: brltty takes such adapters',
        todo: expect.stringContaining('apt remove brltty'),
      }),
    ]);
  });

  test('is a driver that is not loaded, or a container', () => {
    expect(check({ lost })[0]).toMatchObject({
      level: 'warning',
      todo: expect.stringContaining('modprobe ch341'),
    });
    expect(check({ lost, within: 'container' })[0]).toMatchObject({
      todo: expect.stringContaining('--device'),
    });
  });

  test('may be a program with a driver of its own, for adapters that vendors build in', () => {
    const ftdi = [{ ids: '0403:6001', about: 'Stage', driver: 'ftdi_sio' }];
    expect(check({ lost: ftdi })[0]).toMatchObject({ level: 'note', todo: expect.stringContaining('D2XX') });
  });
});

describe('no serial port', () => {
  test.each([
    [undefined, 'lsusb'],
    ['container', '--device'],
    ['wsl', 'usbipd'],
    ['windows', 'Device Manager'],
    ['mac', 'system_profiler'],
  ] as const)('is a note with what to do (%s)', (within, todo) => {
    expect(check(within === undefined ? {} : { within })).toEqual([
      {
        check: 'serial',
        level: 'note',
        says: 'No serial port was found',
        todo: expect.stringContaining(todo),
      },
    ]);
  });

  test('that can be listed is said to be that', () => {
    const { ports: _, ...unlisted } = facts;
    expect(checkSerial(unlisted)[0]).toMatchObject({
      level: 'note',
      says: expect.stringContaining("doesn't list"),
    });
  });
});
