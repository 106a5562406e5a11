// Arrivals without a connection, and the heads that come to them.
import { FLAG, KIND, type AttachmentList, type CallHead, type Head } from '../../../../src/frames';
import { SameboxError } from '../../../../src/errors';
import { Arrivals, type Borrow, type CompleteFrame } from '../../../../src/peer/arrivals';

export const LIMITS = { arrivingBytes: 1000, attachments: 4, heldBytes: 1000, heldFrames: 100 };
export const EMPTY = Buffer.alloc(0);

export const call = (id: number, target: string, attachments: AttachmentList = []): CallHead => [
  KIND.call,
  id,
  0,
  target,
  'm',
  null,
  0,
  0,
  0,
  attachments,
];
export const result = (id: number, attachments: AttachmentList = []): Head => [
  KIND.result,
  id,
  FLAG.yours,
  attachments,
];
export const item = (id: number, sequence: number, attachments: AttachmentList = []): Head => [
  KIND.item,
  id,
  FLAG.yours,
  0,
  sequence,
  attachments,
];
export const error = (id: number): Head => [KIND.error, id, FLAG.yours, 'CANCELLED', 'yes', []];
export const cancel = (id: number): Head => [KIND.cancel, id, 0, 0];

export interface ArrivalsRig {
  readonly arrivals: Arrivals;
  readonly delivered: CompleteFrame[];
  /** What ended the connection later. */
  readonly failures: unknown[];
  readonly ids: () => number[];
  readonly chunk: (transfer: number, offset: number, bytes: readonly number[]) => void;
}

const noHandoff: Borrow = () => {
  throw new SameboxError('PROTOCOL', 'handoff was not agreed');
};

/** Takes the loans of what is delivered: who looks at `delivered` finds it as it came. */
export function arrivalsRig(limits = LIMITS, borrow = noHandoff): ArrivalsRig {
  const delivered: CompleteFrame[] = [];
  const failures: unknown[] = [];
  const arrivals = new Arrivals(
    limits,
    (frame) => delivered.push({ ...frame, body: Buffer.from(frame.body), loan: frame.loan.take() }),
    borrow,
    (failure) => failures.push(failure),
  );
  return {
    arrivals,
    delivered,
    failures,
    ids: () => delivered.map(({ head }) => head[1]),
    chunk: (transfer, offset, bytes) => {
      arrivals.target(transfer, offset, bytes.length).set(bytes);
      arrivals.received(transfer, bytes.length, false);
    },
  };
}

export const violation = (code: string): Error =>
  expect.objectContaining({ code, constructor: SameboxError }) as Error;
