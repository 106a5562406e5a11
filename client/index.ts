// The public face of `samebox`: what a caller needs.
export { connect } from './connect';
export { Client, type CallPromise } from './client';
export { Lease, type LeaseOptions } from './lease';
export type { Arguments, CallOptions, ConnectOptions } from './options';
export type { Latency } from '../src/latency/latency';
export type {
  CannotCross,
  Remote,
  RemoteMethod,
  RemoteProperty,
  RemoteStream,
  UntypedRemote,
} from './remote';
export type { ConnectionState, StateChange } from './state';
export { IncomingStream } from '../src/peer/incoming-stream';
export type { SlowPolicy } from '../src/frames';
export type {
  MemberDescription,
  ParameterDescription,
  TargetDescription,
  TargetState,
  TargetSummary,
} from '../src/description';
export type { DaemonStatus, LeaseStatus, SessionStatus, TargetStatus } from '../src/status';
export type { PeerInfo } from '../src/handshake';
export type { SecretSource } from '../src/secret-source';
export type { Limits } from '../src/limits';
export {
  CATALOGUE,
  ERROR_CODES,
  SameboxError,
  type ErrorCode,
  type ErrorKind,
  type Ran,
  type SameboxErrorOptions,
} from '../src/errors';
export { Complex } from '../src/values/complex';
export { NdArray } from '../src/values/nd-array';
export { keep, release } from '../src/values/ownership';
export type { DType, TypedArray } from '../src/values/dtypes';
