// Kinds of frames and the fields of their heads. docs/PROTOCOL.md has the same tables; a test holds them together.

/** The number of every kind. */
export const KIND = {
  hello: 0,
  challenge: 1,
  welcome: 2,
  call: 3,
  result: 4,
  error: 5,
  item: 6,
  end: 7,
  credit: 8,
  cancel: 9,
  ack: 10,
  grant: 11,
  release: 12,
  chunk: 13,
  ping: 14,
  pong: 15,
  goaway: 16,
  place: 17,
  proof: 18,
  claim: 19,
  lane: 20,
  switch: 21,
} as const;

export type KindName = keyof typeof KIND;

/** What a field of a head can be: a whole number from 0 up, a text, a number or null for "no deadline", or references to attachments. */
export type FieldType = 'uint' | 'text' | 'budget' | 'attachments';

/** The fields that follow kind, id and flags. */
export const HEAD_FIELDS = {
  hello: [],
  challenge: [],
  welcome: [],
  call: [
    ['target', 'text'],
    ['member', 'text'],
    ['budget', 'budget'],
    ['acknowledged', 'uint'],
    ['policy', 'uint'],
    ['keep', 'uint'],
    ['attachments', 'attachments'],
  ],
  result: [['attachments', 'attachments']],
  error: [
    ['code', 'text'],
    ['ran', 'text'],
    ['attachments', 'attachments'],
  ],
  item: [
    ['channel', 'uint'],
    ['sequence', 'uint'],
    ['attachments', 'attachments'],
  ],
  end: [
    ['channel', 'uint'],
    ['count', 'uint'],
  ],
  credit: [
    ['channel', 'uint'],
    ['items', 'uint'],
    ['bytes', 'uint'],
    ['received', 'uint'],
  ],
  cancel: [['reason', 'uint']],
  ack: [['from', 'uint']],
  grant: [
    ['bytes', 'uint'],
    ['way', 'text'],
  ],
  release: [['generation', 'uint']],
  chunk: [['offset', 'uint']],
  ping: [],
  pong: [],
  goaway: [['code', 'text']],
  place: [
    ['segment', 'uint'],
    ['generation', 'uint'],
    ['offset', 'uint'],
  ],
  proof: [],
  claim: [
    ['next', 'uint'],
    ['items', 'uint'],
    ['bytes', 'uint'],
  ],
  lane: [
    ['bytes', 'uint'],
    ['way', 'text'],
  ],
  switch: [['reason', 'text']],
} as const satisfies Record<KindName, readonly (readonly [string, FieldType])[]>;

/** An attachment that comes later: in chunks, or placed in a segment. */
export type TransferRef = readonly [transfer: number, length: number];

/** An attachment that lies in a segment. */
export type SegmentRef = readonly [segment: number, generation: number, offset: number, length: number];

/** A number is an inline length. */
export type AttachmentRef = number | TransferRef | SegmentRef;

/** Empty without attachments; else the length of the body, then a reference for each. */
export type AttachmentList = readonly [] | readonly [bodyLength: number, ...refs: AttachmentRef[]];

export type CallHead = readonly [
  kind: typeof KIND.call,
  id: number,
  flags: number,
  target: string,
  member: string,
  budget: number | null,
  acknowledged: number,
  policy: number,
  keep: number,
  attachments: AttachmentList,
];
export type ResultHead = readonly [
  kind: typeof KIND.result,
  id: number,
  flags: number,
  attachments: AttachmentList,
];
export type ErrorHead = readonly [
  kind: typeof KIND.error,
  id: number,
  flags: number,
  code: string,
  ran: string,
  attachments: AttachmentList,
];
export type ItemHead = readonly [
  kind: typeof KIND.item,
  id: number,
  flags: number,
  channel: number,
  sequence: number,
  attachments: AttachmentList,
];
export type EndHead = readonly [
  kind: typeof KIND.end,
  id: number,
  flags: number,
  channel: number,
  count: number,
];
export type CreditHead = readonly [
  kind: typeof KIND.credit,
  id: number,
  flags: number,
  channel: number,
  items: number,
  bytes: number,
  received: number,
];
export type AckHead = readonly [kind: typeof KIND.ack, to: number, flags: number, from: number];
export type ClaimHead = readonly [
  kind: typeof KIND.claim,
  id: number,
  flags: number,
  next: number,
  items: number,
  bytes: number,
];
export type CancelHead = readonly [kind: typeof KIND.cancel, id: number, flags: number, reason: number];
export type ChunkHead = readonly [kind: typeof KIND.chunk, transfer: number, flags: number, offset: number];
export type GoawayHead = readonly [
  kind: typeof KIND.goaway,
  firstUntaken: number,
  flags: number,
  code: string,
];
export type GrantHead = readonly [
  kind: typeof KIND.grant,
  segment: number,
  flags: number,
  bytes: number,
  way: string,
];
export type ReleaseHead = readonly [
  kind: typeof KIND.release,
  segment: number,
  flags: number,
  generation: number,
];
export type PlaceHead = readonly [
  kind: typeof KIND.place,
  transfer: number,
  flags: number,
  segment: number,
  generation: number,
  offset: number,
];
export type LaneHead = readonly [
  kind: typeof KIND.lane,
  id: number,
  flags: number,
  bytes: number,
  way: string,
];
export type SwitchHead = readonly [kind: typeof KIND.switch, id: number, flags: number, reason: string];
/** A head of three elements. */
export type OtherHead = readonly [
  kind: Exclude<
    (typeof KIND)[KindName],
    3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 16 | 17 | 19 | 20 | 21
  >,
  id: number,
  flags: number,
];
/** The head of any frame. */
export type Head =
  | CallHead
  | ResultHead
  | ErrorHead
  | ItemHead
  | EndHead
  | CreditHead
  | CancelHead
  | ChunkHead
  | GoawayHead
  | GrantHead
  | ReleaseHead
  | PlaceHead
  | AckHead
  | ClaimHead
  | LaneHead
  | SwitchHead
  | OtherHead;

/** Bits of `flags`. Those of other kinds than `call` and `result` have only the first. */
export const FLAG = {
  /** The id is one of the receiver's calls, not of the sender's. */
  yours: 1,
  /** call: may be run again without a second effect. */
  idempotent: 2,
  /** call: the last argument is a map of named arguments. */
  named: 4,
  /** call: the caller takes progress, on channel 1, with a credit of one item to begin with. */
  progress: 8,
  /** call: reads the property `member`. */
  get: 16,
  /** call: sets properties; the one argument is a map. */
  set: 32,
  /** call: rather fail than wait for a lease. */
  noWait: 64,
  /** result: the items of channel 0 follow; there is no body. */
  stream: 2,
  /** claim: the stream is open here; what is claimed is the rest of it. */
  opened: 2,
  /** chunk: the sender gives the transfer up, and with it the frame that announced it. */
  aborted: 2,
  /** grant: several processes read the segment; what one of them writes must not be seen by the others. */
  published: 2,
} as const;

/** Channels of a call: the stream that it gives, and its progress. Arguments that are streams would count from 2. */
export const CHANNEL = { result: 0, progress: 1 } as const;

/** What happens when the consumer of a stream is slow. */
export const POLICY = { block: 0, latest: 1, drop: 2 } as const;
/** What happens when the consumer of a stream is slow: the producer waits, or the latest item is kept, or the oldest is dropped. */
export type SlowPolicy = keyof typeof POLICY;

/** Why a call is cancelled. */
export const CANCEL_REASON = { cancelled: 0, deadline: 1, left: 2 } as const;
