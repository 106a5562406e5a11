// `serve`: a config, or the demo box, becomes a daemon in this process, until it ends.
import { runningDaemons } from '../../src/endpoint';
import { IS_WINDOWS, OS } from '../../src/os';
import type { ServeRequest } from '../../src/serve-request';
import type { Box } from '../box/define-box';
import type * as LoadConfig from '../config/load-config';
import type * as DemoBox from '../demo/demo-box';
import { startDaemon, type RunningDaemon, type StartOptions } from '../start-daemon';
import { banner } from './banner';
import type * as CalledBySystemd from './called-by-systemd.linux';
import { logOutput } from './log-output';
import { tellOriginalPlaces } from './original-stacks';
import { endBySignals } from './signals';
import type * as RunAsService from './windows/run-as-service';

/** Variables by which systemd says that it wants to hear of a process, or hands it a socket. */
const CALLED_BY = ['NOTIFY_SOCKET', 'LISTEN_FDS'];
/** The banner doesn't wait longer for targets that are slow to open. */
const PATIENCE_MS = 2000;

/**
 * Runs a daemon. Resolves with the exit code when it has ended.
 * @throws SameboxError as `loadConfig` and `startDaemon` do.
 */
export async function serve(request: ServeRequest): Promise<number> {
  const { endpoint, service: folder } = request;
  if (folder === undefined) return serveHere(request);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a daemon in a terminal loads nothing of it
  const { runAsService } = require('./windows/run-as-service') as typeof RunAsService;
  return runAsService(endpoint, folder, (service) => serveHere(request, service));
}

async function serveHere(request: ServeRequest, service?: RunAsService.Service): Promise<number> {
  const systemd = OS === 'linux' ? calledBySystemd() : undefined;
  const source = request.demo ? demo() : await config(request.config);
  const { endpoint, logLevel } = request;
  const daemon = await startDaemon(source.box, {
    ...source.options,
    ...(systemd?.inherited && { inherited: systemd.inherited }),
    log: service?.log ?? logOutput(request),
    ...(request.service !== undefined && { service: request.service }),
    ...(endpoint !== undefined && { endpoint }),
    ...(logLevel !== undefined && { logLevel }),
  });
  service?.supervise(daemon);
  const supervised = systemd?.supervise(daemon);
  const signals = endBySignals(
    daemon,
    // Windows ends every process of a console that is closed, after a moment.
    supervised ? () => void supervised.reload() : request.demo || IS_WINDOWS ? 'end' : 'go on',
  );
  if (source.loaded !== undefined)
    void source.loaded.checkTypes().then((check) => warnOfTypes(daemon, check));
  if (request.banner) void greet(daemon, request);
  await daemon.ended;
  signals.remove();
  return 0;
}

/** Asked first of all, so that no child process takes the environment for its own. */
function calledBySystemd(): CalledBySystemd.CalledBySystemd | undefined {
  if (!CALLED_BY.some((name) => process.env[name] !== undefined)) return undefined;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a daemon in a terminal loads nothing of it
  const { calledBySystemd } = require('./called-by-systemd.linux') as typeof CalledBySystemd;
  return calledBySystemd();
}

interface Source {
  readonly box: Box;
  readonly options: Pick<StartOptions, 'readConfig' | 'signatures'>;
  readonly loaded?: LoadConfig.LoadedConfig;
}

function demo(): Source {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a real box doesn't load simulated instruments
  const { demoBox } = require('../demo/demo-box') as typeof DemoBox;
  return { box: demoBox, options: {} };
}

async function config(path: string): Promise<Source> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the demo needs no config
  const { loadConfig } = require('../config/load-config') as typeof LoadConfig;
  const loaded = await loadConfig(path);
  const all = [loaded];
  // Stacks of objects that an earlier config has made are told in original places, too.
  tellOriginalPlaces((text) => all.reduce((told, one) => one.originalText(told), text));
  const readConfig = async (): Promise<LoadConfig.LoadedConfig> => {
    const again = await loadConfig(loaded.path);
    if (!all.some(({ box }) => box === again.box)) all.push(again);
    return again;
  };
  return { box: loaded.box, options: { signatures: loaded.signatures, readConfig }, loaded };
}

/** Type errors are warnings: what runs is JavaScript. */
function warnOfTypes(daemon: RunningDaemon, { warnings }: LoadConfig.TypeCheck): void {
  for (const { file, line, column, message, code } of warnings)
    daemon.warn(`${file}:${line}:${column}: ${message} (${code}; a type error, so only a warning)`);
}

/** Whether a client that is told no endpoint finds this daemon. */
async function isAlone({ path }: RunningDaemon): Promise<boolean> {
  const running = await runningDaemons();
  return running.length === 1 && running[0]?.path === path;
}

async function greet(daemon: RunningDaemon, request: ServeRequest): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, PATIENCE_MS)));
  await Promise.race([daemon.opened, patience]);
  clearTimeout(timer);
  const status = daemon.status();
  if (status.state === 'running') request.write(banner(status, { ...request, alone: await isAlone(daemon) }));
}
