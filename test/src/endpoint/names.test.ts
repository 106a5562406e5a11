import { candidatesForConnecting, isEndpointName, resolveForListening } from '../../../src/endpoint';
import type { Surroundings } from '../../../src/endpoint';
import { IS_WINDOWS } from '../../../src/os';

const posix = IS_WINDOWS ? test.skip : test; // The working directory is one of POSIX.

const linux: Surroundings = { os: 'linux', env: { XDG_RUNTIME_DIR: '/xdg' }, uid: 1000, user: 'ann' };
const windows: Surroundings = { os: 'windows', env: { LOCALAPPDATA: 'C:\\Local' }, uid: -1, user: 'Ann Bé' };

function paths(nameOrPath: string, where: Surroundings): string[] {
  return candidatesForConnecting(nameOrPath, where).map(({ path }) => path);
}

describe('names on POSIX', () => {
  test('a name is looked for in the session, the login, /tmp and last the system', () => {
    expect(paths('lab', linux)).toEqual([
      '/xdg/samebox/lab.sock',
      '/run/user/1000/samebox/lab.sock',
      '/tmp/samebox-1000/lab.sock',
      '/run/samebox/lab.sock',
    ]);
  });

  test('without XDG_RUNTIME_DIR, as in a cron job, the places are the same but for that one', () => {
    const login = { ...linux, env: { XDG_RUNTIME_DIR: '/run/user/1000' } };
    expect(paths('lab', { ...linux, env: {} })).toEqual(paths('lab', login));
    expect(paths('lab', { ...linux, env: { XDG_RUNTIME_DIR: 'relative' } })).toEqual(paths('lab', login));
  });

  test('SAMEBOX_RUNTIME_DIR stands in place of all others', () => {
    expect(paths('lab', { ...linux, env: { ...linux.env, SAMEBOX_RUNTIME_DIR: '/odd' } })).toEqual([
      '/odd/lab.sock',
    ]);
  });

  posix('whatever has a slash is a path, and is taken as it is', () => {
    expect(paths('/srv/x.sock', linux)).toEqual(['/srv/x.sock']);
    expect(paths('./x.sock', linux)).toEqual([`${process.cwd()}/x.sock`]);
  });

  test.each(['', '.hidden', '-e', 'a b', 'lab\n', 'é', 'a'.repeat(65), '..'])('%j is no name', (text) => {
    expect(isEndpointName(text)).toBe(false);
    expect(() => candidatesForConnecting(text, linux)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error,
    );
  });

  test('a name goes up to 64 letters, digits, dots, dashes and underscores', () => {
    for (const name of ['a', '9', 'lab-2.room_3', 'a'.repeat(64)]) expect(isEndpointName(name)).toBe(true);
  });
});

describe('too long paths', () => {
  test('107 bytes fit on Linux, 103 on macOS; one more is an error that says length, limit and what to do', () => {
    const path = (bytes: number): string => `/${'x'.repeat(bytes - 1)}`;
    const darwin = { ...linux, os: 'darwin' as const };
    expect(paths(path(107), linux)).toEqual([path(107)]);
    expect(paths(path(103), darwin)).toEqual([path(103)]);
    expect(() => paths(path(108), linux)).toThrow(
      /has 108 bytes; this system takes at most 107.*SAMEBOX_RUNTIME_DIR/,
    );
    expect(() => paths(path(104), darwin)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        details: { path: path(104), length: 104, limit: 103 },
      }) as Error,
    );
  });

  test('bytes count, not letters', () => {
    expect(() => paths(`/${'é'.repeat(54)}`, linux)).toThrow(/has 109 bytes/);
  });

  test('a runtime directory that is too long is passed over, unless there is no other', () => {
    const long = `/${'x'.repeat(100)}`;
    expect(paths('lab', { ...linux, env: { XDG_RUNTIME_DIR: long } })).toHaveLength(3);
    expect(() => paths('lab', { ...linux, env: { SAMEBOX_RUNTIME_DIR: long } })).toThrow(/has 110 bytes/);
  });

  test('a zero byte in a path is refused: it would end the path, or make the socket nameless', () => {
    expect(() => paths('/tmp/a\0b', linux)).toThrow(/zero byte/);
  });
});

describe('names on Windows', () => {
  test('a name is a pipe with the user in it, and a lock file in the user’s own folder; or else the service’s', () => {
    expect(candidatesForConnecting('lab', windows)).toEqual([
      {
        label: 'lab',
        name: 'lab',
        path: '\\\\.\\pipe\\samebox-Ann%20B%e9-lab',
        lockPath: 'C:\\Local\\samebox\\lab.lock',
        pipe: 'own',
      },
      {
        label: 'lab',
        name: 'lab',
        path: '\\\\.\\pipe\\samebox\\lab',
        lockPath: 'C:\\ProgramData\\samebox\\lab\\lab.lock',
        pipe: 'service',
      },
    ]);
  });

  test('a daemon listens at its user’s pipe, and a service at the machine’s', () => {
    const [own, service] = paths('lab', windows);
    expect(resolveForListening('lab', windows).path).toBe(own);
    const asService = { ...windows, service: 'D:\\lab' };
    expect(resolveForListening('lab', asService)).toMatchObject({
      path: service,
      lockPath: 'D:\\lab\\lab.lock',
    });
    expect(resolveForListening('//./pipe/x', asService).path).toBe('\\\\.\\pipe\\x');
  });

  test('a pipe is given with backslashes or slashes', () => {
    expect(paths('\\\\.\\pipe\\x', windows)).toEqual(['\\\\.\\pipe\\x']);
    expect(paths('//./pipe/x', windows)).toEqual(['\\\\.\\pipe\\x']);
    expect(() => paths('C:\\x', windows)).toThrow(/a path begins with \\\\\.\\pipe\\/);
  });

  test('the pipe of a name, given in full and in another case, has the lock of that name', () => {
    const [byName] = candidatesForConnecting('lab', windows);
    const [byPath] = candidatesForConnecting('//./PIPE/SAMEBOX-ann%20B%e9-lab', windows);
    expect(byPath?.lockPath).toBe(byName?.lockPath);
  });

  test('no user and name make the pipe of another user and name', () => {
    const pipe = (user: string, name: string): string[] => paths(name, { ...windows, user });
    expect(pipe('a-b', 'c')).not.toEqual(pipe('a', 'b-c'));
  });

  test('with SAMEBOX_RUNTIME_DIR the pipes are others, and the lock files are there', () => {
    const env = { ...windows.env, SAMEBOX_RUNTIME_DIR: 'D:\\odd' };
    const [endpoint] = candidatesForConnecting('lab', { ...windows, env });
    expect(endpoint?.path).not.toEqual(paths('lab', windows)[0]);
    expect(endpoint?.lockPath).toBe('D:\\odd\\lab.lock');
    expect(paths('lab', { ...windows, env })).toHaveLength(1);
  });
});
