// What is tried with arrays beyond their contract: moving their memory away, releasing them while they are encoded.
import { release } from '../../../src/values/ownership';
import type { Client } from '../../../client/client';
import { House } from '../daemon/house';

const LENGTH = 2 * 1024 * 1024;

let house: House;
let client: Client;
beforeEach(async () => {
  house = new House();
  const camera = {
    snap: (fill: number) => new Uint8Array(LENGTH).fill(fill),
    take: (array: Uint8Array) => array.length,
  };
  await house.daemon({ cam: camera });
  client = await house.client();
});
afterEach(() => house.close());

test('structuredClone copies a result or throws, also one in memory that has served before, and never moves it', async () => {
  for (let fill = 1; fill <= 4; fill++) {
    const result = (await client.call('cam', 'snap', [fill])) as Uint8Array;
    try {
      const clone = structuredClone(result, { transfer: [result.buffer as ArrayBuffer] });
      expect(clone[LENGTH - 1]).toBe(fill);
    } catch (error) {
      expect((error as Error).name).toBe('DataCloneError');
    }
    expect([result.length, result[0]]).toEqual([LENGTH, fill]);
    release(result);
    expect(result.length).toBe(0);
  }
});

test('a getter that releases an array of the same arguments fails its call, and no other', async () => {
  const array = client.alloc([LENGTH], 'uint8');
  const args = [
    array,
    {
      get late() {
        array.release();
        return 1;
      },
    },
  ];
  const other = client.call('cam', 'take', [new Uint8Array(LENGTH)]);
  await expect(client.call('cam', 'take', args)).rejects.toMatchObject({ code: 'UNENCODABLE', ran: 'no' });
  expect(await other).toBe(LENGTH);
  expect(client.state).toBe('connected');
});

test('arrays of more than 4 GiB in one message are refused before anything is sent', async () => {
  const array = client.alloc([64 * LENGTH], 'uint8');
  const parts = Array.from({ length: 40 }, () => array.data.subarray(1));
  await expect(client.call('cam', 'take', [parts])).rejects.toMatchObject({ code: 'TOO_LARGE', ran: 'no' });
  expect(await client.call('cam', 'take', [array.data.subarray(1)])).toBe(64 * LENGTH - 1);
});
