// How a shared stream ends when its source does: for all readers, and not for those that come later.
import type { IncomingStream } from '../../../client';
import { shared } from '../../../daemon/shared/shared-stream';
import { House, rejection } from '../daemon/house';
import { gate, KiB, until } from './support';

let house: House;
beforeEach(() => (house = new House()));
afterEach(() => house.close());

async function lengths(stream: AsyncIterable<unknown>, seen: number[] = []): Promise<number[]> {
  for await (const item of stream) seen.push((item as Uint8Array).length);
  return seen;
}

test('a source that comes to its end ends the streams of all readers, and begins anew for the next', async () => {
  const stream = shared<Uint8Array>(async function* () {
    for (let length = 1; length < 4; length++) yield new Uint8Array(length * 100 * KiB);
  });
  await house.daemon({ it: { read: () => stream } });
  const client = await house.client();
  for (let round = 0; round < 2; round++)
    expect(await lengths(client.call('it', 'read'))).toEqual([100 * KiB, 200 * KiB, 300 * KiB]);
  expect(stream.readers).toBe(0);
});

test.each([
  ['throws', /the shutter is stuck/, 'METHOD_FAILED'],
  ['yields what can not cross', /item/, 'UNENCODABLE'],
  ['is no iterable', /./, 'METHOD_FAILED'],
] as const)(
  'a source that %s ends the streams of all readers, and begins anew for the next',
  async (how, text, code) => {
    const hold = gate();
    let begun = 0;
    async function* broken(): AsyncGenerator<unknown> {
      begun++;
      await hold.passed;
      yield new Uint8Array(100 * KiB);
      if (how === 'throws') throw new Error('the shutter is stuck');
      yield () => 0;
    }
    const stream = shared<unknown>(how === 'is no iterable' ? () => (begun++, 5 as never) : broken);
    await house.daemon({ it: { read: () => stream } });
    const clients = await Promise.all([1, 2, 3].map(() => house.client()));
    const streams = await Promise.all(
      clients.map((one) => one.call('it', 'read') as Promise<IncomingStream>),
    );
    await until(() => stream.readers === 3 || begun > 0);
    hold.open();
    for (const one of streams) {
      const seen: number[] = [];
      const error = await rejection(lengths(one, seen));
      expect(error).toMatchObject({ code, message: expect.stringMatching(text) });
      if (how !== 'is no iterable') expect(seen).toEqual([100 * KiB]);
    }
    expect(stream.readers).toBe(0);
    const before = begun;
    const again = (await house.client()).call('it', 'read');
    expect(await rejection(lengths(again))).toMatchObject({ code });
    expect(begun).toBeGreaterThan(before);
  },
);
