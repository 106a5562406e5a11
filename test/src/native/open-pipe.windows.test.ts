// A named pipe's owner and access, and a client's end of it: on Windows, or under Wine, which doesn't refuse anybody.
import { once } from 'node:events';
import { createServer, Socket, type Server } from 'node:net';
import { setPipeAccess } from '../../../daemon/listen/pipe.windows';
import { openPipe } from '../../../src/native/open-pipe.windows';
import { ownSid, sidOfAccount } from '../../../src/native/security.windows';
import { WIN32, windowsNumber } from '../../../src/native/win32.windows';
import { IS_WINDOWS } from '../../../src/os';

const windows = IS_WINDOWS ? describe : describe.skip;

windows('a named pipe', () => {
  const path = `\\\\.\\pipe\\samebox-test-${process.pid}`;
  let server: Server;

  beforeEach(async () => {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.pipe(socket);
    });
    server.listen(path);
    await once(server, 'listening');
  });
  afterEach(() => void server.close());

  test('is opened with a client’s rights, belongs to the user of its daemon, and carries bytes both ways', async () => {
    setPipeAccess(path, []);
    const end = openPipe(path);
    expect(end.owner).toBe(ownSid());
    const socket = new Socket({ fd: end.descriptor(), readable: true, writable: true });
    socket.write('hello');
    expect(String(await once(socket, 'data'))).toBe('hello');
    socket.end();
    await once(socket, 'close');
  });

  test('that is closed to others says so for all its instances, and still answers its user', async () => {
    setPipeAccess(path, ['S-1-5-32-545']);
    const first = openPipe(path);
    const second = openPipe(path);
    const access = /^O:.*D:P?(?:AI)?.*\(A;;FA;;;BA\).*\(A;;0x12019b;;;BU\)$/;
    expect(first.access()).toMatch(access);
    expect(second.access()).toMatch(access);
    first.close();
    second.close();
  });

  test('that is not there is not found', () => {
    const number = (open: () => unknown): number | undefined => {
      try {
        open();
      } catch (error) {
        return windowsNumber(error);
      }
      return undefined;
    };
    expect(number(() => openPipe(`${path}-none`))).toBe(WIN32.fileNotFound);
  });
});

windows('accounts', () => {
  test('are found by name, and those that are not there are not', () => {
    expect(sidOfAccount('BUILTIN\\Administrators')).toBe('S-1-5-32-544');
    expect(sidOfAccount('no-such-account-here')).toBeUndefined();
  });
});
