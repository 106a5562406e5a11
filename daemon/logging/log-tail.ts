// The last lines of the log, for those who ask later, and the lines to come, for those who follow.

/** A line of the log as pino writes it: JSON, without its newline. */
export type LogLine = string;

/** Keeps the last lines, and hands new ones to followers. A slow follower loses the oldest and is told how many. */
export class LogTail {
  private readonly lines: LogLine[] = [];
  private readonly followers = new Set<Follower>();

  /** @param keep lines kept for those who ask later. */
  constructor(private readonly keep = 1000) {}

  write(line: LogLine): void {
    this.lines.push(line);
    if (this.lines.length > this.keep) this.lines.shift();
    for (const follower of this.followers) follower.offer(line);
  }

  last(count: number): LogLine[] {
    return count <= 0 ? [] : this.lines.slice(-count);
  }

  /** The lines from now on, until `signal` aborts. */
  follow(signal: AbortSignal, keep = 1000): AsyncGenerator<LogLine> {
    const follower = new Follower(keep);
    this.followers.add(follower);
    const stop = (): void => {
      this.followers.delete(follower);
      follower.stop();
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    return read(follower);
  }
}

async function* read(follower: Follower): AsyncGenerator<LogLine> {
  for (let lines = await follower.take(); lines !== undefined; lines = await follower.take()) yield* lines;
}

class Follower {
  private lines: LogLine[] = [];
  private lost = 0;
  private stopped = false;
  private wake: (() => void) | undefined;

  constructor(private readonly keep: number) {}

  offer(line: LogLine): void {
    if (this.lines.length >= this.keep) {
      this.lines.shift();
      this.lost++;
    }
    this.lines.push(line);
    this.wake?.();
  }

  stop(): void {
    this.stopped = true;
    this.wake?.();
  }

  /** What came since the last time; waits if that is nothing; nothing at all once stopped. */
  async take(): Promise<LogLine[] | undefined> {
    while (this.lines.length === 0 && !this.stopped)
      await new Promise<void>((resolve) => (this.wake = resolve));
    if (this.stopped) return undefined;
    const lines = this.lines;
    this.lines = [];
    if (this.lost > 0)
      lines.unshift(
        JSON.stringify({
          level: 40,
          time: Date.now(),
          msg: `${this.lost} lines were lost: the reader was too slow`,
        }),
      );
    this.lost = 0;
    return lines;
  }
}
