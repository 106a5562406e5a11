import { LentCopy, Loan, NO_LOAN, type Lent } from '../../../src/handoff/loan';
import { keep, release } from '../../../src/values/ownership';

function lent(log: string[], name = 'it'): Lent {
  return {
    length: 10,
    keep: () => void log.push(`keep ${name}`),
    end: () => void log.push(`end ${name}`),
    release: () => void log.push(`release ${name}`),
  };
}

test('a loan ends once, all of it', () => {
  const log: string[] = [];
  const loan = new Loan();
  loan.add(lent(log, 'a'));
  loan.add(lent(log, 'b'));
  loan.end();
  loan.end();
  loan.keep();
  expect(log).toEqual(['end a', 'end b']);
});

test('a loan that somebody took does not end with its frame', () => {
  const log: string[] = [];
  const loan = new Loan();
  loan.add(lent(log));
  loan.take().endUnlessTaken();
  expect(log).toEqual([]);
  loan.end();
  expect(log).toEqual(['end it']);
});

test('a loan that nobody took ends with its frame', () => {
  const log: string[] = [];
  const loan = new Loan();
  loan.add(lent(log));
  loan.endUnlessTaken();
  expect(log).toEqual(['end it']);
});

test('a loan that is kept does not end any more', () => {
  const log: string[] = [];
  const loan = new Loan();
  loan.add(lent(log));
  loan.keep();
  loan.end();
  expect(log).toEqual(['keep it']);
});

test('the loan of frames without large arrays can be ended by all of them', () => {
  NO_LOAN.end();
  NO_LOAN.take().keep();
  NO_LOAN.endUnlessTaken();
});

describe('a large array that came through the socket', () => {
  const make = (): { loan: Loan; bytes: Uint8Array } => {
    const bytes = new Uint8Array(100_000).fill(7);
    const loan = new Loan();
    loan.add(LentCopy.of(bytes));
    return { loan, bytes };
  };

  test('is detached when its loan ends', () => {
    const { loan, bytes } = make();
    loan.end();
    expect(bytes.length).toBe(0);
    expect(() => keep(bytes)).toThrow(/keep/);
  });

  test('stays if it is kept, until it is released', () => {
    const { loan, bytes } = make();
    keep(bytes.subarray(5));
    loan.end();
    expect(bytes.length).toBe(100_000);
    release(bytes);
    expect(bytes.length).toBe(0);
  });

  test('may be released before its loan ends', () => {
    const { loan, bytes } = make();
    release(bytes);
    expect(bytes.length).toBe(0);
    loan.end();
  });
});
