import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ByteWriter } from '../../src/cbor/byte-writer';
import { decodeValue } from '../../src/cbor/decode';
import {
  attachmentsOf,
  EncodedBody,
  FrameDecoder,
  KIND,
  NO_ATTACHMENTS,
  writeFrame,
  type AttachmentRef,
  type Head,
  type Placer,
  type TransferRef,
} from '../../src/frames';
import { DEFAULT_LIMITS } from '../../src/limits';
import { helloDigest, Secret } from '../../src/secret';
import { EXPECTED, VECTOR_SECRET, type ExpectedFrame } from './expected-frames';

const FOLDER = join(__dirname, '../vectors');
const names = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.hex'))
  .map((name) => name.slice(0, -4));

/** The bytes of a file: `#` begins a comment, white space means nothing. */
function bytesOf(name: string): Buffer {
  const text = readFileSync(join(FOLDER, `${name}.hex`), 'utf8')
    .replace(/#.*$/gm, '')
    .replace(/\s/g, '');
  expect(text).toMatch(/^([0-9a-f]{2})+$/);
  return Buffer.from(text, 'hex');
}

interface Seen {
  head: Head;
  body: Buffer;
  inline: readonly Uint8Array[];
}

function decode(bytes: Buffer): Seen[] {
  const seen: Seen[] = [];
  let target = new Uint8Array(0);
  const decoder = new FrameDecoder(DEFAULT_LIMITS, {
    onFrame: (head, body, inline) => seen.push({ head, body: Buffer.from(body), inline }),
    chunkTarget: (_head, length) => (target = new Uint8Array(length)),
    onChunk: (head) => seen.push({ head, body: Buffer.from(target), inline: [] }),
  });
  decoder.push(bytes);
  return seen;
}

/** The attachments of a frame, those that stand inline and those that lie elsewhere, in the order of the list. */
function attachments({ head, inline }: Seen, { elsewhere = [] }: ExpectedFrame): Uint8Array[] {
  const [here, there] = [[...inline], [...elsewhere]];
  return attachmentsOf(head)
    .slice(1)
    .map((ref) => (typeof ref === 'number' ? here : there).shift() as Uint8Array);
}

/** The same frame, written anew. */
function encode({ head, body, raw }: ExpectedFrame): Buffer {
  const writer = new ByteWriter();
  const bare = (attachmentsOf(head).length > 0 ? [...head.slice(0, -1), NO_ATTACHMENTS] : head) as Head;
  const content =
    raw !== undefined
      ? EncodedBody.of(Buffer.from(raw), [])
      : body !== undefined
        ? { value: body, root: 'body' }
        : undefined;
  const refs = attachmentsOf(head).slice(1);
  let ref: AttachmentRef | undefined;
  const placer: Placer = {
    refer: () => ((ref = refs.shift()) && typeof ref === 'object' && ref.length === 4 ? ref : undefined),
    place: () => ref as TransferRef,
    before: () => [],
  };
  writeFrame(writer, bare, content, DEFAULT_LIMITS, placer);
  return Buffer.concat(writer.take());
}

test('there is a vector of every kind, and every vector says what it holds', () => {
  expect([...names].sort()).toEqual(Object.keys(EXPECTED).sort());
  const kinds = new Set(Object.values(EXPECTED).map(({ head }) => head[0]));
  expect([...kinds].sort((a, b) => a - b)).toEqual(Object.values(KIND));
});

test.each(Object.keys(EXPECTED))('%s.hex is read as what it holds', (name) => {
  const expected = EXPECTED[name] as ExpectedFrame;
  const frames = decode(bytesOf(name));
  expect(frames).toHaveLength(1);
  const frame = frames[0] as Seen;
  expect(frame.head).toEqual(expected.head);
  if (expected.raw !== undefined) expect(new Uint8Array(frame.body)).toEqual(expected.raw);
  else if (!('body' in expected)) expect(frame.body).toHaveLength(0);
  else expect(decodeValue(frame.body, attachments(frame, expected))).toStrictEqual(expected.body);
});

test.each(Object.keys(EXPECTED))('%s.hex is written as it stands', (name) => {
  expect(encode(EXPECTED[name] as ExpectedFrame).toString('hex')).toBe(bytesOf(name).toString('hex'));
});

test('the proofs of a secret in the vectors are those that the code makes of the frames before them', () => {
  const bodyOf = (name: string): Buffer => (decode(bytesOf(name))[0] as Seen).body;
  const valueOf = (name: string): { nonce: Uint8Array; proof: Uint8Array } =>
    decodeValue(bodyOf(name)) as { nonce: Uint8Array; proof: Uint8Array };
  const exchange = {
    daemonNonce: valueOf('challenge').nonce,
    clientNonce: valueOf('challenge-answered').nonce,
    hello: helloDigest(bodyOf('hello-with-secret')),
  };
  const secret = new Secret(Buffer.from(VECTOR_SECRET));
  expect(secret.proves('client', exchange, valueOf('challenge-answered').proof)).toBe(true);
  expect(secret.proves('daemon', exchange, valueOf('challenge-proved').proof)).toBe(true);
});
