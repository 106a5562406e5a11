// What is read of /proc, /dev and /sys, from trees that stand in for them; and of this machine's own, where it is Linux.
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isClockKept } from '../../../../daemon/doctor/facts/clock.linux';
import { flockHolder, holderIn } from '../../../../daemon/doctor/facts/lock.linux';
import { Memberships } from '../../../../daemon/doctor/facts/memberships';
import { descriptorsOf, holders, processFacts } from '../../../../daemon/doctor/facts/processes.linux';
import { lostAdapters, portsOfLinux, type Roots } from '../../../../daemon/doctor/facts/serial.linux';
import { native } from '../../../../src/native';
import { tryFlock } from '../../../../src/native/flock.unix';
import { IS_WINDOWS, OS } from '../../../../src/os';

const root = mkdtempSync(join(tmpdir(), 'sbx-'));
afterAll(() => rmSync(root, { recursive: true }));
const onLinux = OS === 'linux' ? describe : describe.skip;
const onPosix = IS_WINDOWS ? describe.skip : describe;

function write(path: string, text = ''): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
function link(path: string, to: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  symlinkSync(to, join(root, path));
}

describe('/proc/locks', () => {
  const text = [
    '1: POSIX  ADVISORY  WRITE 11 00:19:5 0 EOF',
    '2: FLOCK  ADVISORY  WRITE 2658 fe:00:10388747 0 EOF',
    '2: -> FLOCK  ADVISORY  WRITE 99 fe:00:10388747 0 EOF',
    '3: FLOCK  ADVISORY  WRITE 0 00:2a:7 0 EOF',
    '',
  ].join('\n');

  test('names who holds the flock of a file, by device and number', () => {
    expect(holderIn(text, { dev: 0xfe00, ino: 10388747 }, undefined)).toBe(2658);
    expect(holderIn(text, { dev: 0xfe01, ino: 10388747 }, undefined)).toBe('nobody');
    expect(holderIn(text, { dev: 0x19, ino: 5 }, undefined)).toBe('nobody');
  });

  test('where a file system has another device there than here, the number that its holder has written decides', () => {
    expect(holderIn(text, { dev: 99, ino: 10388747 }, 2658)).toBe(2658);
    expect(holderIn(text, { dev: 99, ino: 10388747 }, 99)).toBe('nobody');
  });

  test('a holder in another container has the number 0', () => {
    expect(holderIn(text, { dev: 0x2a, ino: 7 }, undefined)).toBe(0);
  });

  (OS === 'linux' && native().available ? test : test.skip)(
    'a lock that this process holds is found, until it is given up',
    () => {
      write('held.lock');
      const path = join(root, 'held.lock');
      const fd = openSync(path, 'r+');
      expect(tryFlock(fd)).toBe('locked');
      expect(flockHolder(statSync(path), process.pid)).toBe(process.pid);
      closeSync(fd);
      expect(flockHolder(statSync(path), process.pid)).toBe('nobody');
    },
  );
});

onPosix('processes', () => {
  test('are told with their names, however odd, and whether they stand still', () => {
    write('proc/7/stat', '7 (a (b) c) T 1 7');
    write('proc/8/stat', '8 (node) S 1 8');
    write('proc/8/environ', 'HOME=/\0LISTEN_FDS=1\0');
    write('proc/9/stat', '9 (sh) S 1 9');
    write('proc/9/environ', 'HOME=/\0');
    const proc = join(root, 'proc');
    expect(processFacts(7, proc)).toEqual({ pid: 7, name: 'a (b) c', stopped: true });
    expect(processFacts(8, proc)).toEqual({ pid: 8, name: 'node', stopped: false, handedSocket: true });
    expect(processFacts(9, proc)).toMatchObject({ handedSocket: false });
    expect(processFacts(10, proc)).toBeUndefined();
  });

  test('have files open, and limits', () => {
    link('proc/7/fd/3', '/dev/ttyUSB0');
    link('proc/7/fd/4', '/dev/ttyUSB0');
    link('proc/8/fd/0', '/dev/null');
    write(
      'proc/7/limits',
      'Limit  Soft  Hard\nMax open files            1024                 4096                 files\n',
    );
    write('proc/8/limits', 'Max open files            unlimited            unlimited            files\n');
    const proc = join(root, 'proc');
    expect(holders(new Set(['/dev/ttyUSB0', '/dev/ttyS0']), proc)).toEqual(new Map([['/dev/ttyUSB0', [7]]]));
    expect(descriptorsOf(7, proc)).toEqual({ open: 2, limit: 1024 });
    expect(descriptorsOf(8, proc)).toEqual({ open: 1, limit: Infinity });
    expect(descriptorsOf(10, proc)).toBeUndefined();
  });
});

onPosix('serial ports', () => {
  const at = join(root, 'machine');
  const roots: Roots = {
    dev: join(at, 'dev'),
    sys: join(at, 'sys'),
    proc: join(at, 'proc'),
    locks: join(at, 'locks'),
  };
  beforeAll(() => {
    for (const name of ['ttyUSB10', 'ttyUSB2', 'ttyS0', 'ttyS1', 'tty1', 'null'])
      write(`machine/dev/${name}`);
    write('machine/sys/class/tty/ttyS0/type', '4\n');
    write('machine/sys/class/tty/ttyS1/type', '0\n');
    write('machine/sys/devices/usb1/1-1/idVendor', '0403\n');
    write('machine/sys/devices/usb1/1-1/idProduct', '6001\n');
    write('machine/sys/devices/usb1/1-1/manufacturer', 'FTDI\n');
    write('machine/sys/devices/usb1/1-1/serial', 'A900\n');
    write('machine/sys/devices/usb1/1-1/1-1:1.0/ttyUSB2/x');
    link('machine/sys/class/tty/ttyUSB2/device', '../../../devices/usb1/1-1/1-1:1.0/ttyUSB2');
    link('machine/sys/bus/usb/devices/1-1', '../../../devices/usb1/1-1');
    write('machine/sys/devices/usb1/1-2/idVendor', '1a86\n');
    write('machine/sys/devices/usb1/1-2/idProduct', '7523\n');
    write('machine/sys/devices/usb1/1-2/1-2:1.0/x');
    link('machine/sys/bus/usb/devices/1-2', '../../../devices/usb1/1-2');
    link('machine/dev/serial/by-id/usb-FTDI_A900', '../../ttyUSB2');
    write('machine/proc/9/stat', '9 (minicom) S 1');
    link('machine/proc/9/fd/3', join(roots.dev, 'ttyUSB10'));
    write('machine/proc/11/stat', '11 (screen) S 1');
    write('machine/locks/LCK..ttyUSB2', '        11\n');
    write('machine/locks/LCK..ttyS0', '12\n');
  });

  test('are those of USB and those of the board that have hardware, with device, lasting name and holder', async () => {
    const ports = await portsOfLinux(new Memberships(), roots);
    expect(ports).toMatchObject([
      {
        path: join(roots.dev, 'ttyUSB2'),
        kind: 'usb',
        about: 'FTDI 0403:6001 A900',
        byId: join(roots.dev, 'serial/by-id/usb-FTDI_A900'),
        heldBy: [{ pid: 11, name: 'screen' }],
        rights: { may: true },
      },
      { path: join(roots.dev, 'ttyUSB10'), kind: 'usb', heldBy: [{ pid: 9, name: 'minicom' }] },
      { path: join(roots.dev, 'ttyS0'), kind: 'board', heldBy: [] },
    ]);
  });

  test('a USB adapter of which no driver has made a port is found by its numbers', () => {
    expect(lostAdapters(roots)).toEqual([{ ids: '1a86:7523', about: 'QinHeng CH340', driver: 'ch341' }]);
  });

  test('where there is no /dev, nobody can tell', async () => {
    expect(await portsOfLinux(new Memberships(), { ...roots, dev: join(at, 'nowhere') })).toBeUndefined();
  });
});

onPosix('groups', () => {
  test('that this process has it has; of one that nobody has, it is not a member', async () => {
    const memberships = new Memberships();
    expect(await memberships.of(process.getegid?.() ?? 0)).toBe('yes');
    expect(await memberships.of(987_654)).toBe('no');
  });
});

onLinux('the clock', () => {
  (native().available ? test : test.skip)('is kept or not, as the kernel says', () => {
    expect(typeof isClockKept()).toBe('boolean');
  });
});
