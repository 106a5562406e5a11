import { hasHungUp } from '../../../src/native/hung-up.unix';
import { IS_WINDOWS } from '../../../src/os';
import { closeSockets, socketPair, until } from '../peer/support/sockets';

afterEach(closeSockets);

const posix = IS_WINDOWS ? test.skip : test;

posix(
  'a socket whose other end is closed is known for it, though nothing of it is read, and what came stays there',
  async () => {
    const { connected, accepted } = await socketPair();
    connected.pause();
    expect([hasHungUp(connected), hasHungUp(accepted)]).toEqual([false, false]);
    accepted.write('last words');
    expect(hasHungUp(connected)).toBe(false);
    accepted.destroy();
    await until(() => hasHungUp(connected) === true);
    const came: string[] = [];
    connected.on('data', (piece: Buffer) => came.push(piece.toString()));
    connected.resume();
    await until(() => came.length > 0);
    expect(came.join('')).toBe('last words');
  },
);

posix('one that was closed here has no other end', async () => {
  const { connected } = await socketPair();
  connected.destroy();
  expect(hasHungUp(connected)).toBe(true);
});
