import fc from 'fast-check';
import { ByteWriter } from '../../src/cbor/byte-writer';
import { encodeValue } from '../../src/cbor/encode';
import { SameboxError } from '../../src/errors';
import { KIND, type Head } from '../../src/frames';
import { greeting, PROTOCOL_VERSION, readHello, readWelcome } from '../../src/handshake';
import { NO_LOAN } from '../../src/handoff/loan';
import { DEFAULT_LIMITS } from '../../src/limits';
import type { CompleteFrame } from '../../src/peer/arrivals';
import { anyValue } from '../support/values';

const PEER = { name: 'scan', pid: 4711, language: 'python', version: '0.1.0' };
const HELLO = greeting(PEER, DEFAULT_LIMITS, { proof: 'memfd:4711:23' });
const WELCOME = {
  ...HELLO,
  session: { id: 3, resumed: false, window: 60_000, seen: 0, held: [] },
  methods: { 'stage.moveTo': { timeout: 60_000 } },
};

function frame(kind: Head[0], value: unknown): CompleteFrame {
  const writer = new ByteWriter();
  encodeValue(writer, value);
  return {
    head: [kind, 0, 0] as unknown as Head,
    body: Buffer.concat(writer.take()),
    attachments: [],
    loan: NO_LOAN,
  };
}
const hello = (changes: object): CompleteFrame => frame(KIND.hello, { ...HELLO, ...changes });
const failing = (code: string): Error => expect.objectContaining({ code }) as Error;

test('a hello and a welcome are read as they were sent', () => {
  expect(readHello(frame(KIND.hello, HELLO))).toEqual({ ...HELLO, session: {} });
  expect(readWelcome(frame(KIND.welcome, WELCOME))).toEqual(WELCOME);
});

test('the least hello is a version', () => {
  expect(readHello(frame(KIND.hello, { protocol: [1, 7] }))).toEqual({
    protocol: [1, 7],
    session: {},
    features: [],
    limits: {
      frameBytes: 64 * 2 ** 20,
      headBytes: 16384,
      attachments: 1024,
      segmentBytes: 2 ** 31,
      segments: 256,
    },
    handoff: {},
    peer: { name: 'unknown', pid: 0, language: 'unknown', version: 'unknown' },
  });
});

test('another major version is INCOMPATIBLE, and both versions are named', () => {
  for (const protocol of [
    [2, 0],
    [0, 9],
    [NaN, NaN],
    [-1, 0],
  ])
    expect(() => readHello(hello({ protocol }))).toThrow(failing('INCOMPATIBLE'));
  try {
    readHello(hello({ protocol: [2, 1] }));
  } catch (error) {
    expect((error as SameboxError).details).toEqual({ theirs: '2.1', ours: PROTOCOL_VERSION.join('.') });
  }
});

const bad: [string, () => CompleteFrame][] = [
  ['no map', () => frame(KIND.hello, 5)],
  ['null', () => frame(KIND.hello, null)],
  ['an array', () => frame(KIND.hello, [1, 0])],
  ['nothing', () => ({ head: [KIND.hello, 0, 0], body: Buffer.alloc(0), attachments: [], loan: NO_LOAN })],
  [
    'bytes that are no CBOR',
    () => ({ head: [KIND.hello, 0, 0], body: Buffer.from('ffff', 'hex'), attachments: [], loan: NO_LOAN }),
  ],
  ['no version', () => hello({ protocol: undefined })],
  ['a version that is a text', () => hello({ protocol: '1.0' })],
  ['half a version', () => hello({ protocol: [1] })],
  ['a limit that is too small', () => hello({ limits: { frameBytes: 1000 } })],
  ['a limit that is no number', () => hello({ limits: { headBytes: 'many' } })],
  ['a limit of NaN', () => hello({ limits: { attachments: NaN } })],
  ['another kind', () => frame(KIND.ping, HELLO)],
];
test.each(bad)('a hello with %s is a violation', (_name, make) => {
  expect(() => readHello(make())).toThrow(failing('PROTOCOL'));
});

test('anything in the place of a hello or a welcome is read, or a SameboxError', () => {
  const keys = ['protocol', 'features', 'limits', 'peer', 'handoff', 'session', 'methods'];
  const changes = fc.array(fc.tuple(fc.constantFrom(...keys), anyValue), { maxLength: 3 });
  const withParts = changes.map((parts) => ({ ...WELCOME, ...Object.fromEntries(parts) }));
  fc.assert(
    fc.property(fc.oneof(anyValue, withParts), (value) => {
      for (const read of [
        () => readHello(frame(KIND.hello, value)),
        () => readWelcome(frame(KIND.welcome, value)),
      ]) {
        try {
          const { peer, limits, handoff } = read();
          expect(typeof peer.name).toBe('string');
          expect(Number.isSafeInteger(peer.pid) && peer.pid >= 0).toBe(true);
          expect(limits.frameBytes).toBeLessThan(2 ** 32);
          expect(['string', 'undefined']).toContain(typeof handoff.proof);
        } catch (error) {
          expect(error).toBeInstanceOf(SameboxError);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('what a side says of itself can be shown and sent on', () => {
  const name = `${'x'.repeat(199)}😀\u001b[2J`;
  const { peer } = readHello(hello({ peer: { name, pid: 1.5, language: '\u001b]0;py\u0007' } }));
  expect(peer).toEqual({ name: `${'x'.repeat(199)}\ufffd`, pid: 0, language: ' ]0;py ', version: 'unknown' });
  expect(() => frame(KIND.hello, peer)).not.toThrow();
});

test('a proof that is no text is none', () => {
  for (const handoff of [null, 5, [], { proof: 5 }, { proof: new Uint8Array(3) }, 'memfd:1:2'])
    expect(readHello(hello({ handoff })).handoff).toEqual({});
  expect(readHello(hello({ handoff: { proof: '', more: 1 } })).handoff).toEqual({ proof: '' });
});

test('declarations of methods that make no sense are not taken', () => {
  const methods = {
    'a.b': { timeout: 'soon', idempotent: 1 },
    'c.d': null,
    'e.f': { timeout: -1, idempotent: true },
  };
  expect(readWelcome(frame(KIND.welcome, { ...WELCOME, methods })).methods).toEqual({
    'a.b': {},
    'c.d': {},
    'e.f': { idempotent: true },
  });
});

test('a welcome needs a session', () => {
  expect(() => readWelcome(frame(KIND.welcome, HELLO))).toThrow(failing('PROTOCOL'));
  expect(() => readWelcome(frame(KIND.hello, WELCOME))).toThrow(failing('PROTOCOL'));
});
