// What one client has done since it last said so.

const ZERO = () => ({
  payloads: 0,
  bytes: 0,
  cancels: 0,
  timeouts: 0,
  errors: {},
  unexpected: {},
  deeds: {},
});

/** Counts, and sends the counts to the soak. What was counted by a client that is killed before it says so is lost. */
export class Tally {
  #tell;
  #counts = ZERO();

  /** @param {(message: object) => void} tell */
  constructor(tell) {
    this.#tell = tell;
  }

  /** A payload was received, and its content checked. */
  checked(bytes) {
    this.#counts.payloads++;
    this.#counts.bytes += bytes;
  }

  did(deed) {
    add(this.#counts.deeds, deed);
  }

  cancelled(how) {
    this.#counts[how === 'timeout' ? 'timeouts' : 'cancels']++;
  }

  /** An error; only those of calls that were given up are expected. */
  error(error, expected, where) {
    add(this.#counts.errors, error?.code ?? String(error?.name));
    if (expected) return;
    const text = `${where}: ${error?.code ?? error?.name}: ${String(error?.message).slice(0, 300)}`;
    add(this.#counts.unexpected, text);
    this.report();
  }

  mismatch(text) {
    this.#tell({ mismatch: text });
  }

  /** Something that no call is to blame for. */
  broken(error) {
    this.error({ name: 'broken', message: error?.stack ?? String(error) }, false, 'client');
  }

  report() {
    this.#tell({ counts: this.#counts });
    this.#counts = ZERO();
  }
}

function add(counts, name) {
  counts[name] = (counts[name] ?? 0) + 1;
}

/** Adds the counts of a report to the sum of all. */
export function addCounts(sum, counts) {
  for (const [name, value] of Object.entries(counts)) {
    if (typeof value === 'number') sum[name] = (sum[name] ?? 0) + value;
    else addCounts((sum[name] ??= {}), value);
  }
}
