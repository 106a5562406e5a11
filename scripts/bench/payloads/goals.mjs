// What samebox promises of large payloads, beside what was measured.

/** @returns {{ goal: string, measured: string, met: boolean }[]} */
export function goals({ transfers, frames, smallCalls }) {
  return [
    ...(transfers ? [...ofPayloads(transfers.payloads), ...ofSizes(transfers.sizes)] : []),
    ...(frames ?? []).flatMap(ofFanOut),
    ...(smallCalls ?? []).flatMap(ofSmallCalls),
  ];
}

/** How many times faster than whom. */
const FASTER_THAN = { zeromq: 4, 'vscode-jsonrpc': 30, '@grpc/grpc-js': 30 };

function ofPayloads(payloads) {
  const of = (name) => payloads.find((row) => row.name.startsWith(name));
  const copyIn = of('samebox copy-in');
  const faster = (name, key, factor, how) => {
    const { median } = of(name)[key];
    return goal(
      `${how}: ${factor} × faster than ${of(name).name}`,
      `${median.toFixed(1)} ×`,
      median >= factor,
    );
  };
  return [
    goal(
      'copy-in: at most 1.3 copies + 1 ms',
      `${copyIn.copiesAndOne.median.toFixed(2)} copies + 1 ms`,
      copyIn.copiesAndOne.median <= 1.3,
    ),
    ...['overCopyIn', 'overInSegment'].flatMap((key) => {
      const how = key === 'overCopyIn' ? 'copy-in' : 'in-segment';
      return Object.entries(FASTER_THAN)
        .filter(([name]) => of(name) !== undefined)
        .map(([name, factor]) => faster(name, key, factor, how));
    }),
  ];
}

function ofSizes(sizes) {
  const medians = sizes.map(({ time }) => time.median);
  const slowest = Math.max(...medians);
  const range = slowest / Math.min(...medians);
  const from = `${sizes[0].mebibytes} to ${sizes.at(-1).mebibytes} MiB`;
  return [
    goal(`in-segment, ${from}: at most 1 ms`, `${slowest.toFixed(2)} ms`, slowest <= 1),
    goal(`in-segment, ${from}: slowest at most 1.5 × fastest`, `${range.toFixed(2)} ×`, range <= 1.5),
  ];
}

function ofFanOut({ way, cpu, barePerReader, delivered }) {
  const name = way === 'copied' ? 'fan-out, copied' : 'fan-out, in place';
  const { median: further } = cpu.perReader;
  const { median: copies } = cpu.copiesAndOne;
  const { median: first } = cpu.one;
  return [
    goal(
      `${name}: at most 50 us CPU per further reader`,
      `${further.toFixed(0)} us (bare socket: ${barePerReader.median.toFixed(0)})${delivered < 1 ? `, ${(delivered * 100).toFixed(0)} % delivered` : ''}`,
      further <= 50 && delivered === 1,
    ),
    way === 'copied'
      ? goal(
          `${name}, one reader: at most 1.3 copies + 1 ms CPU`,
          `${copies.toFixed(2)} copies + 1 ms`,
          copies <= 1.3,
        )
      : goal(`${name}, one reader: at most 1 ms CPU`, `${first.toFixed(2)} ms`, first <= 1),
  ];
}

/** Judged by the longest wait of a usual round: the machine itself stands still now and then, also when there is nothing to do. */
function ofSmallCalls({ meanwhile, loop, start }, _, [idle]) {
  const longest = Math.max(loop.max, start.max);
  const worst = (row) => Math.max(row.loop.worst, row.start.worst).toFixed(1);
  return [
    goal(
      `small calls, other client ${meanwhile}: none waits 20 ms in the daemon`,
      `${longest.toFixed(1)} ms, worst round ${worst({ loop, start })} (idle ${worst(idle)})`,
      longest <= 20,
    ),
  ];
}

function goal(text, measured, met) {
  return { goal: text, measured, met };
}
