// The service control manager's database, through advapi32: services are looked up, made, changed, told, deleted.
import {
  lastWindowsError,
  requireKoffi,
  WIN32,
  win32,
  windowsError,
} from '../../../src/native/win32.windows';
import { applySettings } from './service-settings.windows';
import type { ServiceDefinition } from './service-definition';

type Handle = bigint;
type Integer = bigint | number;

const MANAGER = { connect: 1, createService: 2, enumerate: 4 } as const;
const RIGHT = { queryConfig: 1, changeConfig: 2, queryStatus: 4, start: 0x10, stop: 0x20, delete: 0x10000 };
const OWN_PROCESS = 0x10;
const ANY_WIN32 = 0x30;
const ANY_STATE = 3;
const AUTO_START = 2;
const ERROR_NORMAL = 1;
const CONTROL_STOP = 1;
/** QueryServiceConfigW takes no more. */
const CONFIG_BYTES = 8192;
const STATES = ['stopped', 'stopped', 'starting', 'stopping', 'running'] as const;

const FUNCTIONS = {
  openManager: 'intptr_t __stdcall OpenSCManagerW(void *machine, void *database, uint32_t access)',
  open: 'intptr_t __stdcall OpenServiceW(intptr_t manager, str16 name, uint32_t access)',
  close: 'int __stdcall CloseServiceHandle(intptr_t handle)',
  create:
    'intptr_t __stdcall CreateServiceW(intptr_t manager, str16 name, str16 title, uint32_t access, uint32_t type, uint32_t start, uint32_t error, str16 command, void *group, void *tag, void *dependencies, str16 account, void *password)',
  change:
    'int __stdcall ChangeServiceConfigW(intptr_t service, uint32_t type, uint32_t start, uint32_t error, str16 command, void *group, void *tag, void *dependencies, str16 account, void *password, str16 title)',
  remove: 'int __stdcall DeleteService(intptr_t service)',
  start: 'int __stdcall StartServiceW(intptr_t service, uint32_t count, void *words)',
  control: 'int __stdcall ControlService(intptr_t service, uint32_t control, void *status)',
  status:
    'int __stdcall QueryServiceStatusEx(intptr_t service, int level, void *answer, uint32_t size, void *needed)',
  config: 'int __stdcall QueryServiceConfigW(intptr_t service, void *answer, uint32_t size, void *needed)',
  list: 'int __stdcall EnumServicesStatusExW(intptr_t manager, int level, uint32_t type, uint32_t state, void *answer, uint32_t size, void *needed, void *found, void *resume, void *group)',
} as const;

const call = <F extends (...args: never[]) => unknown>(name: keyof typeof FUNCTIONS): F =>
  win32<F>('advapi32.dll', FUNCTIONS[name]);

/** How a service stands. */
export interface FoundStatus {
  readonly state: (typeof STATES)[number] | 'paused';
  readonly pid: number;
  /** What Windows says of its end, and what it said itself. */
  readonly exitCode: number;
  readonly ownExitCode: number;
  readonly checkpoint: number;
  readonly waitHint: number;
}

/** How a service is made. */
export interface FoundConfig {
  readonly command: string;
  readonly account: string;
  readonly startsAtBoot: boolean;
}

/** Whether this user may make services: administrators may, once elevated. */
export function mayManageServices(): boolean {
  const manager = openManager(MANAGER.createService);
  if (manager !== undefined) close(manager);
  return manager !== undefined;
}

/** The names of the services that begin with `prefix`. */
export function servicesNamed(prefix: string): string[] {
  return withManager(MANAGER.connect | MANAGER.enumerate, (manager) => {
    const list = call<(...args: unknown[]) => number>('list');
    const [needed, found, resume] = [new Uint32Array(1), new Uint32Array(1), new Uint32Array(1)];
    for (let bytes = 64 * 1024; ; bytes += needed[0] ?? 0) {
      const answer = Buffer.alloc(bytes);
      resume[0] = 0;
      const done = list(manager, 0, ANY_WIN32, ANY_STATE, answer, bytes, needed, found, resume, null);
      if (done !== 0) return namesIn(answer, found[0] ?? 0).filter((name) => startsLike(name, prefix));
      if (lastWindowsError() !== WIN32.moreData) throw windowsError('EnumServicesStatusExW');
    }
  });
}

/** `undefined` if there is no such service. */
export function statusOf(name: string): FoundStatus | undefined {
  return withService(name, RIGHT.queryStatus, (service) => {
    const answer = new Uint32Array(9);
    const status = call<(...args: unknown[]) => number>('status');
    if (status(service, 0, answer, answer.byteLength, new Uint32Array(1)) === 0)
      throw windowsError('QueryServiceStatusEx');
    const [, state = 0, , exitCode = 0, ownExitCode = 0, checkpoint = 0, waitHint = 0, pid = 0] = answer;
    return { state: STATES[state] ?? 'paused', pid, exitCode, ownExitCode, checkpoint, waitHint };
  });
}

/** `undefined` if there is no such service. */
export function configOf(name: string): FoundConfig | undefined {
  return withService(name, RIGHT.queryConfig, (service) => {
    const answer = Buffer.alloc(CONFIG_BYTES);
    const config = call<(...args: unknown[]) => number>('config');
    if (config(service, answer, answer.length, new Uint32Array(1)) === 0)
      throw windowsError('QueryServiceConfigW');
    const koffi = requireKoffi();
    const found = koffi.decode(
      answer,
      koffi.struct({
        type: 'uint32_t',
        start: 'uint32_t',
        error: 'uint32_t',
        command: 'str16',
        group: 'void *',
        tag: 'uint32_t',
        dependencies: 'void *',
        account: 'str16',
      }),
    ) as { readonly start: number; readonly command: string; readonly account: string };
    return { command: found.command, account: found.account, startsAtBoot: found.start === AUTO_START };
  });
}

/** Makes a service. @throws Windows' error. */
export function createService(definition: ServiceDefinition): void {
  const { name, title, command, account } = definition;
  const rights = RIGHT.changeConfig | RIGHT.start;
  withManager(MANAGER.connect | MANAGER.createService, (manager) => {
    const create = call<(...args: unknown[]) => Integer>('create');
    const kinds = [OWN_PROCESS, AUTO_START, ERROR_NORMAL];
    const service = BigInt(
      create(manager, name, title, rights, ...kinds, command, null, null, null, account, null),
    );
    if (service === 0n) throw windowsError('CreateServiceW');
    try {
      applySettings(service, definition);
    } finally {
      close(service);
    }
  });
}

/** Makes a service what it would be if it were made anew; what it runs as changes with its next start. */
export function changeService(definition: ServiceDefinition): void {
  const { name, title, command, account } = definition;
  existing(name, RIGHT.changeConfig | RIGHT.start, (service) => {
    const change = call<(...args: unknown[]) => number>('change');
    const kinds = [OWN_PROCESS, AUTO_START, ERROR_NORMAL];
    if (change(service, ...kinds, command, null, null, null, account, null, title) === 0)
      throw windowsError('ChangeServiceConfigW');
    applySettings(service, definition);
  });
}

/** Begins to start it; one that runs already is left as it is. */
export function beginStart(name: string): void {
  existing(name, RIGHT.start, (service) => {
    if (call<(...args: unknown[]) => number>('start')(service, 0, null) !== 0) return;
    if (lastWindowsError() !== WIN32.alreadyRunning) throw windowsError('StartServiceW');
  });
}

/** Begins to stop it; one that doesn't run is left as it is. */
export function beginStop(name: string): void {
  existing(name, RIGHT.stop, (service) => {
    const status = new Uint32Array(7);
    if (call<(...args: unknown[]) => number>('control')(service, CONTROL_STOP, status) !== 0) return;
    const number = lastWindowsError();
    // It doesn't run, or is about to stop already.
    if (number !== WIN32.notActive && number !== WIN32.cannotAccept)
      throw windowsError('ControlService', number);
  });
}

/** Deletes it; it is gone once it has ended and nobody looks at it any more. */
export function deleteService(name: string): void {
  existing(name, RIGHT.delete, (service) => {
    if (call<(...args: unknown[]) => number>('remove')(service) !== 0) return;
    if (lastWindowsError() !== WIN32.markedForDelete) throw windowsError('DeleteService');
  });
}

function startsLike(name: string, prefix: string): boolean {
  return name.slice(0, prefix.length).toLowerCase() === prefix.toLowerCase();
}

/** The entries are ENUM_SERVICE_STATUS_PROCESSW, whose texts stand in the same buffer. */
function namesIn(answer: Buffer, count: number): string[] {
  const koffi = requireKoffi();
  const entry = koffi.struct({ name: 'str16', title: 'void *', status: koffi.array('uint32_t', 9) });
  return (koffi.decode(answer, entry, count) as { readonly name: string }[]).map(({ name }) => name);
}

function openManager(access: number): Handle | undefined {
  const manager = BigInt(call<(...args: unknown[]) => Integer>('openManager')(null, null, access));
  if (manager !== 0n) return manager;
  if (lastWindowsError() === WIN32.accessDenied) return undefined;
  throw windowsError('OpenSCManagerW');
}

function withManager<T>(access: number, use: (manager: Handle) => T): T {
  const manager = openManager(access);
  if (manager === undefined) throw windowsError('OpenSCManagerW', WIN32.accessDenied);
  try {
    return use(manager);
  } finally {
    close(manager);
  }
}

function withService<T>(name: string, access: number, use: (service: Handle) => T): T | undefined {
  return withManager(MANAGER.connect, (manager) => {
    const service = BigInt(call<(...args: unknown[]) => Integer>('open')(manager, name, access));
    if (service === 0n) {
      if (lastWindowsError() === WIN32.doesNotExist) return undefined;
      throw windowsError('OpenServiceW');
    }
    try {
      return use(service);
    } finally {
      close(service);
    }
  });
}

function existing(name: string, access: number, use: (service: Handle) => void): void {
  const found = withService(name, access, (service) => {
    use(service);
    return true;
  });
  if (found === undefined) throw windowsError('OpenServiceW', WIN32.doesNotExist);
}

function close(handle: Handle): void {
  call<(handle: Handle) => number>('close')(handle);
}
