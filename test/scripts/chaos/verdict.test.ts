// The verdict of chaos: what it takes for a broken promise, and what it lets pass. It is a module of its own, run as one.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Something about the daemon `pid`. */
interface Moment {
  readonly pid: number;
  readonly at: number;
}

interface Given {
  readonly journal?: readonly string[];
  readonly records?: readonly object[];
  readonly hung?: readonly object[];
  readonly kills?: readonly Moment[];
  readonly sessions?: readonly (readonly [string, readonly Moment[]])[];
}

const VERDICT = pathToFileURL(join(__dirname, '../../../scripts/chaos/verdict.mjs')).href;

/** What is broken in it. */
function judge({ journal = [], records = [], hung = [], kills = [], sessions = [] }: Given): string[] {
  const script = `
    const { judge } = await import(${JSON.stringify(VERDICT)});
    const [journal, records, hung, kills, sessions] = JSON.parse(process.argv[1]);
    console.log(JSON.stringify(judge(journal, records, hung, kills, new Map(sessions)).broken));`;
  const given = JSON.stringify([journal.join('\n'), records, hung, kills, sessions]);
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script, given], {
    encoding: 'utf8',
  });
  return JSON.parse(output) as string[];
}

const ran = (target: string, token: string): string[] => [
  `begin ${target} ${token}`,
  `end ${target} ${token}`,
];
const told = (token: string, more: object = {}): object => ({
  token,
  target: 'motor',
  kind: 'plain',
  outcome: 'value',
  since: 100,
  until: 200,
  ...more,
});
const killed: Given['kills'] = [{ pid: 1, at: 150 }];
/** A client that has had a session with the daemon that was killed, and then one with the next. */
const renewed: Given['sessions'] = [
  [
    '0',
    [
      { pid: 1, at: 0 },
      { pid: 2, at: 200 },
    ],
  ],
];
const unknown = { outcome: 'OUTCOME_UNKNOWN', ran: 'maybe' };

test('what ran once, in order, and was told so breaks nothing', () => {
  const journal = ['start', ...ran('motor', '0:1'), ...ran('motor', '0:3'), ...ran('motor', '1:1')];
  const late = told('0:4', { kind: 'hurried', outcome: 'TIMEOUT', ran: 'no' });
  expect(judge({ journal, records: [told('0:1'), told('0:3'), told('1:1'), late] })).toEqual([]);
});

test.each<[string, RegExp, Given]>([
  [
    'a call that ran twice',
    /^doubled: motor 0:1 /,
    { journal: [...ran('motor', '0:1'), ...ran('motor', '0:1')], records: [told('0:1')] },
  ],
  ['a call that came to no outcome', /^hung: motor 0:1/, { hung: [told('0:1')] }],
  [
    'two at once',
    /^2 at once: motor 0:1 and 0:2/,
    {
      journal: ['begin motor 0:1', ...ran('motor', '0:2'), 'end motor 0:1'],
      records: [told('0:1'), told('0:2')],
    },
  ],
  [
    'five at once where four may',
    /^5 at once: meter/,
    {
      journal: [1, 2, 3, 4, 5]
        .map((n) => `begin meter 0:${n}`)
        .concat([1, 2, 3, 4, 5].map((n) => `end meter 0:${n}`)),
      records: [1, 2, 3, 4, 5].map((n) => told(`0:${n}`, { target: 'meter' })),
    },
  ],
  [
    'another order than that of the calls',
    /^out of order: motor 0:2, then 0:1/,
    { journal: [...ran('motor', '0:2'), ...ran('motor', '0:1')], records: [told('0:1'), told('0:2')] },
  ],
  ['what ran and nobody tells of', /^of nobody: motor 0:1/, { journal: ran('motor', '0:1') }],
  ['an answer to what did not run', /^an answer to a call that did not run/, { records: [told('0:1')] }],
  [
    'a false no',
    /^it ran, and is said not to have/,
    {
      journal: ran('motor', '0:1'),
      records: [told('0:1', { outcome: 'TIMEOUT', ran: 'no', kind: 'hurried' })],
    },
  ],
  [
    'a false yes',
    /^it is said to have run, and did not/,
    { records: [told('0:1', { outcome: 'TIMEOUT', ran: 'yes', kind: 'hurried' })] },
  ],
  ['a call that is lost though no daemon died', /^lost/, { records: [told('0:1', unknown)] }],
  [
    'an idempotent call that was not made again',
    /^an idempotent call was not made again/,
    { records: [told('0:1', { ...unknown, target: 'meter' })], kills: killed, sessions: renewed },
  ],
  [
    'a stream that lost its items',
    /^5 items/,
    { records: [told('0:1', { target: 'numbers', fault: '5 items, 0 lost, of 6' })] },
  ],
  [
    'a call unresolved that no kill explains',
    /^unresolved without a kill/,
    {
      records: [told('0:1', unknown)],
      kills: killed,
      sessions: [
        [
          '0',
          [
            { pid: 2, at: 90 },
            { pid: 2, at: 200 },
          ],
        ],
      ],
    },
  ],
  [
    'a call unresolved long after its client knew',
    /^unresolved without a kill/,
    { records: [told('0:1', { ...unknown, until: 5000 })], kills: killed, sessions: renewed },
  ],
])('%s is noticed', (_what, message, given) => {
  expect(judge(given)).toContainEqual(expect.stringMatching(message));
});

test('a call that was in flight when the daemon was killed may be unresolved, once its client knows', () => {
  const given = { records: [told('0:1', unknown)], kills: killed, sessions: renewed };
  expect(judge(given)).toEqual([]);
});
