// The child's end of the channel to the proof that started it: commands come in, answers and news go out.

/**
 * @param {Record<string, (options: any) => unknown>} commands what it can do; what they give is sent back.
 * @param {() => unknown} close what it does before it ends, which it then does by itself: that it can is part of the proof.
 */
export function serve(commands, close) {
  process.on('SIGINT', () => undefined); // Ctrl-C reaches the whole group: who started this process ends it.
  process.on('message', async ({ id, command, options }) => {
    try {
      tell({ id, result: (await commands[command](options)) ?? null });
    } catch (error) {
      tell({ id, error: error?.stack ?? String(error) });
    }
  });
  if (!process.connected) return void close(); // The proof has gone meanwhile.
  process.on('disconnect', () => void close());
  tell({ ready: true });
}

/** Says something to the proof, which may be gone. */
export function tell(message) {
  if (process.connected) process.send(message, () => undefined);
}

/**
 * Lets the garbage collector, and those who wait for it, do what they can; then the C library gives back what it keeps of
 * freed memory (malloc_trim of glibc), so that what is resident is what is in use.
 * @param {NodeJS.Require} require finds koffi.
 */
export async function collect(require) {
  for (let round = 0; round < 4; round++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  trim ??= mallocTrim(require);
  trim();
}

let trim;

function mallocTrim(require) {
  try {
    const call = require('koffi').load('libc.so.6').func('int malloc_trim(size_t pad)');
    return () => call(0);
  } catch {
    return () => undefined; // Another C library: it keeps what it keeps.
  }
}
