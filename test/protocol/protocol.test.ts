import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tags from '../../src/cbor/tags';
import { ByteWriter } from '../../src/cbor/byte-writer';
import { encodeValue } from '../../src/cbor/encode';
import { CATALOGUE } from '../../src/errors';
import { CANCEL_REASON, CHANNEL, FLAG, HEAD_FIELDS, KIND, POLICY } from '../../src/frames';
import { PROTOCOL_VERSION, readHello } from '../../src/handshake';
import { NO_LOAN } from '../../src/handoff/loan';
import { Offer } from '../../src/handoff/offer';
import { isRingSize } from '../../src/lane/lane';
import { REST, RING_CONTROL_BYTES, WORD } from '../../src/lane/ring';
import * as limits from '../../src/limits';
import { VERDICT_MS } from '../../src/peer/caller';
import { HeaderPage, TOKEN_BYTES } from '../../src/segments/header';
import { SEGMENT_HEADER_BYTES, type OwnSegment, type SegmentWay } from '../../src/segments/memory';
import { segmentMaker } from '../../src/segments/segment-ways';
import { ELEMENT_TYPES } from '../../src/values/dtypes';
import { numbers, table, TEXT } from './tables';

const KIND_COLUMNS = ['number', 'kind', 'fields after `kind, id, flags`', 'body', 'sent by'] as const;

test('PROTOCOL.md states the version that the code speaks, and its history ends with it', () => {
  expect(/^Protocol version: \*\*(.+)\*\*$/m.exec(TEXT)?.[1]).toBe(PROTOCOL_VERSION.join('.'));
  const versions = [...TEXT.split('## History')[1]!.matchAll(/^- \*\*(.+?)\*\*/gm)].map(
    ([, version]) => version,
  );
  expect(versions.at(-1)).toBe(PROTOCOL_VERSION.join('.'));
});

describe('frames', () => {
  const kinds = table(...KIND_COLUMNS);

  test('the kinds and their numbers are those of the code', () => {
    expect(numbers(kinds, 'kind', 'number')).toEqual(KIND);
  });

  test('every kind has the fields of the code, in their order', () => {
    for (const row of kinds) {
      const cell = row[KIND_COLUMNS[2]] as string;
      const fields = cell === '' ? [] : cell.split(', ').map((field) => field.split(': '));
      expect([row['kind'], fields]).toEqual([
        row['kind'],
        HEAD_FIELDS[row['kind'] as keyof typeof HEAD_FIELDS],
      ]);
    }
  });

  test('the flags and their bits are those of the code', () => {
    expect(numbers(table('kind', 'flag', 'bit', 'meaning'), 'flag', 'bit')).toEqual(FLAG);
  });

  test('the thresholds in the text are those of the code', () => {
    expect(TEXT).toContain(`at least ${limits.ATTACHMENT_THRESHOLD} bytes SHOULD leave the body`);
    expect(TEXT).toContain(`multiple of ${limits.ATTACHMENT_ALIGNMENT} bytes`);
    expect(TEXT).toMatch(
      new RegExp(
        `up to ${limits.INLINE_THRESHOLD} bytes of one attachment, and ${limits.INLINE_TOTAL} of all`,
      ),
    );
    expect(TEXT).toContain(`a chunk SHOULD have ${limits.CHUNK_BYTES} bytes`);
    expect(TEXT).toMatch(new RegExp(`keeps no more than ${limits.STREAM_KEEP} items`));
    expect(TEXT).toContain(`The caller waits ${VERDICT_MS} ms`);
  });
});

describe('segments', () => {
  test('the header has the layout of the code', () => {
    const token = Uint8Array.from({ length: TOKEN_BYTES }, (_, index) => 0xa0 + index);
    const header = { bytes: 0x0102030405, pid: 0x06070809, token, generation: 0x0a0b0c0d0e };
    const page = Buffer.alloc(SEGMENT_HEADER_BYTES, 0xee);
    page.fill(0, 28, 32);
    new HeaderPage(page.buffer).write(header);
    const holds: Readonly<Record<string, Uint8Array | bigint>> = {
      '`samebox` and a zero': Buffer.from('samebox\0'),
      'version of this layout: 1': 1n,
      'bytes of the header: 4096': 4096n,
      'bytes of data': BigInt(header.bytes),
      'process id of the owner, a label': BigInt(header.pid),
      zero: 0n,
      'random, one for every owner': token,
      'the present generation; written in one piece': BigInt(header.generation),
    };
    const rows = table('at', 'bytes', 'what');
    let end = 0;
    for (const { at, bytes, what } of rows) {
      expect([what, Number(at)]).toEqual([what, end]);
      end += Number(bytes);
      const found = page.subarray(Number(at), end);
      const held = holds[what as string];
      expect([what, typeof held === 'bigint' ? littleEndian(found) : new Uint8Array(found)]).toEqual([
        what,
        typeof held === 'bigint' ? held : new Uint8Array(held as Uint8Array),
      ]);
    }
    expect(rows.map(({ what }) => what)).toEqual(Object.keys(holds));
    expect(page.subarray(end).every((octet) => octet === 0xee)).toBe(true);
    expect(TEXT).toContain(`A segment has a header of ${SEGMENT_HEADER_BYTES} bytes`);
  });

  test('the ways are those of the code, and a grant made here has the form of its row', () => {
    const ways: Record<SegmentWay, true> = { memfd: true, file: true, mapping: true };
    const forms = table('way', 'how it is opened').map(({ way }) => (way as string).replaceAll('`', ''));
    expect(forms.map((form) => form.split(':')[0])).toEqual(Object.keys(ways));
    for (const [way, grant] of grantsMadeHere()) {
      const form = forms.find((one) => one.startsWith(`${way}:`)) as string;
      expect(grant).toMatch(new RegExp(`^${form.replace(/PID|FD/g, '\\d+').replace(/PATH|NAME/g, '.+')}$`));
    }
  });

  test('the control words of a ring, and its sizes, are those of the code', () => {
    const bytes = Object.fromEntries(Object.entries(WORD).map(([word, at]) => [word, 4 * at]));
    expect(numbers(table('at', 'word', 'written by', 'what'), 'word', 'at')).toEqual(bytes);
    expect(TEXT).toContain(`**A ring** is ${RING_CONTROL_BYTES} bytes of control words`);
    expect(TEXT).toContain(
      `how the reader rests: ${REST.awake} awake, ${REST.sleeps} sleeping, ${REST.blocks} blocked by this word`,
    );
    const [, least, most] = /a power of two from (\d+) to (\d+)/.exec(TEXT) ?? [];
    for (const [size, good] of [
      [Number(least), true],
      [Number(most), true],
      [Number(least) / 2, false],
      [Number(most) * 2, false],
      [Number(least) + 1, false],
    ] as const)
      expect([size, isRingSize(size)]).toEqual([size, good]);
  });

  test('a proof is as long as the text says', () => {
    const asked: number[] = [];
    const create = (bytes: number): OwnSegment => {
      asked.push(bytes);
      return {
        grant: '',
        view: (_at, length) => new ArrayBuffer((asked.push(length), length)),
      } as OwnSegment;
    };
    Offer.make({ way: 'memfd', create });
    expect(TEXT).toContain(
      `a small segment of ${asked[0]} bytes of data, of which the first ${asked[1]}\nare random`,
    );
  });
});

/** What this system's ways say of a segment of theirs. */
function grantsMadeHere(): [SegmentWay, string][] {
  const folder = mkdtempSync(join(tmpdir(), 'samebox-ways-'));
  const before = process.env.SAMEBOX_RUNTIME_DIR;
  process.env.SAMEBOX_RUNTIME_DIR = folder;
  try {
    return [segmentMaker(), segmentMaker('file')].map((maker) => {
      if ('unavailable' in maker) throw new Error(maker.unavailable);
      const segment = maker.create(1) as OwnSegment;
      segment.remove();
      return [maker.way, segment.grant];
    });
  } finally {
    if (before === undefined) delete process.env.SAMEBOX_RUNTIME_DIR;
    else process.env.SAMEBOX_RUNTIME_DIR = before;
    rmSync(folder, { recursive: true });
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, octet) => sum * 256n + BigInt(octet), 0n);
}

describe('values', () => {
  const cells = table('JavaScript', 'CBOR', 'arrives in JavaScript', 'in Python');

  test('the tags of the table are those that the code reads', () => {
    const cbor = cells.map((row) => row['CBOR']).join('; ');
    const inText = [...cbor.matchAll(/(?:tag|or) (\d+)/g)].map(([, tag]) => Number(tag));
    const inCode = [
      ...Object.values(tags),
      ...ELEMENT_TYPES.flatMap(({ tag, bigEndianTag }) => [tag, bigEndianTag]),
    ];
    const sorted = (list: number[]): number[] => [...new Set(list)].sort((a, b) => a - b);
    expect(sorted(inText)).toEqual(sorted(inCode));
  });

  test('every typed array has its row, with both tags and its dtype', () => {
    for (const { arrayName, dtype, tag, bigEndianTag } of ELEMENT_TYPES.filter((type) => type.tag !== 64)) {
      const row = cells.find((one) => one['JavaScript'] === arrayName);
      const cbor = tag === bigEndianTag ? `tag ${tag}` : `tag ${tag}, or ${bigEndianTag} big-endian`;
      expect(row?.['CBOR']?.replace(' over bytes', '')).toBe(cbor);
      expect(row?.['in Python']).toBe(`numpy ${dtype}`);
    }
  });

  test('the limits of a body are stated where bodies are described', () => {
    expect(TEXT).toContain(`nesting is at most ${limits.DEFAULT_LIMITS.depth} levels`);
    expect(TEXT).toContain(`at most ${limits.DEFAULT_LIMITS.items} items`);
  });
});

describe('calls and streams', () => {
  test('cancel reasons, policies and channels are those of the code', () => {
    expect(numbers(table('number', 'reason', 'meaning'), 'reason', 'number')).toEqual(CANCEL_REASON);
    expect(numbers(table('number', 'policy', 'when the consumer is slow'), 'policy', 'number')).toEqual(
      POLICY,
    );
    expect(numbers(table('number', 'channel', 'what'), 'channel', 'number')).toEqual(CHANNEL);
  });
});

test('the error codes, their meaning, `ran` and retry are those of the catalogue', () => {
  const rows = table('code', 'meaning', 'ran', 'retry');
  const inText = rows.map(({ code, meaning, ran, retry }) => [code, meaning, ran, retry]);
  const inCode = Object.entries(CATALOGUE).map(([code, { means, ran, retry }]) => [
    code,
    means,
    ran.join(', '),
    retry,
  ]);
  expect(inText).toEqual(inCode);
});

describe('limits', () => {
  const rows = table('limit', 'default', 'least', 'meaning');

  test('the defaults are those of the code', () => {
    expect(numbers(rows, 'limit', 'default')).toEqual(limits.DEFAULT_LIMITS);
  });

  test('each has the sentence that `samebox status --limits` shows', () => {
    const inText = rows.map(({ limit, meaning }) => [limit, meaning]);
    expect(inText).toEqual(Object.entries(limits.LIMIT_MEANINGS));
  });

  test('the least values are what a greeting is held to', () => {
    const withLeast = rows.filter(({ least }) => least !== '');
    expect(withLeast.map(({ limit }) => limit)).toEqual([
      'frameBytes',
      'headBytes',
      'attachments',
      'segmentBytes',
      'segments',
    ]);
    for (const { limit, least } of withLeast) {
      const hello = (value: number): unknown => readHello(greeting({ [limit as string]: value }));
      expect(hello(Number(least))).toMatchObject({ limits: { [limit as string]: Number(least) } });
      expect(() => hello(Number(least) - 1)).toThrow(expect.objectContaining({ code: 'PROTOCOL' }));
    }
  });
});

function greeting(stated: object): Parameters<typeof readHello>[0] {
  const writer = new ByteWriter();
  encodeValue(writer, { protocol: PROTOCOL_VERSION, limits: stated });
  return { head: [KIND.hello, 0, 0], body: Buffer.concat(writer.take()), attachments: [], loan: NO_LOAN };
}

test('the CDDL has a rule for every kind, with as many fields as the table', () => {
  const cddl = /```cddl\n([\s\S]*?)```/.exec(TEXT)?.[1] ?? '';
  for (const [name, number] of Object.entries(KIND)) {
    const rule = new RegExp(`^${name} *= \\[(${number}, [^\\]]*)\\]`, 'm').exec(cddl)?.[1];
    expect([name, rule?.split(',').length]).toEqual([
      name,
      3 + HEAD_FIELDS[name as keyof typeof HEAD_FIELDS].length + 1,
    ]);
  }
});
