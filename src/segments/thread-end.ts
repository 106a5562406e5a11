// What a worker thread has opened goes when the thread ends: the process lives on, and nobody else would close it.
import { isMainThread } from 'node:worker_threads';

const left = new Set<() => void>();

/** Has `end` run when this thread ends, unless it is forgotten before. In the main thread the process ends with it. */
export function whenThreadEnds(end: () => void): void {
  if (isMainThread) return;
  if (left.size === 0) process.once('exit', endAll);
  left.add(end);
}

export function forgetThreadEnd(end: () => void): void {
  if (left.delete(end) && left.size === 0) process.off('exit', endAll);
}

function endAll(): void {
  for (const end of left) end();
}
