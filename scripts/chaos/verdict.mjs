// What a chaos run comes to: the journal is what happened, the records are what was said of it. No I/O.

/** Targets that run one call at a time, each of which may run once. */
const SINGLE = new Set(['counter', 'motor', 'arrays']);

/**
 * @param {string} journal lines: `start`, `begin TARGET TOKEN`, `end TARGET TOKEN`.
 * @param records what clients were told of their calls.
 * @param hung records of calls that came to no outcome.
 * @param kills the moments at which the daemon was killed.
 */
export function judge(journal, records, hung, kills) {
  const { begun, ended, overlaps, order } = read(journal);
  const broken = [...overlaps, ...outOfOrder(order)];
  for (const { token, target } of hung) broken.push(`hung: ${target} ${token}`);
  const count = (token) => begun.get(token) ?? 0;
  for (const [token, times] of begun) {
    const target = order.get(token);
    if (times > 1 && SINGLE.has(target)) broken.push(`doubled: ${target} ${token} began ${times} times`);
  }
  for (const record of records) {
    const what = faultOf(record, count(record.token), ended.has(record.token), kills.length > 0);
    if (what !== undefined) broken.push(`${what}: ${JSON.stringify(record)}`);
  }
  const unresolved = records.filter(
    ({ outcome, ran, kind }) => outcome !== 'value' && ran === 'maybe' && kind === 'plain',
  );
  const allowed = kills.reduce(
    (sum, at) => sum + records.filter(({ since, until }) => since <= at && at <= until).length,
    0,
  );
  if (unresolved.length > allowed)
    broken.push(`${unresolved.length} calls unresolved, ${allowed} were in flight`);
  return { broken, unresolved: unresolved.length, inFlight: allowed };
}

function faultOf({ outcome, ran, kind, target, large, fault }, times, ended, killed) {
  if (fault !== undefined) return fault;
  if (target === 'numbers') {
    if (outcome === 'value' || kind !== 'plain') return undefined;
    return killed && (outcome === 'CONNECTION_LOST' || outcome === 'OUTCOME_UNKNOWN')
      ? undefined
      : 'a stream broke';
  }
  if (outcome === 'value') return times === 0 || !ended ? 'an answer to a call that did not run' : undefined;
  if (ran === 'no' && times > 0) return 'it ran, and is said not to have';
  if (ran === 'yes' && times === 0) return 'it is said to have run, and did not';
  if (!['no', 'yes', 'maybe'].includes(ran)) return 'an error without a ran';
  if (kind !== 'plain') return undefined;
  if (large === true && outcome === 'OUTCOME_UNKNOWN' && ran === 'yes') return undefined; // Its answer was not kept.
  if (killed && (outcome === 'OUTCOME_UNKNOWN' || outcome === 'CONNECTION_LOST') && ran !== 'no')
    return undefined;
  return 'lost';
}

function read(journal) {
  const begun = new Map();
  const ended = new Set();
  const order = new Map();
  const overlaps = [];
  let running = new Map();
  for (const line of journal.split('\n')) {
    const [what, target, token] = line.split(' ');
    if (what === 'start') running = new Map();
    else if (what === 'begin') {
      begun.set(token, (begun.get(token) ?? 0) + 1);
      if (!order.has(token)) order.set(token, target);
      if (!SINGLE.has(target)) continue;
      const other = running.get(target);
      if (other !== undefined && other !== token)
        overlaps.push(`two at once: ${target} ${other} and ${token}`);
      running.set(target, token);
    } else if (what === 'end') {
      ended.add(token);
      running.delete(target);
    }
  }
  return { begun, ended, overlaps, order };
}

/** Calls of one client to one target begin in the order in which they were made. */
function outOfOrder(order) {
  const last = new Map();
  const broken = [];
  for (const [token, target] of order) {
    if (!SINGLE.has(target)) continue;
    const [client, number] = token.split(':');
    const lane = `${client} ${target}`;
    const before = last.get(lane) ?? 0;
    if (Number(number) < before) broken.push(`out of order: ${target} ${client}:${before}, then ${token}`);
    last.set(lane, Number(number));
  }
  return broken;
}
