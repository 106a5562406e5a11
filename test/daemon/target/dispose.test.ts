// How objects that the daemon made come to their end.
import { dispose } from '../../../daemon/target/dispose';

test('an object ends by the first that it has of asyncDispose, dispose and close()', async () => {
  const ended: string[] = [];
  const close = (): void => void ended.push('close');
  const sync = { close, [Symbol.dispose]: () => void ended.push('dispose') };
  await dispose({ close });
  await dispose(sync);
  await dispose({ ...sync, [Symbol.asyncDispose]: async () => void ended.push('asyncDispose') });
  await dispose({});
  expect(ended).toEqual(['close', 'dispose', 'asyncDispose']);
});

test('a close that takes arguments is a method of the instrument, and left alone', async () => {
  await dispose({
    close: (shutter: string) => {
      throw new Error(`closed ${shutter}`);
    },
  });
});
