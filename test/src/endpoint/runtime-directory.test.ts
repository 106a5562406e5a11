import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  candidatesForConnecting,
  checkEndpoint,
  ensurePrivateDirectory,
  here,
  resolveForListening,
  runningDaemons,
  type Surroundings,
} from '../../../src/endpoint';
import { IS_WINDOWS } from '../../../src/os';

const posix = IS_WINDOWS ? describe.skip : describe;
/** Only root can give a directory away; others make believe that they are somebody else. */
const IS_ROOT = process.geteuid?.() === 0;
const STRANGER = (process.geteuid?.() ?? 0) + 1;

posix('runtime directories', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'samebox-dir-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const at = (env: Surroundings['env'], more: Partial<Surroundings> = {}): Surroundings => ({
    ...here(),
    env,
    ...more,
  });
  const mode = (path: string): number => lstatSync(path).mode & 0o777;
  const denied = (message: RegExp): Error =>
    expect.objectContaining({ code: 'DENIED', message: expect.stringMatching(message) as string }) as Error;

  test('a missing directory is made with mode 0700', () => {
    const path = join(folder, 'samebox');
    ensurePrivateDirectory(path);
    expect(mode(path)).toBe(0o700);
    ensurePrivateDirectory(path);
  });

  test('an own directory that others may enter is closed to them', () => {
    const path = join(folder, 'samebox');
    mkdirSync(path);
    chmodSync(path, 0o777);
    ensurePrivateDirectory(path);
    expect(mode(path)).toBe(0o700);
  });

  test('a directory that belongs to someone else is refused by daemon and client, naming the owner', () => {
    const path = join(folder, 'samebox');
    mkdirSync(path, { mode: 0o700 });
    const uid = IS_ROOT ? 0 : STRANGER;
    if (IS_ROOT) chownSync(path, STRANGER, STRANGER);
    const where = at({ SAMEBOX_RUNTIME_DIR: path }, { uid });
    const message = /^The directory .*samebox belongs to .+, not to .+\. Have .+ or root remove it/;
    expect(() => resolveForListening('lab', where)).toThrow(denied(message));
    const [candidate] = candidatesForConnecting('lab', where);
    expect(() => checkEndpoint(candidate as never, where)).toThrow(denied(message));
  });

  test('a directory that is a link is refused by daemon and client, even if it leads to an own one', () => {
    const path = join(folder, 'samebox');
    mkdirSync(join(folder, 'own'), { mode: 0o700 });
    symlinkSync(join(folder, 'own'), path);
    const where = at({ SAMEBOX_RUNTIME_DIR: path });
    expect(() => resolveForListening('lab', where)).toThrow(denied(/samebox is a link \(made by .+\)/));
    const [candidate] = candidatesForConnecting('lab', where);
    expect(() => checkEndpoint(candidate as never, where)).toThrow(denied(/is a link/));
  });

  test('a file in place of the directory is refused', () => {
    writeFileSync(join(folder, 'samebox'), '');
    expect(() => ensurePrivateDirectory(join(folder, 'samebox'))).toThrow(denied(/is not a directory/));
  });

  test('a client does not talk to sockets in a directory that others may write', () => {
    const path = join(folder, 'samebox');
    mkdirSync(path);
    chmodSync(path, 0o770);
    const where = at({ SAMEBOX_RUNTIME_DIR: path });
    const [candidate] = candidatesForConnecting('lab', where);
    expect(() => checkEndpoint(candidate as never, where)).toThrow(denied(/chmod 700/));
  });

  test('a client takes a missing directory for one in which no daemon is', () => {
    const where = at({ SAMEBOX_RUNTIME_DIR: join(folder, 'missing') });
    expect(() => checkEndpoint(candidatesForConnecting('lab', where)[0] as never, where)).not.toThrow();
  });

  test('a daemon listens in its session’s directory and knows the other places of its name', () => {
    const endpoint = resolveForListening('lab', at({ XDG_RUNTIME_DIR: folder }));
    expect(endpoint.path).toBe(join(folder, 'samebox', 'lab.sock'));
    expect(endpoint.lockPath).toBe(join(folder, 'samebox', 'lab.sock.lock'));
    expect(endpoint.elsewhere).toContain(`/tmp/samebox-${String(here().uid)}/lab.sock`);
    expect(mode(join(folder, 'samebox'))).toBe(0o700);
  });

  test('a session directory of somebody else, as sudo hands it on, does not count', () => {
    // A uid that can have neither a login nor a directory here, so that nothing of the machine's is touched.
    const where = at({ XDG_RUNTIME_DIR: folder }, { uid: 3_999_999_999 });
    expect(() => resolveForListening('lab', where)).toThrow(denied(/\/tmp\/samebox-3999999999/));
    rmSync('/tmp/samebox-3999999999', { recursive: true, force: true });
    expect(existsSync(join(folder, 'samebox'))).toBe(false);
  });

  test('the directory that systemd made counts if names are looked for there', () => {
    const own = join(folder, 'samebox');
    const told = at({ XDG_RUNTIME_DIR: folder, RUNTIME_DIRECTORY: `/run/other:${own}` });
    expect(resolveForListening('lab', told).path).toBe(join(own, 'lab.sock'));
    const strange = at({ XDG_RUNTIME_DIR: folder, RUNTIME_DIRECTORY: '/run/other' });
    expect(resolveForListening('lab', strange).path).toBe(join(own, 'lab.sock'));
  });

  test('a path in a directory that does not exist, or where anybody may replace files, is refused', () => {
    expect(() => resolveForListening(join(folder, 'missing', 'x.sock'))).toThrow(
      /There is no directory .*missing/,
    );
    chmodSync(folder, 0o777);
    expect(() => resolveForListening(join(folder, 'x.sock'))).toThrow(denied(/Any user may replace files/));
    chmodSync(folder, 0o1777);
    expect(resolveForListening(join(folder, 'x.sock')).path).toBe(join(folder, 'x.sock'));
  });

  test('running daemons are the sockets that accept a connection; dead ones and other files are passed over', async () => {
    const where = at({ SAMEBOX_RUNTIME_DIR: folder });
    const servers: Server[] = [];
    for (const name of ['beta', 'alpha', 'dead']) {
      const server = createServer((socket) => socket.destroy()).listen(join(folder, `${name}.sock.made`));
      await once(server, 'listening');
      servers.push(server);
    }

    for (const name of ['beta', 'alpha', 'dead'])
      linkSync(join(folder, `${name}.sock.made`), join(folder, `${name}.sock`));
    servers[2]?.close();
    writeFileSync(join(folder, 'file.sock'), '');
    writeFileSync(join(folder, 'alpha.sock.lock'), '1');
    expect(await runningDaemons(where)).toEqual([
      { name: 'alpha', path: join(folder, 'alpha.sock') },
      { name: 'beta', path: join(folder, 'beta.sock') },
    ]);
    for (const server of servers) server.close();
    expect(await runningDaemons(at({ SAMEBOX_RUNTIME_DIR: join(folder, 'missing') }))).toEqual([]);
  });
});
