// A lender and a borrower joined back to back, over real shared memory; what passes between them waits until it is delivered.
import { KIND, type GrantHead, type ReleaseHead, type SegmentRef } from '../../../../src/frames';
import { Borrower, type BorrowerOptions } from '../../../../src/handoff/borrower';
import { Lender } from '../../../../src/handoff/lender';
import { Loan } from '../../../../src/handoff/loan';
import { DEFAULT_LIMITS } from '../../../../src/limits';
import type { SegmentPool } from '../../../../src/segments/segment-pool';
import { openSegment } from '../../../../src/segments/segment-ways';

type Passing = GrantHead | ReleaseHead;

export interface Lending {
  readonly lender: Lender;
  readonly borrower: Borrower;
  /** What the lender has sent, and the borrower: all that ever was. */
  readonly sent: { readonly out: Passing[]; readonly back: Passing[] };
  /** Lets what was sent arrive, in either direction. */
  settle(): void;
  /** The connection is lost: what is on its way never arrives. */
  lose(): void;
}

export interface LendingOptions {
  readonly pool: SegmentPool;
  readonly open?: BorrowerOptions['open'];
  readonly limits?: BorrowerOptions['limits'];
  readonly trusted?: boolean;
}

/** A lender whose other side has proved that it can read segments. */
export function lending({
  pool,
  open = openSegment,
  limits = DEFAULT_LIMITS,
  trusted = true,
}: LendingOptions): Lending {
  const sent = { out: [] as Passing[], back: [] as Passing[] };
  const way = { out: [] as Passing[], back: [] as Passing[] };
  const send =
    (direction: 'out' | 'back') =>
    (head: Passing): void => {
      sent[direction].push(head);
      way[direction].push(head);
    };
  const lender = new Lender({ pool, peerLimits: () => limits, send: send('out') });
  lender.refusal = undefined;
  const borrower = new Borrower({ limits, open, trusted, pid: process.pid, send: send('back') });
  return {
    lender,
    borrower,
    sent,
    settle: () => {
      while (way.out.length + way.back.length > 0) {
        for (const head of way.out.splice(0))
          if (head[0] === KIND.grant) borrower.onGrant(head);
          else borrower.onWithdraw(head);
        for (const head of way.back.splice(0)) lender.onRelease(head as ReleaseHead);
      }
    },
    lose: () => {
      way.out.length = way.back.length = 0;
      lender.end();
      borrower.end();
    },
  };
}

/** One array that came, and the loan that it came with. */
export interface Delivered {
  readonly bytes: Uint8Array;
  readonly loan: Loan;
}

/** What a reference gives that is mapped. */
export function deliver(borrower: Borrower, ref: SegmentRef): Delivered {
  const loan = new Loan();
  const bytes = borrower.borrow(ref, loan);
  if (!ArrayBuffer.isView(bytes)) throw new Error('that is no view');
  return { bytes, loan };
}

/** A reference, or the test fails. */
export function some(ref: SegmentRef | undefined): SegmentRef {
  if (ref === undefined) throw new Error('no reference');
  return ref;
}
