// The error catalogue: every code, whether its call may have run, whether a retry is safe, what to do next.

/** Whether a failed call ran: it did not, it did (at least in part), or nobody can know. */
export type Ran = 'no' | 'yes' | 'maybe';

/** One row of the catalogue. */
export interface ErrorKind {
  /** What happened, as a sentence. */
  readonly means: string;
  /** The values that `ran` can have with this code. */
  readonly ran: readonly Ran[];
  /** Whether the same call may be made again without a second effect: always, only when `ran` is `'no'`, or never by itself. */
  readonly retry: 'safe' | 'if-not-run' | 'no';
  /** What the person does next. */
  readonly next: string;
}

const NO = ['no'] as const;
const YES = ['yes'] as const;
const NO_YES = ['no', 'yes'] as const;
const ANY = ['no', 'yes', 'maybe'] as const;

/** Every code that a `SameboxError` can have. Codes are API; messages are not. */
export const CATALOGUE = {
  UNREACHABLE: {
    means: 'No daemon answers at the endpoint.',
    ran: NO,
    retry: 'safe',
    next: 'Start the daemon (`samebox serve`), or check the endpoint: the error lists what was tried.',
  },
  CONNECTION_LOST: {
    means: 'The connection broke while the call was pending.',
    ran: ['no', 'maybe'],
    retry: 'if-not-run',
    next: 'Look at the instrument before calling again, or declare the method idempotent.',
  },
  OUTCOME_UNKNOWN: {
    means: 'The daemon that had the call is gone, or no longer holds its result.',
    ran: ['yes', 'maybe'],
    retry: 'no',
    next: 'Look at the instrument: the call may have taken effect.',
  },
  TIMEOUT: {
    means: 'The deadline passed.',
    ran: ANY,
    retry: 'if-not-run',
    next: 'Give the call a longer `timeout`, or see in `samebox status` what it waited for.',
  },
  CANCELLED: {
    means: 'The caller gave the call up, or its client was closed.',
    ran: ANY,
    retry: 'if-not-run',
    next: 'Nothing, if you cancelled it.',
  },
  BUSY: {
    means: 'A queue or a table is full.',
    ran: NO,
    retry: 'safe',
    next: 'Call less often, wait for answers, or raise the limit that the error names.',
  },
  LEASED: {
    means: 'Another session holds the target and the call asked not to wait; or a lease was lost.',
    ran: NO_YES,
    retry: 'if-not-run',
    next: 'Wait, or ask the holder that the error names; take the lease again.',
  },
  DRAINING: {
    means: 'The daemon is shutting down: it takes no new calls, and ends those that run too long.',
    ran: NO_YES,
    retry: 'if-not-run',
    next: 'Wait for the next daemon; a client with `retry` on does so by itself.',
  },
  NO_TARGET: {
    means: 'There is no such target, or it could not be opened.',
    ran: NO,
    retry: 'safe',
    next: 'See `samebox list`; for a failed target, mend what its reason says and call again.',
  },
  NO_METHOD: {
    means: 'The target has no such method, property or stream.',
    ran: NO,
    retry: 'no',
    next: 'See `samebox methods TARGET`.',
  },
  INVALID_ARGUMENT: {
    means: 'An argument does not fit.',
    ran: NO_YES,
    retry: 'no',
    next: 'Correct the argument that the error names.',
  },
  UNENCODABLE: {
    means: 'A value cannot cross: it is not in the table of values.',
    ran: NO_YES,
    retry: 'no',
    next: 'Turn the value at the path that the error names into plain data.',
  },
  TOO_LARGE: {
    means: 'A payload is over a limit.',
    ran: NO_YES,
    retry: 'no',
    next: 'Send less at once, or raise the limit that the error names.',
  },
  NO_SPACE: {
    means: 'Shared memory or disk is full.',
    ran: NO_YES,
    retry: 'if-not-run',
    next: 'Free space where the error says.',
  },
  DENIED: {
    means: 'This user may not do this.',
    ran: NO,
    retry: 'no',
    next: 'Ask the owner of the daemon, or use the right account.',
  },
  PROTOCOL: {
    means: 'The other side broke the protocol.',
    ran: ['no', 'maybe'],
    retry: 'if-not-run',
    next: 'Check that both ends are samebox of matching versions; report it if they are.',
  },
  INCOMPATIBLE: {
    means: 'The two ends have no protocol version in common.',
    ran: NO,
    retry: 'no',
    next: 'Update the older side; the error names both versions.',
  },
  METHOD_FAILED: {
    means: 'The target itself threw; `cause` is what it threw.',
    ran: YES,
    retry: 'no',
    next: 'Read the message: it comes from the instrument or its driver.',
  },
  INTERNAL: {
    means: 'A fault in samebox.',
    ran: ANY,
    retry: 'no',
    next: 'Report it with the stack.',
  },
} as const satisfies Record<string, ErrorKind>;

/** A code of the catalogue. */
export type ErrorCode = keyof typeof CATALOGUE;

/** All codes, in the order of the catalogue. */
export const ERROR_CODES = Object.keys(CATALOGUE) as ErrorCode[];

/** Whether `code` stands in the catalogue. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(CATALOGUE, code);
}
