// Clients that grant rubbish, or cut what they have granted: the daemon ends what it has with them, and serves the others.
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ByteWriter } from '../../../src/cbor/byte-writer';
import { KIND, writeFrame, type Head } from '../../../src/frames';
import { Offer } from '../../../src/handoff/offer';
import { DEFAULT_LIMITS } from '../../../src/limits';
import { OS } from '../../../src/os';
import type { OwnSegment, SegmentMaker } from '../../../src/segments/memory';
import { segmentMaker } from '../../../src/segments/segment-ways';
import { referring } from '../../support/placers';
import { House } from '../daemon/house';
import { frame, hello, RawClient } from '../session/raw-client';
import { KiB, MiB, patterned, same, WAYS } from './support';

const target = {
  digest: (bytes: Uint8Array): number => bytes.length,
  echo: (value: unknown): unknown => value,
};

let house: House;
beforeEach(async () => {
  house = new House();
  await house.daemon({ it: target });
});
afterEach(() => house.close());

async function others(): Promise<void> {
  const client = await house.client();
  const bytes = patterned(2 * MiB, 1);
  expect(same((await client.call('it', 'echo', [bytes])) as Uint8Array, bytes)).toBe(true);
}

/** A call whose only argument lies where `ref` says. */
function callWith(id: number, ref: readonly [number, number, number, number]): Buffer {
  const writer = new ByteWriter(256);
  const head: Head = [KIND.call, id, 0, 'it', 'digest', 5000, 0, 0, 64, []];
  const body = { value: [new Uint8Array(ref[3])], root: 'args' };
  writeFrame(writer, head, body, DEFAULT_LIMITS, referring([ref]));
  return Buffer.concat(writer.take());
}

test.each([
  'memfd:1:0',
  'memfd:1:999',
  `memfd:${process.pid}:0`,
  'memfd:-1:x',
  'file:/etc/passwd',
  'file:/dev/zero',
  'file:../../x',
  'file:',
  '',
  'x'.repeat(10_000),
  'file:/tmp/\u0000',
])('a proof that leads elsewhere (%.30s) is answered with a reason, and all goes on', async (proof) => {
  const raw = await RawClient.connect(house.path);
  raw.write(hello({ features: ['handoff'], handoff: { proof } }));
  const { body } = await raw.frame(KIND.proof);
  expect(body).toMatchObject({ reason: expect.stringMatching(/./) });
  raw.write(callWith(1, [1, 1, 0, 8 * KiB]));
  expect(await raw.shownOut()).toMatchObject({ code: 'PROTOCOL' });
  await others();
});

test('a proof that is a pipe or a folder does not hang the daemon', async () => {
  const path = join(house.directory, 'plain');
  writeFileSync(path, 'no segment');
  for (const proof of [`file:${path}`, `file:${house.directory}`, `file:${house.path}`]) {
    const raw = await RawClient.connect(house.path);
    raw.write(hello({ features: ['handoff'], handoff: { proof } }));
    expect((await raw.frame(KIND.proof)).body).toMatchObject({ reason: expect.any(String) });
    raw.destroy();
  }
  await others();
});

const linux = OS === 'linux' ? describe : describe.skip;

linux.each(WAYS.filter((way) => way !== 'never'))('segments of a raw client (%s)', (way) => {
  let maker: SegmentMaker;
  let segment: OwnSegment;
  let offer: Offer;
  let raw: RawClient;

  beforeEach(async () => {
    maker = segmentMaker(way as 'memfd' | 'file') as SegmentMaker;
    segment = await maker.create(100 * KiB);
    segment.generation = 1;
    offer = Offer.make(maker);
    raw = await RawClient.connect(house.path);
    raw.write(hello({ features: ['handoff'], handoff: { proof: offer.grant } }));
    expect((await raw.frame(KIND.proof)).body).toHaveProperty('nonce');
  });
  afterEach(() => {
    raw.destroy();
    segment.remove();
    offer.remove();
  });

  const grant = (): Buffer => frame([KIND.grant, 1, 0, segment.bytes, segment.grant]);

  test('what is granted is read', async () => {
    raw.write(Buffer.concat([grant(), callWith(1, [1, 1, 0, 100 * KiB])]));
    expect((await raw.frame(KIND.result)).body).toBe(100 * KiB);
  });

  test.each([
    ['never granted', [2, 1, 0, 8 * KiB]],
    ['outside', [1, 1, 96 * KiB, 8 * KiB]],
    ['far outside', [1, 1, 2 ** 40, 8 * KiB]],
    ['of another generation', [1, 7, 0, 8 * KiB]],
  ] as const)('a reference that is %s is a violation', async (_, ref) => {
    raw.write(Buffer.concat([grant(), callWith(1, ref)]));
    expect(await raw.shownOut()).toMatchObject({ code: 'PROTOCOL' });
    await others();
  });

  test('a grant of more than there is reads nothing of it', async () => {
    raw.write(frame([KIND.grant, 1, 0, MiB, segment.grant]));
    raw.write(callWith(1, [1, 1, 200 * KiB, 100 * KiB]));
    expect(await raw.shownOut()).toMatchObject({ code: 'PROTOCOL' });
    await others();
  });

  test('a segment that is cut after it was granted kills nobody', async () => {
    raw.write(Buffer.concat([grant(), callWith(1, [1, 1, 0, 8 * KiB])]));
    await raw.frame(KIND.result);
    const [, ...rest] = segment.grant.split(':');
    const path = way === 'file' ? rest.join(':') : `/proc/${rest[0]}/fd/${rest[1]}`;
    const cut = (): void => truncateSync(path, 0);
    if (way === 'memfd') expect(cut).toThrow(/EPERM/);
    else cut();
    raw.write(callWith(2, [1, 1, 0, 100 * KiB]));
    if (way === 'memfd') await raw.frame(KIND.result);
    else expect(await raw.shownOut()).toMatchObject({ code: 'PROTOCOL' });
    await others();
  });
});
