// The load of scripts/load in its short form: many clients, some busy, some that misbehave.
import { OS } from '../../src/os';
import { endProofs, prove } from './support/proof';

const linux = OS === 'linux' ? test : test.skip; // It counts what /proc shows.

afterEach(endProofs);

linux(
  'three hundred clients are served alike, beside one that never reads and one that sends a byte a second',
  async () => {
    const { code, verdict } = await prove<{ seen: { sessions: number }; broken: unknown[] }>('load/load.mjs');
    expect(verdict.broken).toEqual([]);
    expect(verdict.seen.sessions).toBe(300);
    expect(code).toBe(0);
  },
  60_000,
);
