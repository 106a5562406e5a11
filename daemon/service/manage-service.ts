// `samebox service`: from what was asked to a plan, and from the plan to a dry run or to its doing.
import { resolve } from 'node:path';
import { SameboxError } from '../../src/errors';
import type { ManageService, ServiceRequest, ServiceScope } from '../../src/service-request';
import { findConfig } from '../config/find-config';
import { answer, carryOut, dryRun, OK, SILENT } from './carry-out';
import { chooseManager } from './choose-manager';
import { findPlace, findPlaces, requireServiceName } from './find-place';
import { perform } from './perform';
import { commandAgain, programPlaces } from './program-words';
import { readBox } from './read-box';
import type { BoxToInstall, ServiceManager, ServicePlace, ServiceStatus } from './service-manager';
import { statusPage } from './status-page';

/** As for a command that finds no daemon: the service doesn't run. */
const NOT_RUNNING = 3;

/**
 * Manages a service of this system. Resolves with the exit code.
 * @throws SameboxError `DENIED` with the exact command to run where rights are missing; `INVALID_ARGUMENT` for what can't be.
 */
export const manageService: ManageService = (request) => manage(chooseManager(), request);

/** The same with a manager. */
export async function manage(manager: ServiceManager, request: ServiceRequest): Promise<number> {
  switch (request.action) {
    case 'install':
      return install(manager, request);
    case 'uninstall':
      return uninstall(manager, request);
    case 'status':
      return status(manager, request);
    case 'logs':
      return logs(manager, await findPlace(manager, request), request, request.logs);
    case 'start':
    case 'stop':
    case 'restart': {
      const place = await findPlace(manager, request);
      requireRights(manager, request, place.scope);
      return carryOut(manager, place, await manager[request.action](place), request);
    }
  }
}

async function install(manager: ServiceManager, request: ServiceRequest): Promise<number> {
  const scope = request.scope ?? defaultScope(manager);
  requireRights(manager, request, scope, request.config === undefined ? undefined : resolve(request.config));
  const config = await configOf(manager, request, scope);
  const facts = await readBox(config);
  const box: BoxToInstall = {
    scope,
    name: requireServiceName(request.name ?? facts.name),
    config,
    sources: facts.sources.filter((path) => path !== config),
    group: facts.group,
    drainTimeout: facts.drainTimeout,
    closingTime: facts.closingTime,
    ...(facts.secretFile !== undefined && { secretFile: facts.secretFile }),
    ...programPlaces(),
    settings: request.install,
  };
  const plan = await manager.install(box);
  const warnings = [...(plan.warnings ?? []), ...passing(box.script)];
  return carryOut(manager, box, { ...plan, warnings }, request);
}

/** npx keeps what it has fetched for a while only. */
function passing(script: string): string[] {
  if (!/[\\/]_npx[\\/]/.test(script)) return [];
  return [
    `samebox lies in npx's cache, which may be cleared at any time: npm install --global samebox, then again.`,
  ];
}

/** Also takes away what is left of one that was removed by hand. */
async function uninstall(manager: ServiceManager, request: ServiceRequest): Promise<number> {
  const { name, scope = defaultScope(manager) } = request;
  const found = await findPlaces(manager, request);
  if (name === undefined && found.length === 0) {
    answer(request, { uninstalled: false }, ['No box is installed as a service: nothing had to be done.']);
    return OK;
  }
  const place =
    name !== undefined && found.length === 0 ? { scope, name } : await findPlace(manager, request);
  requireServiceName(place.name);
  requireRights(manager, request, place.scope);
  return carryOut(manager, place, await manager.uninstall(place), request);
}

async function status(manager: ServiceManager, request: ServiceRequest): Promise<number> {
  const found = await findPlaces(manager, request);
  const places = found.length > 0 ? found : [await findPlace(manager, request)];
  const all: ServiceStatus[] = [];
  for (const place of places) all.push(await manager.status(place));
  const style = { paint: request.paint, now: Date.now(), manager: manager.title };
  const pages = all.flatMap((one, at) => [...(at > 0 ? [''] : []), ...statusPage(one, style)]);
  answer(request, all.length === 1 ? all[0] : all, pages);
  return all.every(({ state }) => state === 'running' || state === 'starting' || state === 'waiting')
    ? OK
    : NOT_RUNNING;
}

async function logs(
  manager: ServiceManager,
  place: ServicePlace,
  request: ServiceRequest,
  options: ServiceRequest['logs'],
): Promise<number> {
  const plan = await manager.logs(place, options);
  if (request.dryRun) return dryRun(plan, request);
  await perform(plan, { ...SILENT, line: (line) => request.write(`${request.logLine(line)}\n`) });
  return OK;
}

function requireRights(
  manager: ServiceManager,
  request: ServiceRequest,
  scope: ServiceScope,
  config?: string,
): void {
  const missing = request.dryRun ? undefined : manager.missingRights?.(scope);
  if (missing === undefined) return;
  const command = missing.how(commandAgain(request, config));
  throw new SameboxError('DENIED', `${missing.why}. Use: ${command}`, { ran: 'no', details: { command } });
}

function defaultScope(manager: ServiceManager): ServiceScope {
  return manager.onlyScope ?? (manager.missingRights?.('system') === undefined ? 'system' : 'user');
}

/** The one that is stated, else that of what is installed, else the one in this folder. */
async function configOf(
  manager: ServiceManager,
  request: ServiceRequest,
  scope: ServiceScope,
): Promise<string> {
  if (request.config !== undefined) return findConfig(request.config);
  const [place, ...others] = await findPlaces(manager, { ...request, scope });
  const known = place !== undefined && others.length === 0 ? (await manager.status(place)).config : undefined;
  return findConfig(known ?? '.');
}
