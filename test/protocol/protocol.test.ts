import * as tags from '../../src/cbor/tags';
import { ByteWriter, encodeValue } from '../../src/cbor';
import { CATALOGUE } from '../../src/errors';
import { CANCEL_REASON, CHANNEL, FLAG, HEAD_FIELDS, KIND, POLICY } from '../../src/frames';
import { PROTOCOL_VERSION, readHello } from '../../src/handshake';
import * as limits from '../../src/limits';
import { VERDICT_MS } from '../../src/peer/caller';
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

  test('the least values are what a greeting is held to', () => {
    const withLeast = rows.filter(({ least }) => least !== '');
    expect(withLeast.map(({ limit }) => limit)).toEqual(['frameBytes', 'headBytes', 'attachments']);
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
  return { head: [KIND.hello, 0, 0], body: Buffer.concat(writer.take()), attachments: [] };
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
