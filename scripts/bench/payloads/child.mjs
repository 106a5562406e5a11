// A process that the benchmark started: does what it is told, one command at a time, and ends when nobody is left to tell it.

/**
 * @param {Record<string, (options: any) => unknown>} commands what it can do; what they give is sent back.
 * @param {() => unknown} close what it does before it ends.
 */
export function serve(commands, close = () => undefined) {
  process.on('SIGINT', () => undefined); // Ctrl-C reaches the whole group: who started this process ends it.
  process.on('message', async ({ id, command, options }) => {
    try {
      answer({ id, result: await commands[command](options) });
    } catch (error) {
      answer({ id, error: error?.stack ?? String(error) });
    }
  });
  process.on('disconnect', async () => {
    setTimeout(() => process.exit(1), 2000).unref();
    await Promise.resolve()
      .then(close)
      .catch(() => undefined);
    process.exit(0);
  });
  answer({ ready: true });
}

/** Whoever asked may be gone. */
function answer(message) {
  process.send(message, () => undefined);
}
