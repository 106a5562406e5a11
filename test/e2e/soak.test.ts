// The soaks of scripts/soak in their short form: clients come, go, are killed and give calls up.
import { OS } from '../../src/os';
import { endProofs, prove } from './support/proof';

const linux = OS === 'linux' ? describe : describe.skip; // The soaks count what /proc shows.

interface Verdict {
  readonly summary: { readonly payloads: number; readonly kills: number; readonly ways: readonly string[] };
  readonly broken: readonly unknown[];
}

linux('a short soak', () => {
  afterEach(endProofs);

  test('calls, streams and arrays while clients come and go: no answer is wrong, and nothing is left behind', async () => {
    const { code, verdict } = await prove<{ seen: { kills: number }; broken: unknown[] }>('soak/soak.mjs');
    expect(verdict.broken).toEqual([]);
    expect(verdict.seen.kills).toBeGreaterThan(0);
    expect(code).toBe(0);
  }, 60_000);

  test.each([
    ['auto', 'memfd', 1500],
    ['file', 'file', 600],
    ['never', 'inline', 600],
  ])(
    'clients are killed and calls given up at any moment (handoff %s): no content is wrong, and nothing is left behind',
    async (handoff, way, payloads) => {
      const options = [
        '--handoff',
        handoff,
        '--payloads',
        `${payloads}`,
        '--kill-every',
        '200',
        '--seed',
        '1',
      ];
      const { code, verdict } = await prove<Verdict>('soak/payloads.mjs', ...options);
      expect(verdict.broken).toEqual([]);
      expect(code).toBe(0);
      expect(verdict.summary.payloads).toBeGreaterThanOrEqual(payloads);
      expect(verdict.summary.kills).toBeGreaterThan(0);
      expect(verdict.summary.ways).toEqual([way]);
    },
    60_000,
  );
});
