// A daemon as a Windows service: the manager hears how it starts, runs and ends; a file has its log.
import { serviceName } from '../../../src/endpoint/pipes.windows';
import { messageOf, SameboxError } from '../../../src/errors';
import { IS_WINDOWS } from '../../../src/os';
import { systemClock } from '../../../src/peer/clock';
import type { LogOutput } from '../../logging/logger';
import { RollingFile } from '../../logging/rolling-file';
import { logFile } from '../../service/windows/service-files';
import type { RunningDaemon } from '../../start-daemon';
import { answerManager, type ManagedService } from './control-manager.windows';
import { PROGRESS_MS, ServiceState, type ServiceControl, type ServiceReport } from './service-state';

/** pino's number for it. */
const FATAL = 60;
/** What the service ends with if its daemon couldn't start. */
const FAILED = 1;

/** The service, for the daemon that is started in it. */
export interface Service {
  readonly log: LogOutput;
  /** The daemon listens: from now on it is what the manager hears of, and tells to end. */
  supervise(daemon: RunningDaemon): void;
}

/**
 * Becomes the service of the box `name`, whose files lie in `folder`, runs `run` in it, and tells the manager how it went: a service that ends with another
 * code than 0 is started again by the manager.
 *
 * @throws SameboxError `INVALID_ARGUMENT` if the service control manager hasn't started this process.
 */
export async function runAsService(
  name: string | undefined,
  folder: string,
  run: (service: Service) => Promise<number>,
): Promise<number> {
  if (!IS_WINDOWS) throw invalid('--service is for Windows. Elsewhere: samebox service install');
  if (name === undefined) throw invalid('--service needs the name of the box: -e NAME');
  const service = new WindowsService(name, folder);
  await service.begin();
  return service.run(run);
}

class WindowsService implements Service {
  private readonly state = new ServiceState(systemClock);
  private readonly file: RollingFile;
  private manager: ManagedService | undefined;
  private daemon: RunningDaemon | undefined;

  constructor(
    private readonly name: string,
    folder: string,
  ) {
    this.file = new RollingFile(logFile(folder, name));
  }

  get log(): LogOutput {
    return this.file;
  }

  async begin(): Promise<void> {
    this.manager = await answerManager(serviceName(this.name), (control) => this.told(control));
    this.tell(this.state.report);
  }

  async run(run: (service: Service) => Promise<number>): Promise<number> {
    const timer = setInterval(() => this.tell(this.state.progress()), PROGRESS_MS);
    let code = FAILED;
    try {
      code = await run(this);
    } catch (error) {
      this.write(`The service could not start: ${messageOf(error)}`);
    } finally {
      clearInterval(timer);
      // The last thing that happens: the manager may end the process from now on.
      this.tell(this.state.stopped(code));
    }
    return code;
  }

  supervise(daemon: RunningDaemon): void {
    this.daemon = daemon;
    this.tell(this.state.running());
    void daemon.draining.then(() => this.tell(this.state.stopping()));
  }

  private told(control: ServiceControl): void {
    const { daemon } = this;
    const deed = this.state.control(control);
    if (deed === undefined || daemon === undefined) return;
    if (deed === 'end') {
      this.tell(this.state.stopping());
      void daemon.close();
      return;
    }
    daemon.reload().catch((error: unknown) => {
      daemon.warn(`The config could not be read again, and all goes on as it was: ${messageOf(error)}`);
    });
  }

  private tell(report: ServiceReport | undefined): void {
    if (report === undefined) return;
    try {
      this.manager?.report(report);
    } catch (error) {
      this.write(`Windows could not be told that the service is ${report.phase}: ${messageOf(error)}`);
    }
  }

  private write(msg: string): void {
    this.file.write(`${JSON.stringify({ level: FATAL, time: Date.now(), msg })}\n`);
  }
}

function invalid(message: string): SameboxError {
  return new SameboxError('INVALID_ARGUMENT', message, { ran: 'no' });
}
