// A daemon and its clients in one process, over real sockets, in a runtime directory of their own.
import { rmSync } from 'node:fs';
import { connect } from '../../../client/connect';
import type { Client } from '../../../client/client';
import type { ConnectOptions } from '../../../client/options';
import { defineBox, type Box, type BoxOptions } from '../../../daemon/box/define-box';
import { startDaemon, type RunningDaemon, type StartOptions } from '../../../daemon/start-daemon';
import { endpointIn, shortFolder } from '../../support/places';

/** A line of a daemon's log. */
export interface LogEntry {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** Where the daemons of one test live. Everything in it ends with `close`. */
export class House {
  readonly directory = shortFolder();
  readonly entries: LogEntry[] = [];
  private readonly clients: Client[] = [];
  private readonly daemons: RunningDaemon[] = [];
  private readonly waiting = new Set<(entry: LogEntry) => void>();

  /** @param clientDefaults what clients are connected with, where a test says nothing else. */
  constructor(private readonly clientDefaults: ConnectOptions = {}) {
    process.env['SAMEBOX_RUNTIME_DIR'] = this.directory;
    delete process.env['SAMEBOX_ENDPOINT'];
  }

  get path(): string {
    return endpointIn(this.directory);
  }

  async daemon(
    targets: Record<string, object>,
    options: Omit<BoxOptions<never>, 'targets'> = {},
    start: StartOptions = {},
  ): Promise<RunningDaemon> {
    const box: Box = defineBox<Record<string, object>>({
      name: 'lab',
      drainTimeout: 200,
      ...options,
      targets,
    });
    const log = { write: (line: string) => this.logged(JSON.parse(line) as LogEntry) };
    const daemon = await startDaemon(box, { log, logLevel: 'debug', ...start });
    this.daemons.push(daemon);
    return daemon;
  }

  async client(options: ConnectOptions = {}, endpoint?: string): Promise<Client> {
    const client = await connect(endpoint ?? 'lab', {
      name: 'test',
      timeout: 5000,
      ...this.clientDefaults,
      ...options,
    });
    this.clients.push(client);
    return client;
  }

  /** A log entry whose message matches, of those written or to come. */
  log(pattern: RegExp): Promise<LogEntry> {
    const found = this.entries.find(({ msg }) => pattern.test(msg));
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve) => {
      const look = (entry: LogEntry): void => {
        if (!pattern.test(entry.msg)) return;
        this.waiting.delete(look);
        resolve(entry);
      };
      this.waiting.add(look);
    });
  }

  /** Ends what runs, and forgets what was logged: the directory stays. */
  async closeDaemons(): Promise<void> {
    await Promise.all(this.clients.splice(0).map((client) => client.close()));
    await Promise.all(this.daemons.splice(0).map((daemon) => daemon.close(0)));
    this.entries.length = 0;
  }

  async close(): Promise<void> {
    await this.closeDaemons();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private logged(entry: LogEntry): void {
    this.entries.push(entry);
    for (const look of [...this.waiting]) look(entry);
  }
}

/** What a rejected promise was rejected with. */
export async function rejection(promise: PromiseLike<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error('it did not reject');
}
