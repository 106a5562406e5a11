// The line to Windows' service control manager: this process becomes the service that it has started, reports, and is told.
import { SameboxError } from '../../../src/errors';
import { requireKoffi, wide, WIN32, win32, windowsError } from '../../../src/native/win32.windows';
import type { ServiceControl, ServiceReport } from './service-state';

const OWN_PROCESS = 0x10;
const PHASES = { stopped: 1, starting: 2, stopping: 3, running: 4 } as const;
const CONTROLS: ReadonlyMap<number, ServiceControl> = new Map([
  [1, 'stop'],
  [4, 'interrogate'],
  [5, 'shutdown'],
  [6, 'parameter change'],
  [15, 'preshutdown'],
]);
/** SERVICE_ACCEPT_STOP, _SHUTDOWN, _PARAMCHANGE, _PRESHUTDOWN. */
const TAKES_ALL = 0x1 | 0x4 | 0x8 | 0x100;
const NO_ERROR = 0;
const NOT_IMPLEMENTED = 120;

const DISPATCH = 'int __stdcall StartServiceCtrlDispatcherW(void *table)';
const REGISTER =
  'intptr_t __stdcall RegisterServiceCtrlHandlerExW(str16 name, intptr_t handler, void *context)';
const SET_STATUS = 'int __stdcall SetServiceStatus(intptr_t service, void *status)';

/** A service that the manager has started, and listens to. */
export interface ManagedService {
  /** @throws Windows' error. */
  report(report: ServiceReport): void;
}

/**
 * Answers the manager for the service `name`. Resolves once it has called the service's main function.
 *
 * The manager calls from a thread that waits in `StartServiceCtrlDispatcherW`: one of libuv's four, for the life of the
 * process. koffi hands its calls over to the event loop, and it waits for their return; so a loop that stands still for 30
 * seconds makes it answer "did not respond" to whoever has told the service something.
 *
 * @param control is told what the manager says.
 * @throws SameboxError `INVALID_ARGUMENT` if the manager hasn't started this process.
 */
export function answerManager(
  name: string,
  control: (what: ServiceControl) => void,
): Promise<ManagedService> {
  const koffi = requireKoffi();
  return new Promise((resolve, reject) => {
    const handler = koffi.register(
      (code: number): number => {
        const what = CONTROLS.get(code);
        if (what === undefined) return NOT_IMPLEMENTED;
        control(what);
        return NO_ERROR;
      },
      koffi.pointer(koffi.proto('__stdcall', 'uint32_t', ['uint32_t', 'uint32_t', 'void *', 'void *'])),
    );
    const main = koffi.register(
      (): void => {
        try {
          resolve(registered(name, handler));
        } catch (error) {
          reject(SameboxError.from(error));
        }
      },
      koffi.pointer(koffi.proto('__stdcall', 'void', ['uint32_t', 'void *'])),
    );
    const title = wide(name);
    // SERVICE_TABLE_ENTRYW: name and main function, and an empty entry as the end.
    const table = new BigUint64Array([koffi.address(title), main, 0n, 0n]);
    win32<(table: BigUint64Array) => number>('advapi32.dll', DISPATCH).async(table, (error, done) => {
      // It returns once the service has stopped; both are used until then.
      void [title, table];
      if (error === null && done !== 0) return;
      reject(new SameboxError('INVALID_ARGUMENT', NOT_A_SERVICE, { ran: 'no', cause: error }));
    });
  });
}

const NOT_A_SERVICE =
  "--service is for Windows' service control manager, which hasn't started this process. Leave it out, " +
  'or install a service: samebox service install';

function registered(name: string, handler: bigint): ManagedService {
  const register = win32<(name: string, handler: bigint, context: null) => bigint | number>(
    'advapi32.dll',
    REGISTER,
  );
  const setStatus = win32<(service: bigint, status: Uint32Array) => number>('advapi32.dll', SET_STATUS);
  const service = BigInt(register(name, handler, null));
  if (service === 0n) throw windowsError('RegisterServiceCtrlHandlerExW');
  return {
    report: (report) => {
      if (setStatus(service, statusOf(report)) === 0) throw windowsError('SetServiceStatus');
    },
  };
}

/** SERVICE_STATUS. An exit code is the service's own: that it is one is said by another code. */
function statusOf({ phase, takesControls, exitCode, checkpoint, waitHint }: ServiceReport): Uint32Array {
  return new Uint32Array([
    OWN_PROCESS,
    PHASES[phase],
    takesControls ? TAKES_ALL : 0,
    exitCode === 0 ? NO_ERROR : WIN32.serviceSpecific,
    exitCode,
    checkpoint,
    waitHint,
  ]);
}
