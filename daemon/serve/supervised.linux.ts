// A daemon under systemd: it says when it is ready, how it is, that it lives, and that it ends.
import { messageOf } from '../../src/errors';
import type { RunningDaemon } from '../start-daemon';
import { MESSAGES, statusLine, type Notify } from './notify.linux';

/** Keeps systemd informed of one daemon. */
export class Supervised {
  private said = '';
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
    // From the event loop: one that stands still is no daemon that lives.
    if (notify.watchdog !== undefined) this.timer = setInterval(() => this.beat(), notify.watchdog / 2);
    void daemon.draining.then(() => this.tell(MESSAGES.stopping('Ending: running calls get their time.')));
    void daemon.ended.then(() => clearInterval(this.timer));
  }

  /** Has the config read again. Never rejects: what went wrong is in the log, and in the status. */
  async reload(): Promise<void> {
    const { daemon } = this;
    this.tell(MESSAGES.reloading(process.hrtime.bigint()));
    try {
      await daemon.reload();
      this.tell(MESSAGES.ready(this.status()));
    } catch (error) {
      daemon.warn(`The config could not be read again, and all goes on as it was: ${messageOf(error)}`);
      const [line = ''] = messageOf(error).split('\n', 1);
      this.tell(MESSAGES.ready(`The config could not be read again: ${line}`));
    }
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
    return (this.said = statusLine(this.daemon.status()));
  }

  private tell(message: string): void {
    try {
      this.notify.sender.send(message);
    } catch (error) {
      this.daemon.warn(`systemd could not be told how the daemon is: ${messageOf(error)}`);
    }
  }
}
