// The fuzz of scripts/fuzz in its short form: spoilt frames and handshakes beside a client that keeps all rules.
import { OS } from '../../src/os';
import { endProofs, prove } from './support/proof';

const linux = OS === 'linux' ? test : test.skip; // It counts what /proc shows.

interface Verdict {
  readonly seed: string;
  readonly seen: { readonly attack: { readonly frames: number; readonly welcomed: number } };
  readonly broken: readonly unknown[];
}

afterEach(endProofs);

linux(
  'thousands of spoilt frames harm neither the daemon nor the client beside them',
  async () => {
    const { code, verdict } = await prove<Verdict>('fuzz/fuzz.mjs');
    // The seed stands beside what broke, so that it can be done again.
    expect({ seed: verdict.seed, broken: verdict.broken }).toEqual({ seed: verdict.seed, broken: [] });
    expect(verdict.seen.attack.frames).toBeGreaterThanOrEqual(8000);
    expect(verdict.seen.attack.welcomed).toBeGreaterThan(100);
    expect(code).toBe(0);
  },
  60_000,
);
