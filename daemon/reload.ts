// A config that is read again: sessions stay, and every target is closed and opened anew, as the new box has it.
import { SameboxError } from '../src/errors';
import type { ReloadReport } from '../src/status';
import type { Box } from './box/define-box';
import type { Daemon } from './daemon';
import type { SignatureIndex } from './describe/signature-index';
import type { Target } from './target/target';
import { closeTarget, endCalls } from './target-ends';

/** A config as it is now. */
export interface ConfigRead {
  readonly box: Box;
  readonly signatures: SignatureIndex;
}

/** Reads the config again. One that has not changed gives the same box. */
export type ReadConfig = () => Promise<ConfigRead>;

/** What of a box counts from the daemon's next start on. */
const AT_START = ['name', 'limits', 'handoff', 'socket', 'secret'] as const;

/** The reloads of one daemon, one after another. */
export class Reload {
  private last: Promise<unknown> = Promise.resolve();
  /** Targets whose places others have taken, until their objects are closed. */
  readonly leaving = new Map<Target, Promise<void>>();

  constructor(
    private readonly daemon: Daemon,
    private stated: Box,
    private readonly read: ReadConfig | undefined,
  ) {}

  /**
   * Reads the config and does as it says. Resolves when the new targets are open, or have failed.
   * @throws SameboxError `INVALID_ARGUMENT` if the config can't be read, or there is none; `DRAINING`. All goes on as it was.
   */
  begin(): Promise<ReloadReport> {
    const report = this.last.then(() => this.run());
    this.last = report.catch(() => undefined); // Who asked for it is told.
    return report;
  }

  private async run(): Promise<ReloadReport> {
    if (this.read === undefined)
      throw new SameboxError('INVALID_ARGUMENT', 'this daemon has no config that it could read again', {
        ran: 'no',
      });
    const found = await this.read();
    this.daemon.requireRunning();
    // The one in force counts, not the one that was read last: that may have been refused.
    if (found.box === this.stated) return { changed: false, ready: [], failed: [], gone: [], atStart: [] };
    return this.replace(found);
  }

  private async replace({ box, signatures }: ConfigRead): Promise<ReloadReport> {
    const { daemon, stated } = this;
    const { box: old } = daemon;
    const atStart = AT_START.filter((name) => JSON.stringify(box[name]) !== JSON.stringify(stated[name]));
    const before = daemon.replace({ ...box, name: old.name, socket: old.socket }, signatures);
    this.stated = box;
    const gone = before.filter(({ name }) => !box.targets.has(name));
    const ended = before.map((target) => this.handOver(target, old.drainTimeout));
    await daemon.openTargets();
    await Promise.all(ended);
    const names = (state: 'failed' | 'ready'): string[] =>
      daemon.ownTargets.filter(({ opening }) => opening.state === state).map(({ name }) => name);
    const report = {
      changed: true,
      ready: names('ready'),
      failed: names('failed'),
      gone: gone.map(({ name }) => name),
      atStart,
    };
    this.tell(report);
    return report;
  }

  /** What waits for a target waits for its successor; what runs gets its time. Resolves when the old object is closed. */
  private handOver(target: Target, milliseconds: number): Promise<void> {
    const { daemon } = this;
    const reason = SameboxError.brief('CANCELLED', `${target.name} is closed: the config was read again`);
    const end = async (): Promise<void> => {
      await endCalls([target], milliseconds, reason, daemon.log);
      await closeTarget(target, daemon.log, reason.with({ ran: 'yes' }));
    };
    const free = end().finally(() => this.leaving.delete(target));
    this.leaving.set(target, free);
    const successor = daemon.ownTargets.find(({ name }) => name === target.name);
    if (successor !== undefined) successor.succeed(target, free);
    else target.refuseWaiting(SameboxError.brief('NO_TARGET', `${target.name} is no longer in the config`));
    return free;
  }

  private tell({ ready, failed, gone, atStart }: ReloadReport): void {
    const { log } = this.daemon;
    const parts = [
      ...(ready.length > 0 ? [`ready: ${ready.join(', ')}`] : []),
      ...(failed.length > 0 ? [`failed: ${failed.join(', ')}`] : []),
      ...(gone.length > 0 ? [`gone: ${gone.join(', ')}`] : []),
    ];
    log.info(`The config was read again. ${parts.join('; ')}`);
    if (atStart.length > 0)
      log.warn(`Changed, and counts from the daemon's next start on: ${atStart.join(', ')}.`);
  }
}
