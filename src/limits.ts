// Every limit, with a sentence each.

/**
 * What one end of a connection takes, and what a daemon takes in all. Hello and welcome carry to the other side those that
 * its frames must fit. `Infinity` is no limit.
 */
export interface Limits {
  /** Bytes of one frame, from its length field on. A body must fit; attachments don't count, they travel in chunks. */
  readonly frameBytes: number;
  /** Bytes of one head. */
  readonly headBytes: number;
  /** Levels of nesting in one body. */
  readonly depth: number;
  /** Items in one body: every value costs one, those that take more memory or time cost more (docs/PROTOCOL.md). */
  readonly items: number;
  /** Attachments of one frame. */
  readonly attachments: number;
  /** Bytes of attachments that one connection may have announced and not yet delivered. */
  readonly arrivingBytes: number;
  /** Bytes of bodies and inline attachments in the frames of one connection that wait for large attachments. */
  readonly heldBytes: number;
  /** Frames of one connection that wait for large attachments, their own or those of earlier ones, and these attachments. */
  readonly heldFrames: number;
  /** Bytes of arguments of one session's calls that have no answer yet; one call may go over it. */
  readonly argumentBytes: number;
  /** Calls of one session that have no answer yet. */
  readonly callsInFlight: number;
  /** Bytes written but not taken by the other side at which its frames are no longer read. */
  readonly pendingHighWater: number;
  /** Bytes written but not taken by the other side at which the connection is given up. */
  readonly pendingBytes: number;
  /** Bytes of the segments that one side of a session maps for the other, and makes for it. */
  readonly segmentBytes: number;
  /** The number of these segments. */
  readonly segments: number;
  /** Bytes of the segments that this process makes for all sessions together; never more than half of the machine's memory. */
  readonly sharedBytes: number;
  /** The number of these segments: each takes a descriptor. */
  readonly sharedSegments: number;
  /** Sessions of a daemon, connected or waiting for their clients. */
  readonly sessions: number;
  /** Connections of one user of a daemon, as the kernel names it; those whose user isn't known count as one user's. */
  readonly connectionsPerUser: number;
  /** Connections to a daemon that haven't said hello. At least 1. */
  readonly silentConnections: number;
  /** Calls that wait for one target, where it states no other number. */
  readonly maxQueue: number;
  /** Milliseconds that a session waits for its client after its socket was lost. */
  readonly resumeWindow: number;
  /** Answers kept of one session until they are acknowledged; the oldest go first. */
  readonly keptResults: number;
  /** Bytes of these answers. */
  readonly keptBytes: number;
  /** Bytes of such answers of all sessions together. */
  readonly keptTotalBytes: number;
  /** Milliseconds that the results of a named session without a client are kept. */
  readonly namedResultAge: number;
  /** Sessions of a daemon for which it keeps its event loop hot, at once. 0: none. */
  readonly lowLatencySessions: number;
  /** Percent of one core's time that this process spends looking for work, to answer at once. */
  readonly hotPercent: number;
}

/** The limits that a side states in its greeting: what the other side sends must fit them. */
export type StatedLimits = Pick<
  Limits,
  'frameBytes' | 'headBytes' | 'attachments' | 'segmentBytes' | 'segments'
>;

const KiB = 1024;
const MiB = 1024 * KiB;

/** What holds where nothing else is said. */
export const DEFAULT_LIMITS: Limits = {
  frameBytes: 64 * MiB,
  headBytes: 16 * KiB,
  depth: 64,
  items: 4 * MiB,
  attachments: 1024,
  arrivingBytes: 4096 * MiB,
  heldBytes: 256 * MiB,
  heldFrames: 16384,
  argumentBytes: 1024 * MiB,
  callsInFlight: 4096,
  pendingHighWater: 4 * MiB,
  pendingBytes: 256 * MiB,
  segmentBytes: 2048 * MiB,
  segments: 256,
  sharedBytes: 16384 * MiB,
  sharedSegments: 1024,
  sessions: 10_000,
  connectionsPerUser: 4096,
  silentConnections: 256,
  maxQueue: 1024,
  resumeWindow: 60_000,
  keptResults: 4096,
  keptBytes: 8 * MiB,
  keptTotalBytes: 256 * MiB,
  namedResultAge: 3_600_000,
  lowLatencySessions: 1,
  hotPercent: 100,
};

/** The least that each may be set to; 1 where none is stated. Below, chunks would not fit, or nothing would go at all. */
export const LEAST_LIMITS: Partial<Limits> = {
  frameBytes: 1 * MiB,
  headBytes: 4 * KiB,
  attachments: 16,
  segmentBytes: 0,
  segments: 0,
  maxQueue: 0,
  resumeWindow: 0,
  keptResults: 0,
  keptBytes: 0,
  keptTotalBytes: 0,
  namedResultAge: 0,
  lowLatencySessions: 0,
  hotPercent: 0,
};

/** What each limit bounds and what is done beyond it, as `samebox status --limits` and docs/PROTOCOL.md say it. */
export const LIMIT_MEANINGS: Readonly<Record<keyof Limits, string>> = {
  frameBytes: 'bytes of one frame, with its length field; beyond, the connection ends with `TOO_LARGE`',
  headBytes: 'bytes of one head; beyond, the connection ends with `PROTOCOL`',
  attachments: 'attachments of one frame; beyond, the connection ends with `TOO_LARGE`',
  depth: 'levels of nesting in one body; beyond, its call fails with `TOO_LARGE`',
  items: 'items in one body; beyond, its call fails with `TOO_LARGE`',
  arrivingBytes:
    'bytes of transfers announced, and of references that are read and not mapped, whose frames still wait, on one connection; beyond, it ends with `TOO_LARGE`',
  heldBytes:
    'bytes of bodies and inline attachments of frames that wait for attachments, on one connection; beyond, it ends with `TOO_LARGE`',
  heldFrames:
    'frames that wait for attachments, and their transfers, on one connection; beyond, it ends with `TOO_LARGE`',
  argumentBytes:
    "bytes of arguments of one session's calls that have no answer; one call may go over it; beyond, `BUSY`",
  callsInFlight: 'calls of one session without an answer, and streams that go on; beyond, `BUSY`',
  pendingHighWater: 'bytes waiting for the other side at which the daemon reads nothing more of it',
  pendingBytes:
    'bytes waiting for the other side at which the daemon gives it up, and a client makes no calls',
  segmentBytes:
    'bytes of data of the segments of one direction of a session; beyond, arrays go through the socket',
  segments: 'segments of one direction of a session; beyond, arrays go through the socket',
  sharedBytes:
    "bytes of data of the segments that one process makes in all, and at most half of the machine's memory; beyond, arrays go through the socket",
  sharedSegments: 'segments that one process makes in all; beyond, arrays go through the socket',
  sessions:
    'sessions of a daemon, connected or waiting for their clients; beyond, a new one is shown out with `BUSY`',
  connectionsPerUser:
    "connections of one user of a daemon, as the kernel names it, all whose user isn't known counting as one's; beyond, a new one is shown out with `BUSY`",
  silentConnections:
    "connections to a daemon that haven't said hello; beyond, the oldest of them is shown out with `BUSY`",
  maxQueue: 'calls that wait for one target, where it states no other number; beyond, `BUSY`',
  resumeWindow: 'milliseconds that a session waits for its client after its socket was lost; then it is over',
  keptResults: 'answers kept of one session until they are acknowledged; beyond, the oldest go first',
  keptBytes:
    'bytes of the answers kept of one session; beyond, the oldest go first; of a larger one only that it ran is kept',
  keptTotalBytes:
    'bytes of the answers kept of all sessions; beyond, the oldest of the session that goes over it go first',
  namedResultAge:
    'milliseconds that results of a named session without a client are kept; then they are forgotten',
  lowLatencySessions:
    'connected sessions for which the daemon keeps its event loop hot; beyond, a session gets ordinary latency',
  hotPercent:
    "percent of one core's time that a process spends looking for work, over a second; beyond, it sleeps between calls",
};

/** A binary of this many bytes or more leaves the body and travels as an attachment. */
export const ATTACHMENT_THRESHOLD = 4 * KiB;

/** An attachment of more bytes than this travels in chunks, so that small calls pass between. */
export const INLINE_THRESHOLD = 64 * KiB;

/** Bytes of attachments that one frame carries inline at most; the rest travels in chunks as well. */
export const INLINE_TOTAL = 256 * KiB;

/** Bytes of binary items that a producer keeps for a slow consumer at most. */
export const STREAM_KEEP_BYTES = 64 * MiB;

/** Items that a producer keeps for a slow consumer at most, whatever the consumer asks for. */
export const STREAM_KEEP = 4096;

/** Bytes of a greeting: who hasn't introduced himself yet sends no more. */
export const GREETING_BYTES = 1 * MiB;

/** Bytes that the attachments of one frame may have together, where they lie in segments or come after it. */
export const REFERRED_BYTES = 4096 * MiB;

/** Payload bytes of one chunk. */
export const CHUNK_BYTES = 256 * KiB;

/** Every inline attachment starts at a multiple of this from the first byte of its frame. */
export const ATTACHMENT_ALIGNMENT = 64;
