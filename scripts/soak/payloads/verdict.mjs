// What was promised, and whether it was kept.

const MiB = 1024 * 1024;
const ALLOWED = 1.1;
/** After a short warm-up code is still being compiled. */
const SHORT_SLACK = 2 * MiB;

/** @returns rows `{ promise, start, end, kept }`, in the order in which a reader wants to know. */
export function verdict(soak, { bare, first, last, alone, stopped }, { trimmed }) {
  const { counts, mismatches, broken } = soak;
  const unexpected = Object.values(counts.unexpected).reduce((sum, count) => sum + count, 0);
  const rows = [];
  const promise = (name, start, end, kept) => rows.push({ promise: name, start, end, kept });
  const zero = (name, end, start = '') => promise(name, start, end, end === 0);
  zero('mismatches', mismatches.length);
  zero('unexpected errors', unexpected);
  zero('processes that ended by themselves, or did not end', broken.length);
  zero('errors in the daemon that nobody caught', last.counters.stray);
  memory('daemon: resident MB, segments aside', ({ daemon }) => daemon.rss - daemon.ofSegments);
  if (trimmed) memory('daemon: resident MB', ({ daemon }) => daemon.rss);
  notMore('daemon: open descriptors', ({ daemon }) => daemon.descriptors, trimmed);
  notMore('daemon: mapped segments', ({ daemon }) => daemon.mappings, trimmed);
  zero('bytes in segments that are in use', last.inUse, first.inUse);
  if (trimmed) notMore('bytes in segments', mapped, true);
  if (trimmed) memory('the client that lives on: resident MB', ({ survivor }) => survivor.rss);
  notMore('the client that lives on: open descriptors', ({ survivor }) => survivor.descriptors, trimmed);
  notMore('the client that lives on: mapped segments', ({ survivor }) => survivor.mappings, trimmed);
  zero('segments of the daemon without clients', alone.segments.segments);
  zero('mapped segments of the daemon without clients', alone.daemon.mappings);
  const left = [bare.daemon.descriptors, alone.daemon.descriptors];
  promise('open descriptors of the daemon without clients', ...left, left[1] <= left[0]);
  zero('exit code of the daemon', stopped.code);
  // The short form runs beside other tests, whose files may come up there.
  zero('files left behind', stopped.files.length + (trimmed ? stopped.sharedMemory.length : 0));
  zero('processes left behind', stopped.processes.length);
  return rows;

  function memory(name, of) {
    const [start, end] = [of(first), of(last)];
    promise(name, megabytes(start), megabytes(end), end <= start * ALLOWED + (trimmed ? 0 : SHORT_SLACK));
  }

  /** Without a trim, pools keep what they had use for: how much that is says nothing. */
  function notMore(name, of, judged) {
    const [start, end] = [of(first), of(last)];
    promise(name, start, end, judged ? end <= start : undefined);
  }
}

function mapped({ handoffs, segments }) {
  return segments.mapped + handoffs.reduce((sum, handoff) => sum + handoff.in.mapped, 0);
}

function megabytes(bytes) {
  return Math.round(bytes / 1e5) / 10;
}

/** The promises that were not kept, each with what is known of it. */
export function brokenPromises(rows, soak, { stopped }) {
  const details = {
    mismatches: soak.mismatches.slice(0, 10),
    'unexpected errors': Object.entries(soak.counts.unexpected).slice(0, 20),
    'processes that ended by themselves, or did not end': soak.broken,
    'files left behind': [...stopped.files, ...stopped.sharedMemory],
    'processes left behind': stopped.processes,
  };
  return rows
    .filter(({ kept }) => kept === false)
    .map(({ promise, start, end }) => ({ promise, start, end, details: details[promise] }));
}
