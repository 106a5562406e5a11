import { findPort, listPorts, portsThere } from '../../../daemon/instruments/port-finder';
import type { PortInfo, SerialBinding } from '../../../daemon/instruments/serial-port';

const port = (path: string, more: Partial<PortInfo> = {}): PortInfo => ({
  path,
  manufacturer: undefined,
  serialNumber: undefined,
  pnpId: undefined,
  locationId: undefined,
  vendorId: undefined,
  productId: undefined,
  ...more,
});
const FTDI = { vendorId: '0403', productId: '6001', manufacturer: 'FTDI' };
const PORTS = [
  port('/dev/ttyS0'),
  port('/dev/ttyUSB0', { ...FTDI, serialNumber: 'A900' }),
  port('/dev/ttyUSB1', { ...FTDI, serialNumber: 'B901' }),
];
const binding: SerialBinding = {
  list: async () => [...PORTS],
  open: () => Promise.reject(new Error('not here')),
};

test('a path is taken as it stands', async () => {
  await expect(findPort('/dev/serial/by-id/usb-FTDI', binding)).resolves.toBe('/dev/serial/by-id/usb-FTDI');
});

test('ids are compared as numbers, however they are written', async () => {
  for (const vendorId of ['0403', '403', '0x0403', 0x0403]) {
    await expect(findPort({ vendorId, serialNumber: 'b901' }, binding)).resolves.toBe('/dev/ttyUSB1');
  }
});

test('several devices that fit are listed, and how to tell them apart', async () => {
  await expect(findPort({ vendorId: '0403' }, binding)).rejects.toMatchObject({
    failure: 'ambiguous',
    ports: ['/dev/ttyUSB0', '/dev/ttyUSB1'],
    message: expect.stringContaining('Add its serialNumber'),
  });
});

test('a device that is not there is named by its numbers, with the ports that are', async () => {
  await expect(findPort({ vendorId: '1313', productId: 0x8072 }, binding)).rejects.toMatchObject({
    failure: 'missing',
    message:
      'the USB port with vendor 1313, product 8072 is not there. ' +
      'Ports that exist: /dev/ttyS0, /dev/ttyUSB0 (FTDI 0403:6001 A900), /dev/ttyUSB1 (FTDI 0403:6001 B901).',
  });
});

test('ports with a device come before the sockets that every machine has', async () => {
  expect((await listPorts(binding))?.map(({ path }) => path)).toEqual([
    '/dev/ttyUSB0',
    '/dev/ttyUSB1',
    '/dev/ttyS0',
  ]);
});

test('a system that cannot list its ports is not said to have none', async () => {
  const blind: SerialBinding = { ...binding, list: () => Promise.reject(new Error('no udevadm')) };
  expect(portsThere(await listPorts(blind))).toContain("Which ports exist can't be found out here");
  expect(portsThere([])).toContain('No serial port was found');
  await expect(findPort({ vendorId: '0403' }, blind)).rejects.toMatchObject({
    failure: 'failed',
    message: expect.stringContaining('(no udevadm). Use its path.'),
  });
});
