// What a daemon tells of itself: the shape of `$daemon.status()`.
import type { TargetSummary } from './description';
import type { Latency } from './latency/latency';

/** How large payloads go in one direction of a session. */
export interface HandoffStatus {
  /** `'memfd'`, `'file'`, `'mapping'`: through shared memory. `'inline'`: through the socket. */
  readonly way: 'memfd' | 'file' | 'mapping' | 'inline';
  /** Why it is inline. */
  readonly reason?: string;
  /** Segments that are mapped. */
  readonly segments: number;
  /** Bytes of them. */
  readonly mapped: number;
  /** Bytes of segments that the receiver reads at this moment. */
  readonly granted: number;
  /** Bytes of segments that wait to be used again. */
  readonly free: number;
}

/** Shared memory of the daemon. */
export interface SegmentsStatus {
  /** Segments of its own, for all sessions and for published streams. */
  readonly segments: number;
  /** Bytes of them. */
  readonly mapped: number;
  /** Bytes that it takes at most; beyond, payloads go through the socket. */
  readonly limit: number;
  /** The part of it that published streams take. */
  readonly published: Omit<HandoffStatus, 'reason' | 'way'>;
}

/** A client, as the daemon sees it. */
export interface SessionStatus {
  readonly id: number;
  readonly name: string;
  /** The process id that the kernel reports, else the one that the client states. */
  readonly pid: number;
  /** The user that the kernel reports, where it does. */
  readonly user?: string;
  /** The user by number, the primary group, and all groups (the primary one first), where the kernel reports them. */
  readonly uid?: number;
  readonly gid?: number;
  readonly groups?: readonly { readonly gid: number; readonly name: string }[];
  readonly language: string;
  readonly version: string;
  /** Whether its client is there, or has lost its socket and may come back. */
  readonly state: 'connected' | 'waiting';
  /** `'low'`: the daemon keeps its event loop hot for it; `'lane'`: and its frames go through a ring in shared memory. */
  readonly latency: Latency;
  /** Why it has no lane, though it asked for one. */
  readonly noLane?: string;
  /** The name under which it outlives its client, if it has one. */
  readonly session?: string;
  /** When it began, in milliseconds since 1970. */
  readonly since: number;
  /** Calls since then. */
  readonly calls: number;
  /** Calls without an answer, and streams that go on. */
  readonly pending: number;
  /** Answers that its client hasn't acknowledged, and their bytes. */
  readonly kept: { readonly results: number; readonly bytes: number };
  /** Bytes written that it hasn't taken. */
  readonly pendingBytes: number;
  /** How large payloads go: `out` to this client, `in` from it. */
  readonly handoff: { readonly out: HandoffStatus; readonly in: HandoffStatus };
}

/** A call that a session has made, as `$daemon.calls()` tells it. */
export interface CallStatus {
  /** The session's name, or its number. */
  readonly session: string | number;
  /** Its number within the session: what `client.attach` takes. */
  readonly id: number;
  readonly target: string;
  /** The method or property; empty for a setting of properties. */
  readonly member: string;
  /** `'waiting'` for its turn, or what became of it: an answer waits to be collected, or an error. */
  readonly state: 'waiting' | 'running' | 'streaming' | 'done' | 'failed';
  /** Seconds since it came. */
  readonly age: number;
}

/** Who has a target for himself alone, or waits for that. */
export interface LeaseStatus {
  readonly target: string;
  readonly state: 'held' | 'waiting';
  /** The name of the owner's session, or its number. */
  readonly session: string | number;
  /** The owner's client. */
  readonly name: string;
  readonly pid: number;
  /** The user that the kernel reports, where it does. */
  readonly user?: string;
  /** When it was granted, or asked for, in milliseconds since 1970. */
  readonly since: number;
  /** Milliseconds that it lasts unless it is renewed. */
  readonly ttl: number;
}

/** A target and its queue. */
export interface TargetStatus extends TargetSummary {
  /** Calls that run, as `method (client, pid N)`. */
  readonly running: readonly string[];
  /** Calls that wait for their turn. */
  readonly waiting: number;
  /** Calls since the daemon started. */
  readonly calls: number;
  /** Calls that ended with an error. */
  readonly errors: number;
}

/** A limit of a daemon, and how much of it is in use. */
export interface LimitStatus {
  /** As in `defineBox({ limits })`. */
  readonly name: string;
  /** What holds; `Infinity` for no limit. */
  readonly limit: number;
  /** What is in use: of the session, user or target that uses most, where each has its own. Not there where nothing can be. */
  readonly use?: number;
  /** Who uses most. */
  readonly of?: string;
  /** What it bounds, and what is done beyond it. */
  readonly means: string;
}

/** Everything about a daemon at one moment. */
export interface DaemonStatus {
  readonly version: string;
  readonly protocol: string;
  readonly pid: number;
  /** The endpoint's name, or its path. */
  readonly endpoint: string;
  /** The socket's path or the pipe's name. */
  readonly path: string;
  readonly user: string;
  /** Seconds since it started. */
  readonly uptime: number;
  readonly state: 'running' | 'draining';
  readonly logLevel: string;
  readonly sessions: readonly SessionStatus[];
  readonly targets: readonly TargetStatus[];
  /** Counts since it started. */
  readonly counters: {
    readonly connections: number;
    /** Connections that never became a session, or were ended for breaking the protocol. */
    readonly refused: number;
    /** Connections that haven't said hello yet. */
    readonly silent: number;
    readonly calls: number;
    readonly errors: number;
    /** Errors in targets that nobody caught. */
    readonly stray: number;
  };
  /** Shared memory. */
  readonly segments: SegmentsStatus;
  /** Bytes. */
  readonly memory: { readonly rss: number; readonly heapUsed: number; readonly external: number };
  /** How late the event loop was since the last status, in milliseconds. */
  readonly eventLoopDelay: { readonly mean: number; readonly p99: number; readonly max: number };
}

/** What a daemon's reading its config again has come to. */
export interface ReloadReport {
  /** Whether anything of the config had changed. If not, nothing was done. */
  readonly changed: boolean;
  /** Targets that are open. */
  readonly ready: readonly string[];
  /** Targets that could not be opened. */
  readonly failed: readonly string[];
  /** Targets that were there, and are not in the config any more. */
  readonly gone: readonly string[];
  /** Options that have changed, and count from the daemon's next start on. */
  readonly atStart: readonly string[];
}
