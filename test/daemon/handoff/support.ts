// What the tests of handoff share: a garbage collector that comes when called, waiting without a clock, sockets to cut.
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Reception } from '../../../daemon/session/reception';
import type { HandoffChoice } from '../../../src/handoff/handoff';
import { IS_WINDOWS, OS } from '../../../src/os';

export { KiB, MiB, patterned, randomFrom, same } from '../../support/patterns';

/** The ways that payloads can take here. */
export const WAYS: readonly HandoffChoice[] = OS === 'linux' ? ['memfd', 'file', 'never'] : ['auto', 'never'];

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Collects garbage, with turns of the event loop in which finalizers run. */
export async function collectGarbage(): Promise<void> {
  collect();
  for (let round = 0; round < 5; round++) await turn();
}

/** A pipe of Windows takes more of them. */
const VERY_MANY = IS_WINDOWS ? 500_000 : 20_000;

/** Waits, without a clock, until `condition` holds. Gives up after very many turns of the event loop. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let count = 0; count < VERY_MANY; count++) {
    if (await condition()) return;
    await turn();
  }
  throw new Error(`it never came to that: ${condition.toString()}`);
}

/** The same, for what comes when garbage is collected. */
export async function untilCollected(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let count = 0; count < 100; count++) {
    if (await condition()) return;
    await collectGarbage();
  }
  throw new Error(`it is never collected: ${condition.toString()}`);
}

/** A promise, and what resolves it. */
export function gate(): { readonly open: () => void; readonly passed: Promise<void> } {
  let open!: () => void;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { open, passed };
}

/** The daemon's ends of the sockets that are accepted from now on, to be cut when a test says so. */
export function acceptedSockets(): Socket[] {
  const sockets: Socket[] = [];
  const { admit } = Reception.prototype;
  jest.spyOn(Reception.prototype, 'admit').mockImplementation(function (this: Reception, socket) {
    sockets.push(socket);
    admit.call(this, socket);
  });
  return sockets;
}

/** What using an array that has gone back says. */
export const GIVEN_BACK = /on loan and has been given back.*keep\(x\)/;
