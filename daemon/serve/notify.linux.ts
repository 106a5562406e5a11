// What systemd is told of the daemon, and how often. See sd_notify(3) and sd_watchdog_enabled(3).
import type { DaemonStatus } from '../../src/status';
import { datagramsTo, type DatagramSender } from '../../src/native/socket.linux';

/** What a service manager wants to hear. */
export interface Notify {
  readonly sender: DatagramSender;
  /** Milliseconds after which it takes the daemon for dead; `undefined` if it doesn't. */
  readonly watchdog: number | undefined;
}

/**
 * Whom to notify, taken out of the environment: child processes have nothing to say.
 * @returns `undefined` if nobody asks, `'unavailable'` if it can't be done without koffi.
 */
export function takeNotify(env: NodeJS.ProcessEnv, pid: number): Notify | 'unavailable' | undefined {
  const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID } = env;
  delete env.NOTIFY_SOCKET;
  delete env.WATCHDOG_USEC;
  delete env.WATCHDOG_PID;
  if (NOTIFY_SOCKET === undefined || NOTIFY_SOCKET === '') return undefined;
  const sender = datagramsTo(NOTIFY_SOCKET);
  if (sender === undefined) return 'unavailable';
  return { sender, watchdog: watchdogOf(WATCHDOG_USEC, WATCHDOG_PID, pid) };
}

function watchdogOf(
  microseconds: string | undefined,
  of: string | undefined,
  pid: number,
): number | undefined {
  const ours = of === undefined || Number(of) === pid;
  const milliseconds = Number(microseconds) / 1000;
  return ours && milliseconds > 0 ? milliseconds : undefined;
}

/** Messages of sd_notify(3). */
export const MESSAGES = {
  ready: (status: string) => `READY=1\nSTATUS=${status}`,
  /** The moment tells systemd which READY belongs to it. */
  reloading: (nanoseconds: bigint) =>
    `RELOADING=1\nMONOTONIC_USEC=${String(nanoseconds / 1000n)}\nSTATUS=Reading its config again.`,
  stopping: (status: string) => `STOPPING=1\nSTATUS=${status}`,
  status: (status: string) => `STATUS=${status}`,
  alive: 'WATCHDOG=1',
} as const;

/** How a daemon is, in a line. */
export function statusLine({ targets, sessions }: Pick<DaemonStatus, 'sessions' | 'targets'>): string {
  const own = targets.filter(({ name }) => name !== '$daemon');
  const of = (wanted: string): string[] =>
    own.filter(({ state }) => state === wanted).map(({ name }) => name);
  const [ready, opening, failed] = [of('ready'), of('opening'), of('failed')];
  const parts = [
    `${counted(ready.length, 'target')} ready`,
    ...(opening.length > 0 ? [`opening: ${opening.join(', ')}`] : []),
    ...(failed.length > 0 ? [`failed: ${failed.join(', ')}`] : []),
    counted(sessions.length, 'client'),
  ];
  return parts.join('; ');
}

function counted(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? '' : 's'}`;
}
