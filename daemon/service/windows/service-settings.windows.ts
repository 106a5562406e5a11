// What a service has beside its command: description, recovery, rights, time to end. ChangeServiceConfig2W, level by level.
import { lastWindowsError, requireKoffi, wide, win32, windowsError } from '../../../src/native/win32.windows';
import type { ServiceDefinition } from './service-definition';

const LEVEL = {
  description: 1,
  failureActions: 2,
  delayedStart: 3,
  failureActionsFlag: 4,
  sid: 5,
  privileges: 6,
  preshutdown: 7,
} as const;
const RESTART = 1;
const SID_UNRESTRICTED = 1;
const INVALID_LEVEL = 124;

const CHANGE = 'int __stdcall ChangeServiceConfig2W(intptr_t service, uint32_t level, void *settings)';

/** @throws Windows' error. */
export function applySettings(service: bigint, definition: ServiceDefinition): void {
  const koffi = requireKoffi();
  const change = win32<(service: bigint, level: number, settings: unknown) => number>('advapi32.dll', CHANGE);
  const set = (level: keyof typeof LEVEL, settings: unknown): void => {
    if (change(service, LEVEL[level], settings) !== 0) return;
    // Wine doesn't know all levels; a service works without.
    if (lastWindowsError() !== INVALID_LEVEL) throw windowsError(`ChangeServiceConfig2W, ${level}`);
  };
  const text = koffi.pointer(koffi.struct({ text: 'str16' }));
  const action = koffi.struct({ type: 'uint32_t', delay: 'uint32_t' });
  const failureActions = koffi.pointer(
    koffi.struct({
      forgetAfter: 'uint32_t',
      message: 'str16',
      command: 'str16',
      count: 'uint32_t',
      actions: koffi.pointer(action),
    }),
  );
  const { restartAfter, forgetFailuresAfter, description, timeToEnd, privileges } = definition;
  set('description', koffi.as({ text: description }, text));
  set(
    'failureActions',
    koffi.as(
      {
        forgetAfter: forgetFailuresAfter,
        message: null,
        command: null,
        count: restartAfter.length,
        actions: restartAfter.map((delay) => ({ type: RESTART, delay })),
      },
      failureActions,
    ),
  );
  // Also when it says itself that it has failed, and not only when its process is gone.
  set('failureActionsFlag', new Uint32Array([1]));
  set('delayedStart', new Uint32Array([0]));
  set('sid', new Uint32Array([SID_UNRESTRICTED]));
  const list = wide(`${privileges.join('\0')}\0`);
  set('privileges', koffi.as({ list }, koffi.pointer(koffi.struct({ list: 'void *' }))));
  set('preshutdown', new Uint32Array([timeToEnd]));
}
