// A process that the benchmark started: does what it is told, one command at a time, and ends when nobody is left to tell it.

/** What every process can be asked. */
const ALWAYS = {
  /** Processor time of all its threads so far, in microseconds. */
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
};

/**
 * @param {Record<string, (options: any) => unknown>} commands what it can do; what they give is sent back.
 * @param {() => unknown} close what it does before it ends.
 * @param {object} facts what is to be known of it from the start.
 */
export function serve(commands, close = () => undefined, facts = {}) {
  const all = { ...ALWAYS, ...commands };
  process.on('SIGINT', () => undefined); // Ctrl-C reaches the whole group: who started this process ends it.
  process.on('message', async ({ id, command, options }) => {
    try {
      answer({ id, result: (await all[command](options)) ?? null });
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
  answer({ ready: true, facts });
}

/** Whoever asked may be gone. */
function answer(message) {
  process.send(message, () => undefined);
}
