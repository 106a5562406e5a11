// Every limit of the core, with a sentence each. The daemon's own limits stand in daemon/.

/** The limits of one end of a connection. Hello and welcome carry to the other side those that its frames must fit. */
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
  /** Answers of one session that are kept until its client has acknowledged them; the oldest go first. */
  readonly keptResults: number;
  /** Bytes of these answers; of a larger one it is only kept that its call has run. */
  readonly keptBytes: number;
  /** Bytes of these answers in all sessions together. */
  readonly keptTotalBytes: number;
  /** Milliseconds that a session waits for its client, after its socket was lost. */
  readonly resumeWindow: number;
  /** Milliseconds that a named session without a client keeps answers that nobody has collected. */
  readonly namedResultAge: number;
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
  keptResults: 4096,
  keptBytes: 8 * MiB,
  keptTotalBytes: 256 * MiB,
  resumeWindow: 60_000,
  namedResultAge: 3_600_000,
  pendingHighWater: 4 * MiB,
  pendingBytes: 256 * MiB,
  segmentBytes: 2048 * MiB,
  segments: 256,
  sharedBytes: 16384 * MiB,
  sharedSegments: 1024,
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
