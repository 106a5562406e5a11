// The tables that people read.

export function report({ machine, handoff, transfers, fanOut, smallCalls, goals }) {
  const { count, pinned } = machine;
  console.log(
    `${count} rounds; medians, with the middle half of the rounds in brackets; ratios are of one round each.`,
  );
  console.log(
    pinned
      ? 'Servers pinned to core 1, clients to core 0.'
      : 'Not pinned: every process, with its threads, may use every core.',
  );
  console.log(`samebox to the daemon: ${way(handoff.in)}; to the client: ${way(handoff.out)}.`);
  if (transfers) payloadTables(transfers);
  if (fanOut) fanOutTable(fanOut);
  if (smallCalls) smallCallsTable(smallCalls);
  console.log('\nGoals');
  table(goals.map(({ goal, measured, met }) => [goal, { measured, met: met ? 'yes' : 'no' }]));
}

function payloadTables({ payloads, sizes }) {
  console.log('\n64 MiB, from the call to its answer');
  table(
    payloads.map(({ name, time, copies, overCopyIn, overInSegment }) => [
      name,
      {
        ms: show(time, 1),
        'x memcpy': show(copies, 2),
        'x copy-in': show(overCopyIn, 1),
        'x in-segment': show(overInSegment, 1),
      },
    ]),
  );
  console.log('\nAn array that lies in a segment, by its size');
  table(
    sizes.map(({ mebibytes, time, toSmallest }) => [
      `${mebibytes} MiB`,
      { ms: show(time, 3), [`x ${sizes[0].mebibytes} MiB`]: show(toSmallest, 2) },
    ]),
  );
}

function fanOutTable(rows) {
  console.log('\nA frame of 8 MiB to many readers: what it takes of the daemon');
  table(
    rows.map(({ way, readers, copy, cpu, active, interval, delivered }) => [
      way === 'copied' ? 'copied' : 'in place',
      {
        'memcpy ms': show(copy, 2),
        'CPU ms, 1 reader': show(cpu.one, 2),
        [`CPU ms, ${readers} readers`]: show(cpu.all, 2),
        'CPU us per reader': show(cpu.perReader, 0),
        'loop us per reader': show(active.perReader, 0),
        'frame every': `${interval} ms`,
        delivered: `${(delivered * 100).toFixed(0)} %`,
      },
    ]),
  );
}

function smallCallsTable(rows) {
  console.log('\nA small call every 2 ms: milliseconds, p99 / longest of a round / longest of all rounds');
  table(
    rows.map(({ meanwhile, payloadsPerSecond, calls, loop, start, trip }) => [
      `other client ${meanwhile}`,
      {
        'payloads/s': payloadsPerSecond.toFixed(1),
        calls,
        'event loop late': waits(loop),
        'call to start of method': waits(start),
        'round trip': waits(trip),
      },
    ]),
  );
}

const way = ({ way: name, reason }) => (reason === undefined ? name : `${name} (${reason})`);
const waits = ({ p99, max, worst }) => [p99, max, worst].map((time) => time.toFixed(1)).join(' / ');
const show = ({ median, low, high }, digits) =>
  `${median.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;

/** `console.table`, without quotes around text. */
function table(rows) {
  const columns = ['', ...Object.keys(rows[0][1])];
  const lines = [columns, ...rows.map(([name, cells]) => [name, ...Object.values(cells).map(String)])];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  for (const line of lines)
    console.log(
      line
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
        .join('   '),
    );
}
