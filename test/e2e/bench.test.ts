// The benchmark in its short form: every section comes to figures. How fast anything is decides nothing.
import { OS } from '../../src/os';
import { endProofs, prove } from './support/proof';

interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

interface Row {
  readonly name: string;
  readonly kind: string;
  readonly figures: Readonly<Record<string, Spread>>;
  readonly ratios: Readonly<Record<string, Spread>>;
}

interface Result {
  readonly results: readonly {
    readonly name: string;
    readonly placement: string;
    readonly mode?: string;
    readonly rows: readonly Row[];
  }[];
  readonly payloads: readonly {
    readonly name: string;
    readonly goals: readonly { readonly goal: string }[];
  }[];
  readonly goals: readonly { readonly goal: string; readonly measured: string }[];
}

const linux = OS === 'linux' ? describe : describe.skip; // Memory is what /proc shows.

const SECTIONS = [
  'roundTrip',
  'spaced',
  'pipelined',
  'clients',
  'object',
  'cpu',
  'idle',
  'payloads',
  'streams',
  'fanOut',
  'memory',
  'start',
  'commandLine',
];

linux('the benchmark, next to nothing of it', () => {
  afterEach(endProofs);

  test('every section gives figures above zero for samebox and for what it is compared with', async () => {
    const only = ['--contenders', 'echo,samebox', '--sections', [...SECTIONS, 'transfers'].join()];
    const { code, verdict } = await prove<Result>('bench/bench.mjs', '-', ...only);
    expect(code).toBe(0);
    const free = verdict.results.filter(({ placement }) => placement === 'free');
    expect(free.map(({ name }) => name)).toEqual(SECTIONS);
    for (const { name, mode, rows } of verdict.results) {
      expect([name, ['awake', 'asleep', 'mixed', undefined].includes(mode)]).toEqual([name, true]);
      expect([name, rows.some(({ kind }) => kind === 'samebox')]).toEqual([name, true]);
      for (const { name: contender, figures, ratios } of rows) {
        const all = [...Object.values(figures), ...Object.values(ratios)].flatMap((one) =>
          Object.values(one),
        );
        expect([name, contender, all.length > 0]).toEqual([name, contender, true]);
        expect([name, contender, all.filter((value) => !(value > 0 && value < Infinity))]).toEqual([
          name,
          contender,
          [],
        ]);
      }
    }
    expect(verdict.payloads.map(({ name }) => name)).toEqual(['transfers']);
    expect(verdict.goals.length).toBeGreaterThan(15);
  }, 180_000);
});
