// Blocking on Windows: each side of a lane has a named event by which the other wakes its thread, and the one that accepted a
// bell for its event loop. See WaitForSingleObject.
import type { KoffiFunc } from 'koffi';
import { isProcessGone } from '../native/hung-up.windows';
import { windowsError } from '../segments/mapping-kernel.windows';
import { mappingKoffi } from '../segments/mapping';
import { closeHandle, MAPPING_NAME } from '../segments/mapping.windows';
import { Bell, bellPath, hearBell } from './bell.windows';
import type { Blocking } from './blocking';

interface EventFunctions {
  readonly create: KoffiFunc<
    (security: null, manual: number, initial: number, name: string) => bigint | number
  >;
  readonly set: KoffiFunc<(event: bigint) => number>;
  readonly wait: KoffiFunc<(event: bigint, milliseconds: number) => number>;
}

let bound: EventFunctions | undefined;

function eventFunctions(): EventFunctions {
  if (bound !== undefined) return bound;
  const library = mappingKoffi().load('kernel32.dll');
  const func = (name: string, result: string, ...parameters: string[]): unknown =>
    library.func('__stdcall', name, result, parameters);
  return (bound = {
    create: func('CreateEventW', 'intptr_t', 'void *', 'int', 'int', 'str16'),
    set: func('SetEvent', 'int', 'intptr_t'),
    wait: func('WaitForSingleObject', 'uint32_t', 'intptr_t', 'uint32_t'),
  } as EventFunctions);
}

/**
 * Both sides make both events, whoever comes first: the name is that of the lane's mapping, which only this user knows.
 * @throws Windows' error.
 */
export function wakingEvents(grant: string, side: 'accepted' | 'connected'): Blocking {
  const { set, wait } = eventFunctions();
  const name = grant.slice('mapping:'.length);
  const owner = Number(MAPPING_NAME.exec(name)?.[1]);
  const mine = named(`${name}-${side}`);
  const other = named(`${name}-${side === 'accepted' ? 'connected' : 'accepted'}`);
  const bell = new Bell(bellPath(name));
  let stopHearing = (): void => undefined;
  return {
    // An event that was set before the word changed back ends one wait too early: the caller looks again.
    wait: (_word, _value, milliseconds) => void wait(mine, Math.ceil(milliseconds)),
    wake: () => {
      if (set(other) === 0) throw windowsError('SetEvent');
    },
    isGone: (socket) => socket.destroyed || (side === 'connected' && isProcessGone(owner)),
    // The side that accepted never blocks.
    ...(side === 'connected'
      ? { ring: () => bell.ring() }
      : { hear: (rung: () => void) => void (stopHearing = hearBell(bellPath(name), rung)) }),
    close: () => {
      bell.close();
      stopHearing();
      closeHandle(mine);
      closeHandle(other);
    },
  };
}

/** It goes back to unset by itself when it has ended a wait. */
function named(name: string): bigint {
  const event = BigInt(eventFunctions().create(null, 0, 0, name));
  if (event === 0n) throw windowsError('CreateEventW');
  return event;
}
