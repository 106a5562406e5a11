// Chaos in its short form: a proxy that cuts, swallows and half-closes, a daemon that is killed; what ran, and what was said of it.
import { canKeepHot } from '../../src/latency/hot-loop';
import { OS } from '../../src/os';
import { endProofs, prove } from './support/proof';

interface Verdict {
  readonly summary: {
    readonly calls: number;
    readonly resumed: number;
    readonly renewed: number;
    readonly kills: number;
    readonly unresolved: number;
    readonly inFlightAtKills: number;
    readonly overLane?: number;
  };
  readonly broken: readonly string[];
}

const posix = OS === 'windows' ? describe.skip : describe; // The proxy stands between Unix domain sockets.

posix('chaos', () => {
  afterEach(endProofs);

  test('no call is lost, doubled or told untruly, however its socket is treated', async () => {
    const { code, verdict } = await prove<Verdict>('chaos/chaos.mjs', '--seed', '7');
    expect(verdict.broken).toEqual([]);
    expect(verdict.summary.calls).toBeGreaterThanOrEqual(1500);
    expect(verdict.summary.resumed).toBeGreaterThan(0);
    expect(code).toBe(0);
  }, 120_000);

  test('a daemon that is killed leaves no more calls unresolved than were in flight, and none runs twice', async () => {
    const { code, verdict } = await prove<Verdict>('chaos/chaos.mjs', '--seed', '8', '--kill');
    expect(verdict.broken).toEqual([]);
    expect(verdict.summary.kills).toBeGreaterThanOrEqual(3);
    expect(verdict.summary.renewed).toBeGreaterThan(0);
    expect(verdict.summary.unresolved).toBeLessThanOrEqual(verdict.summary.inFlightAtKills);
    expect(code).toBe(0);
  }, 120_000);

  const lanes = OS === 'linux' && canKeepHot() ? test : test.skip;

  lanes(
    'over a lane, too: with sockets that are cut, and with a daemon that is killed',
    async () => {
      for (const more of [[], ['--kill']]) {
        const { code, verdict } = await prove<Verdict>(
          'chaos/chaos.mjs',
          '--seed',
          '9',
          '--latency',
          'lane',
          ...more,
        );
        expect(verdict.broken).toEqual([]);
        expect(verdict.summary.overLane).toBeGreaterThan(100);
        expect(verdict.summary.resumed).toBeGreaterThan(0);
        expect(code).toBe(0);
      }
    },
    240_000,
  );

  test('the verdict notices a move that was made twice', async () => {
    const { code, verdict } = await prove<Verdict>('chaos/chaos.mjs', '--faults', 'none', '--broken');
    expect(verdict.broken[0]).toMatch(/^doubled: motor /);
    expect(code).toBe(1);
  }, 120_000);
});
