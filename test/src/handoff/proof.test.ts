import { KIND } from '../../../src/frames';
import { SameboxError } from '../../../src/errors';
import { ConnectionHandoff, HANDOFF } from '../../../src/handoff/connection-handoff';
import { DEFAULT_LIMITS } from '../../../src/limits';
import type { OwnSegment, SegmentMaker } from '../../../src/segments/memory';
import { openSegment } from '../../../src/segments/segment-ways';
import { realMaker, realPool } from '../../support/real-segments';

const PROTOCOL = expect.objectContaining({ code: 'PROTOCOL', constructor: SameboxError }) as Error;
const FEATURES = [HANDOFF];

interface Side {
  readonly handoff: ConnectionHandoff;
  /** Bodies of the proofs that it sent. */
  readonly proofs: Record<string, unknown>[];
  /** The small segments that it made. */
  readonly offers: OwnSegment[];
}

const sides: Side[] = [];
afterEach(() => {
  for (const { handoff } of sides.splice(0)) handoff.end();
});

function side(maker: SegmentMaker | { readonly unavailable: string } = realMaker(), pid = process.pid): Side {
  const proofs: Side['proofs'] = [];
  const offers: OwnSegment[] = [];
  const noting: typeof maker =
    'unavailable' in maker
      ? maker
      : {
          way: maker.way,
          create: (bytes) => {
            const segment = maker.create(bytes) as OwnSegment;
            offers.push(segment);
            return segment;
          },
        };
  const { pool } = realPool();
  const handoff = new ConnectionHandoff({
    maker: noting,
    pool,
    pid,
    limits: DEFAULT_LIMITS,
    trusted: true,
    open: openSegment,
    peerLimits: () => DEFAULT_LIMITS,
    send: () => undefined,
    answer: (head, body) => {
      expect(head).toEqual([KIND.proof, 0, 0]);
      proofs.push(body.value as Record<string, unknown>);
    },
  });
  const made = { handoff, proofs, offers };
  sides.push(made);
  return made;
}

/** Whether it can still be opened. */
const stands = (segment: OwnSegment | undefined): boolean => {
  try {
    const opened = openSegment(segment?.grant ?? '', { bytes: 64, trusted: true, writes: 'both' });
    if ('view' in opened) opened.unmap();
    return true;
  } catch {
    return false;
  }
};

test('each side reads the number of the other, and that switches the other side’s direction on', () => {
  const [here, there] = [side(), side()];
  here.handoff.greeted(FEATURES, there.handoff.greeting);
  there.handoff.greeted(FEATURES, here.handoff.greeting);
  expect([here.handoff.lender.agreed, there.handoff.lender.agreed]).toEqual([false, false]);
  expect(stands(here.offers[0])).toBe(true);
  here.handoff.onProof(there.proofs[0] as object);
  expect([here.handoff.lender.agreed, there.handoff.lender.agreed]).toEqual([true, false]);
  there.handoff.onProof(here.proofs[0] as object);
  expect(here.proofs[0]?.['nonce']).toHaveLength(16);
  expect([here.proofs.length, there.handoff.lender.agreed]).toEqual([1, true]);
  expect([stands(here.offers[0]), stands(there.offers[0])]).toEqual([false, false]);
  const { out, in: incoming } = here.handoff.status();
  expect([out.way, incoming.way, out.reason, incoming.reason]).toEqual([
    realMaker().way,
    realMaker().way,
    undefined,
    undefined,
  ]);
});

test('no two connections have the same number', () => {
  const [one, other, reader] = [side(), side(), side()];
  for (const { handoff } of [one, other]) reader.handoff.greeted(FEATURES, handoff.greeting);
  expect(reader.proofs[0]).not.toEqual(reader.proofs[1]);
  expect(() => one.handoff.onProof(reader.proofs[1] as object)).toThrow(PROTOCOL);
});

test.each<[string, unknown]>([
  ['another number', new Uint8Array(16)],
  ['a short one', new Uint8Array(15)],
  ['a long one', new Uint8Array(17)],
  ['a text', 'x'.repeat(16)],
  ['null', null],
  ['an array', new Array(16).fill(0)],
  ['other elements', new Uint16Array(16)],
])('a proof with %s is a violation, and switches nothing on', (_what, nonce) => {
  const { handoff } = side();
  expect(() => handoff.onProof({ nonce })).toThrow(PROTOCOL);
  expect(handoff.lender.agreed).toBe(false);
});

test.each<[string, object, string]>([
  ['a reason', { reason: 'another machine' }, 'another machine'],
  ['nothing', {}, 'refused by the other side'],
  ['a reason that is no text', { reason: 5 }, 'refused by the other side'],
])('a proof with %s leaves it all to the socket, and the offer goes', (_what, proof, reason) => {
  const { handoff, offers } = side();
  handoff.onProof(proof);
  expect(handoff.status().out).toMatchObject({ way: 'inline', reason });
  expect([handoff.lender.agreed, stands(offers[0])]).toEqual([false, false]);
});

test('a side that does not know handoff is sent nothing, and its direction is off as well', () => {
  const { handoff, proofs, offers } = side();
  handoff.greeted([], {});
  expect([proofs, handoff.lender.agreed, stands(offers[0])]).toEqual([[], false, false]);
  expect(handoff.status().in).toMatchObject({ way: 'inline', reason: 'the other side does not know it' });
});

test.each<[string, string | undefined, RegExp]>([
  ['none', undefined, /no proof was offered/],
  ['nonsense', 'nonsense', /names no way/],
  ['nothing that can be opened', 'memfd:1:999999', /./],
])('what offers %s is answered with the reason, and may grant nothing', (_what, proof, reason) => {
  const { handoff, proofs } = side();
  handoff.greeted(FEATURES, proof === undefined ? {} : { proof });
  expect(proofs).toEqual([{ reason: expect.stringMatching(reason) as string }]);
  expect(handoff.status().in).toMatchObject({ way: 'inline', reason: expect.any(String) as string });
  expect(() => handoff.onGrant([KIND.grant, 1, 0, 100, 'memfd:1:1'])).toThrow(PROTOCOL);
});

test('nothing may be granted before the greeting, either', () => {
  const { handoff } = side();
  expect(() => handoff.onGrant([KIND.grant, 1, 0, 100, 'memfd:1:1'])).toThrow(PROTOCOL);
});

test('a side that makes no segments says why, and reads none', () => {
  const here = side({ unavailable: 'switched off' });
  const there = side();
  expect(here.handoff.greeting).toEqual({});
  here.handoff.greeted(FEATURES, there.handoff.greeting);
  expect(here.proofs).toEqual([{ reason: 'switched off' }]);
  here.handoff.onProof({ nonce: new Uint8Array(16) }); // of nothing that it offered
  expect(here.handoff.lender.agreed).toBe(false);
  expect(here.handoff.status().out).toMatchObject({ way: 'inline', reason: 'switched off' });
});

test('a side that can not make its offer goes without, in that direction only', () => {
  const full: SegmentMaker = {
    way: 'memfd',
    create: () => {
      throw new SameboxError('NO_SPACE', 'full');
    },
  };
  const [here, there] = [side(full), side()];
  expect(here.handoff.greeting).toEqual({});
  here.handoff.greeted(FEATURES, there.handoff.greeting);
  there.handoff.onProof(here.proofs[0] as object);
  expect(here.handoff.status().out).toMatchObject({ way: 'inline', reason: 'full' });
  expect(there.handoff.lender.agreed).toBe(true);
});

test('an offer of another process than the one at the other end is refused', () => {
  const [here, there] = [side(realMaker(), process.pid + 1), side()];
  here.handoff.greeted(FEATURES, there.handoff.greeting);
  const refused = there.handoff.greeting.proof?.startsWith('file:') === false; // The kernel knows a file's user only.
  expect('reason' in (here.proofs[0] as object)).toBe(refused);
});

test('an offer that is no proof’s segment is not read', () => {
  const segment = realMaker().create(128) as OwnSegment;
  const { handoff, proofs } = side();
  handoff.greeted(FEATURES, { proof: segment.grant });
  expect(proofs[0]).not.toHaveProperty('nonce');
  segment.remove();
});

test('the offer goes with its connection', () => {
  const { handoff, offers } = side();
  handoff.end();
  handoff.end();
  expect(stands(offers[0])).toBe(false);
});
