// The output of a log, which may throw, break, or lie on a full disk: no call may fail of it.
import { codeOf } from '../../src/native';
import type { LogOutput } from './logger';

/** What passes: a disk has room again, a quota or a limit is raised. */
const PASSES = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Writes on while there is no room, since there may be some again. After any other failure nothing is written any more. */
export class GuardedOutput {
  private broken = false;
  private lost = 0;
  /** As many were lost when the last line was written: streams tell of a failure after the write. */
  private lostBefore = 0;

  constructor(private readonly output: LogOutput) {}

  write(line: string): void {
    const hasRoom = this.lost > 0 && this.lost === this.lostBefore;
    if (hasRoom) {
      const msg = `${this.lost} lines were lost: there was no room for them`;
      this.lost = 0;
      this.tryWrite(`${JSON.stringify({ level: 40, time: Date.now(), msg })}\n`);
    }
    this.lostBefore = this.lost;
    this.tryWrite(line);
  }

  /** The stream says that a line could not be written. */
  failed(error: unknown): void {
    if (PASSES.has(codeOf(error) ?? '')) this.lost++;
    else this.broken = true;
  }

  private tryWrite(line: string): void {
    if (this.broken) return;
    try {
      this.output.write(line);
    } catch (error) {
      this.failed(error);
    }
  }
}
