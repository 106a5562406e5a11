import { openFailure } from '../../../daemon/instruments/open-failure';

// Words of serialport's native bindings on Linux, macOS and Windows, and of its mock.
test.each([
  ['Error: No such file or directory, cannot open /dev/ttyUSB9', 'missing'],
  ['Error: No such device or address, cannot open /dev/ttyUSB9', 'missing'],
  ['Opening COM9: File not found', 'missing'],
  ['Opening /dev/ttyUSB9: Unknown error code 3', 'missing'],
  ["Port does not exist - please call MockBinding.createPort('x') first", 'missing'],
  ['Error: Permission denied, cannot open /dev/ttyUSB0', 'denied'],
  ['Error: Operation not permitted, cannot open /dev/ttyUSB0', 'denied'],
  ['Error Resource temporarily unavailable Cannot lock port', 'locked'],
  ['Error: Device or resource busy, cannot open /dev/ttyUSB0', 'locked'],
  ['Opening COM3: Access denied', 'locked'],
  ['Port is locked cannot open', 'locked'],
  ['Error: Inappropriate ioctl for device, cannot open /dev/null', 'failed'],
])('"%s" means %s', (message, failure) => {
  expect(openFailure(message)).toBe(failure);
});
