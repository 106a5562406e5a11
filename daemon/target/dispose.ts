// How the daemon ends an object that it made.

/** Ends it by `Symbol.asyncDispose`, `Symbol.dispose` or a `close()` that takes no arguments, the first that it has. */
export async function dispose(object: object): Promise<void> {
  const endings = object as {
    [Symbol.asyncDispose]?: () => PromiseLike<void>;
    [Symbol.dispose]?: () => void;
    close?: () => unknown;
  };
  if (typeof endings[Symbol.asyncDispose] === 'function') await endings[Symbol.asyncDispose]?.();
  else if (typeof endings[Symbol.dispose] === 'function') endings[Symbol.dispose]?.();
  else if (typeof endings.close === 'function' && endings.close.length === 0) await endings.close();
}
