// What the frames of test/vectors hold: head, body, and the attachments that stand inline.
import { CANCEL_REASON, CHANNEL, FLAG, KIND, POLICY, type Head } from '../../src/frames';
import { elementTypeNamed } from '../../src/values/dtypes';
import { NdArray } from '../../src/values/nd-array';

/** One frame as a reader gets it. */
export interface ExpectedFrame {
  /** As on the wire, with its attachment list. */
  readonly head: Head;
  /** The value of the body, with its attachments in place; absent for an empty one. */
  readonly body?: unknown;
  /** Instead of a body: the bytes that follow a chunk's head. */
  readonly raw?: Uint8Array;
  /** The attachments that don't stand in the frame, in the order of their references. */
  readonly elsewhere?: readonly Uint8Array[];
}

/** 2048 rising numbers: 4096 bytes, the least that leaves a body. */
const ramp = Uint16Array.from({ length: 2048 }, (_, index) => index);
/** 8192 float64 values: 65536 bytes stand inline, 65544 don't. */
const long = new Float64Array(8193).map((_, index) => index / 4);

/** 1 and -2.5, as this engine holds float16. */
const halves = new (elementTypeNamed('float16').make)(new Uint16Array([0x3c00, 0xc100]).buffer);

const peer = { name: 'scan.py', pid: 4711, language: 'python', version: '0.1.0' };
const limits = { frameBytes: 67108864, headBytes: 16384, attachments: 1024 };
const handoffLimits = { ...limits, segmentBytes: 2147483648, segments: 256 };
/** What one side has written into its proof's segment, and the other has read there. */
const nonce = Uint8Array.from({ length: 16 }, (_, index) => 0x11 * index);

/** The secret of the challenge's vectors. Their proofs are over the body of `hello-with-secret`; Python's hmac made them. */
export const VECTOR_SECRET = 'correct horse battery staple';
const helloWithSecret = { protocol: [1, 0], features: ['secret'], limits, peer };
const daemonNonce = Uint8Array.from({ length: 32 }, (_, index) => index);
const clientNonce = Uint8Array.from({ length: 32 }, (_, index) => 0xff - index);
const clientProof = Uint8Array.from(
  Buffer.from('e2ad418e9358e2fb3e60bcf5ebb3d45343605b0aa71510be18cb8baccea92707', 'hex'),
);
const daemonProof = Uint8Array.from(
  Buffer.from('1c9bc8ae784d02640ade22867b20f4ab252ddde0236561c77d196d9582ce9319', 'hex'),
);

/** By the name of the file. */
export const EXPECTED: Readonly<Record<string, ExpectedFrame>> = {
  hello: { head: [KIND.hello, 0, 0], body: { protocol: [1, 0], features: [], limits, peer } },
  'hello-with-handoff': {
    head: [KIND.hello, 0, 0],
    body: {
      protocol: [1, 0],
      features: ['handoff'],
      limits: handoffLimits,
      peer,
      handoff: { proof: 'memfd:4711:23' },
    },
  },
  challenge: { head: [KIND.challenge, 0, 0], body: { nonce: daemonNonce } },
  'challenge-answered': { head: [KIND.challenge, 0, 0], body: { nonce: clientNonce, proof: clientProof } },
  'challenge-proved': { head: [KIND.challenge, 0, 0], body: { proof: daemonProof } },
  'hello-with-secret': { head: [KIND.hello, 0, 0], body: helloWithSecret },
  welcome: {
    head: [KIND.welcome, 0, 0],
    body: {
      protocol: [1, 0],
      features: [],
      limits,
      peer: { name: 'lab', pid: 1234, language: 'javascript', version: '0.1.0' },
      session: { id: 7, resumed: false },
      methods: { 'stage.moveTo': { timeout: 60000 }, 'counter.get': { idempotent: true } },
    },
  },
  'welcome-with-handoff': {
    head: [KIND.welcome, 0, 0],
    body: {
      protocol: [1, 0],
      features: ['handoff'],
      limits: handoffLimits,
      peer: { name: 'lab', pid: 1234, language: 'javascript', version: '0.1.0' },
      handoff: { proof: 'file:/dev/shm/samebox-1000/0a1b' },
      session: { id: 8, resumed: false },
    },
  },
  proof: { head: [KIND.proof, 0, 0], body: { nonce } },
  'proof-refused': { head: [KIND.proof, 0, 0], body: { reason: 'The segment memfd:4711:23 is gone.' } },
  call: {
    head: [KIND.call, 1, FLAG.progress, 'pm', 'readVoltage', 10000, 0, POLICY.block, 64, []],
    body: [20],
  },
  'call-get': {
    head: [KIND.call, 2, FLAG.get | FLAG.idempotent, 'pm', 'identity', null, 1, POLICY.block, 64, []],
    body: [],
  },
  'call-set': {
    head: [KIND.call, 3, FLAG.set, 'pm', '', 500, 2, POLICY.block, 64, []],
    body: [{ range: 3 }],
  },
  'call-with-attachment': {
    head: [KIND.call, 300, FLAG.named, 'cam', 'setMask', 70000, 299, POLICY.latest, 64, [13, 4096]],
    body: [{ mask: ramp }],
  },
  'call-with-transfer': {
    head: [KIND.call, 301, 0, 'cam', 'calibrate', 10000, 300, POLICY.drop, 5, [7, [1, 65544]]],
    body: [long],
    elsewhere: [new Uint8Array(long.buffer)],
  },
  'call-with-segment': {
    head: [KIND.call, 302, 0, 'cam', 'calibrate', 10000, 301, POLICY.block, 64, [7, [3, 2, 4096, 65544]]],
    body: [long],
    elsewhere: [new Uint8Array(long.buffer)],
  },
  result: { head: [KIND.result, 1, FLAG.yours, []], body: 1.25 },
  'result-stream': { head: [KIND.result, 4, FLAG.yours | FLAG.stream, []] },
  'result-values': {
    head: [KIND.result, 5, FLAG.yours, []],
    body: {
      numbers: [0, -1, 1000000, 2 ** 53 - 1, 0.1, -0, NaN, Infinity],
      bigint: [2n ** 64n, -(2n ** 64n)],
      texts: ['', 'µm', '温度'],
      nothing: [null, undefined],
      flags: [true, false],
      date: new Date('2026-11-20T12:00:00.250Z'),
      map: new Map<unknown, unknown>([[1, 'one']]),
      set: new Set([1, 2]),
      bytes: new Uint8Array([1, 2, 3]),
      floats: new Float32Array([0.5, -2]),
    },
  },
  'result-arrays': {
    head: [KIND.result, 7, FLAG.yours, []],
    body: {
      frame: new NdArray(new Uint16Array([1, 2, 3, 4, 5, 6]), [2, 3]),
      mask: new NdArray(new Uint8Array([1, 0]), [1, 2]),
      halves: new NdArray(halves, [2], 'float16'),
      phasors: new NdArray(new Float32Array([1, -2, 0, 0.5]), [2, 1], 'complex64'),
      pole: new NdArray(new Float64Array([-0.5, 3]), [1], 'complex128'),
      single: new NdArray(new Float64Array([0.5]), []),
      none: new NdArray(new Int32Array(0), [0, 3]),
    },
  },
  'result-with-attachment': {
    head: [KIND.result, 6, FLAG.yours, [11, 4096, 4096]],
    body: [ramp, new Uint8Array(4096).fill(0xaa)],
  },
  error: {
    head: [KIND.error, 2, FLAG.yours, 'METHOD_FAILED', 'yes', []],
    body: {
      message: 'pm.readVoltage: no light',
      details: { target: 'pm', member: 'readVoltage' },
      thrown: { name: 'RangeError', message: 'no light', fields: { level: 0 } },
    },
  },
  item: { head: [KIND.item, 4, FLAG.yours, CHANNEL.result, 0, []], body: 0.5 },
  'item-progress': { head: [KIND.item, 1, FLAG.yours, CHANNEL.progress, 0, []], body: [0.25, 'homing'] },
  'item-with-attachment': {
    head: [KIND.item, 4, FLAG.yours, CHANNEL.result, 12, [6, 4096]],
    body: ramp,
  },
  end: { head: [KIND.end, 4, FLAG.yours, CHANNEL.result, 13] },
  credit: { head: [KIND.credit, 4, 0, CHANNEL.result, 64, 8388608, 0] },
  cancel: { head: [KIND.cancel, 4, 0, CANCEL_REASON.left] },
  ack: { head: [KIND.ack, 9, 0, 6] },
  claim: { head: [KIND.claim, 4, FLAG.opened, 12, 12, 96] },
  grant: { head: [KIND.grant, 3, 0, 81920, 'memfd:4711:24'] },
  'grant-published': {
    head: [
      KIND.grant,
      4,
      FLAG.published,
      67108864,
      'mapping:Local\\samebox-1234-00112233445566778899aabbccddeeff-4',
    ],
  },
  place: { head: [KIND.place, 1, 0, 3, 2, 0] },
  lane: { head: [KIND.lane, 0, 0, 262144, 'memfd:4711:25'] },
  'lane-none': { head: [KIND.lane, 0, 0, 0, 'no proof was offered'] },
  switch: { head: [KIND.switch, 0, 0, ''] },
  'switch-refused': { head: [KIND.switch, 0, 0, 'EMFILE: too many open files, open'] },
  release: { head: [KIND.release, 3, FLAG.yours, 2] },
  'release-withdrawn': { head: [KIND.release, 3, 0, 0] },
  chunk: { head: [KIND.chunk, 2, 0, 262144], raw: Uint8Array.from([0xde, 0xad, 0xbe, 0xef]) },
  'chunk-aborted': { head: [KIND.chunk, 2, FLAG.aborted, 0] },
  ping: { head: [KIND.ping, 9, 0] },
  pong: { head: [KIND.pong, 9, 0] },
  goaway: {
    head: [KIND.goaway, 0, 0, 'DRAINING'],
    body: { message: 'the daemon is shutting down', details: {} },
  },
};
