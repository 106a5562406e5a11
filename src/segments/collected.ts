// Memory that nobody can reach any more: the garbage collector says so.

const registry = new FinalizationRegistry<() => void>((run) => run());

/**
 * Runs `run` some time after `buffer` was collected, unless it is forgotten before.
 * @param run must not reach the buffer, or it is never collected.
 */
export function whenCollected(buffer: ArrayBuffer, run: () => void): void {
  registry.register(buffer, run, buffer);
}

export function forget(buffer: ArrayBuffer): void {
  registry.unregister(buffer);
}
