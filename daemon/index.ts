// The public face of `samebox/daemon`.
export { defineBox, type Box, type BoxOptions, type SocketOptions, type TargetsOf } from './box/define-box';
export type { SecretSource } from '../src/secret-source';
export type { Allow } from './box/allow';
export type { LogLevel } from '../src/log-level';
export { expose, type Exposed, type ExposeOptions, type TargetFactory } from './box/expose';
export { callContext, type Allocate, type CallContext, type CallerSession } from './call-context';
export type { PeerCredentials } from '../src/native';
export { shared, SharedStream, type SharedSource } from './shared/shared-stream';
export { startDaemon, type RunningDaemon, type StartOptions } from './start-daemon';
export type { LogOutput } from './logging/logger';
export type { DaemonStatus, SessionStatus, TargetStatus } from '../src/status';
export { SameboxError, type ErrorCode, type Ran } from '../src/errors';
export { Complex } from '../src/values/complex';
export { NdArray } from '../src/values/nd-array';
export { keep, release } from '../src/values/ownership';
export type { DType, TypedArray } from '../src/values/dtypes';
