// The tables of large payloads: captions, heads and rows of text.

/** @typedef {{ caption: string, head: string[], rows: string[][] }} TextTable */

/** @returns {TextTable[]} */
export function payloadTables({ payloads, sizes }) {
  return [
    {
      caption: '64 MiB, from the call to its answer: medians, with the middle half of the rounds in brackets',
      head: ['', 'ms', '× memcpy', '× copy-in', '× in-segment'],
      rows: payloads.map(({ name, time, copies, overCopyIn, overInSegment }) => [
        name,
        show(time, 1),
        show(copies, 2),
        show(overCopyIn, 1),
        show(overInSegment, 1),
      ]),
    },
    {
      caption: 'An array that lies in a segment, by its size',
      head: ['', 'ms', `× ${sizes[0].mebibytes} MiB`],
      rows: sizes.map(({ mebibytes, time, toSmallest }) => [
        `${mebibytes} MiB`,
        show(time, 3),
        show(toSmallest, 2),
      ]),
    },
  ];
}

/** @returns {TextTable[]} */
export function fanOutTable(ways) {
  const { readers } = ways[0];
  return [
    {
      caption: 'CPU and event loop of the daemon, per frame',
      head: [
        '',
        'memcpy ms',
        'CPU ms, 1 reader',
        `CPU ms, ${readers} readers`,
        'CPU us per reader',
        'of a bare socket',
        'loop us per reader',
        'frame every',
        'delivered',
      ],
      rows: ways.map(({ way, copy, cpu, barePerReader, active, interval, delivered }) => [
        way === 'copied' ? 'copied' : 'in place',
        show(copy, 2),
        show(cpu.one, 2),
        show(cpu.all, 2),
        show(cpu.perReader, 0),
        show(barePerReader, 0),
        show(active.perReader, 0),
        `${interval} ms`,
        `${(delivered * 100).toFixed(0)} %`,
      ]),
    },
  ];
}

/** @returns {TextTable[]} */
export function smallCallsTable(rows) {
  return [
    {
      caption: 'Milliseconds: p99 / longest of a round / longest of all rounds',
      head: ['', 'payloads/s', 'calls', 'event loop late', 'call to start of method', 'round trip'],
      rows: rows.map(({ meanwhile, payloadsPerSecond, calls, loop, start, trip }) => [
        `other client ${meanwhile}`,
        payloadsPerSecond.toFixed(1),
        String(calls),
        waits(loop),
        waits(start),
        waits(trip),
      ]),
    },
  ];
}

const waits = ({ p99, max, worst }) => [p99, max, worst].map((time) => time.toFixed(1)).join(' / ');
const show = ({ median, low, high }, digits) =>
  `${median.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
