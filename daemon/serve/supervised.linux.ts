// A daemon under systemd: it says when it is ready, how it is, that it lives, and that it ends.
import { messageOf } from '../../src/errors';
import type { ReloadReport } from '../../src/status';
import type { RunningDaemon } from '../start-daemon';
import { MESSAGES, statusLine, type Notify } from './notify.linux';

/** Keeps systemd informed of one daemon. */
export class Supervised {
  private said = '';
  /** Why the last reload failed, until one succeeds. */
  private trouble: string | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly daemon: RunningDaemon,
    private readonly notify: Notify,
  ) {}

  /** The daemon listens. From now on, until it has ended. */
  begin(): void {
    const { daemon, notify } = this;
    this.tell(MESSAGES.ready(this.status()));
    void daemon.opened.then(() => this.tellStatus());
    daemon.onReload((report) => void this.follow(report));
    // From the event loop: one that stands still is no daemon that lives.
    if (notify.watchdog !== undefined) this.timer = setInterval(() => this.beat(), notify.watchdog / 2);
    void daemon.draining.then(() => this.tell(MESSAGES.stopping('Ending: running calls get their time.')));
    void daemon.ended.then(() => clearInterval(this.timer));
  }

  /** Has the config read again. Never rejects: what went wrong is in the log, and in the status. */
  async reload(): Promise<void> {
    await this.daemon.reload().catch(() => undefined); // Told by `follow`.
  }

  /** A reload has begun: by a signal, or because a client has asked for it. */
  private async follow(report: Promise<ReloadReport>): Promise<void> {
    this.tell(MESSAGES.reloading(process.hrtime.bigint()));
    try {
      await report;
      this.trouble = undefined;
    } catch (error) {
      const why = messageOf(error);
      this.daemon.warn(`The config could not be read again, and all goes on as it was: ${why}`);
      const [line = ''] = why.split('\n', 1);
      this.trouble = `The config could not be read again: ${line}`;
    }
    this.tell(MESSAGES.ready(this.status()));
  }

  private beat(): void {
    this.tell(MESSAGES.alive);
    this.tellStatus();
  }

  private tellStatus(): void {
    const before = this.said;
    if (this.status() !== before) this.tell(MESSAGES.status(this.said));
  }

  private status(): string {
    return (this.said = this.trouble ?? statusLine(this.daemon.status()));
  }

  private tell(message: string): void {
    try {
      this.notify.sender.send(message);
    } catch (error) {
      this.daemon.warn(`systemd could not be told how the daemon is: ${messageOf(error)}`);
    }
  }
}
