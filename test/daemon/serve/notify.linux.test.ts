// What systemd is told, and what is taken out of the environment for it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MESSAGES, statusLine, takeNotify, type Notify } from '../../../daemon/serve/notify.linux';
import { OS } from '../../../src/os';
import { receiveDatagrams } from '../../support/unix-sockets';

const linux = OS === 'linux' ? describe : describe.skip;

linux('what systemd hands over', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'samebox-notify-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  test.each(['file', 'abstract'])('messages reach a socket in the %s name space', async (kind) => {
    const path = kind === 'file' ? join(folder, 'notify') : `@samebox-test-${process.pid}`;
    const receiver = receiveDatagrams(path);
    const { sender } = takeNotify({ NOTIFY_SOCKET: path }, 1) as Notify;
    sender.send(MESSAGES.ready('2 targets ready; 0 clients'));
    expect(await receiver.next()).toBe('READY=1\nSTATUS=2 targets ready; 0 clients');
    sender.send(MESSAGES.alive);
    expect(await receiver.next()).toBe('WATCHDOG=1');
    receiver.close();
  });

  test('a socket that is gone is an error with its code', () => {
    const { sender } = takeNotify({ NOTIFY_SOCKET: join(folder, 'gone') }, 1) as Notify;
    expect(() => sender.send('READY=1')).toThrow(expect.objectContaining({ code: 'ENOENT' }) as Error);
  });

  test('the variables are gone afterwards: a child process has nothing to say', () => {
    const env = { NOTIFY_SOCKET: '/run/n', WATCHDOG_USEC: '6000000', WATCHDOG_PID: '7', HOME: '/' };
    expect(takeNotify(env, 7)).toMatchObject({ watchdog: 6000 });
    expect(env).toEqual({ HOME: '/' });
    expect(takeNotify(env, 7)).toBeUndefined();
  });

  test.each([
    ['another process', { WATCHDOG_USEC: '6000000', WATCHDOG_PID: '8' }],
    ['nobody', {}],
    ['no time', { WATCHDOG_USEC: '0' }],
    ['nonsense', { WATCHDOG_USEC: 'soon' }],
  ])('a watchdog for %s is none for this one', (_, variables) => {
    expect(takeNotify({ NOTIFY_SOCKET: '/run/n', ...variables }, 7)).toMatchObject({ watchdog: undefined });
  });
});

test('a daemon is told in a line: what is ready, what opens, what failed, who is there', () => {
  const target = (name: string, state: string): never => ({ name, state }) as never;
  expect(statusLine({ targets: [target('$daemon', 'ready')], sessions: [] })).toBe(
    '0 targets ready; 0 clients',
  );
  const targets = [
    target('pm', 'ready'),
    target('stage', 'opening'),
    target('cam', 'failed'),
    target('adc', 'failed'),
  ];
  expect(statusLine({ targets, sessions: [{}] as never })).toBe(
    '1 target ready; opening: stage; failed: cam, adc; 1 client',
  );
});
