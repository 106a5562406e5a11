// What a chaos run comes to: the journal is what happened, the records are what was said of it. No I/O.

/** How many calls of a target run at once. Of those with one at a time, each may run once. */
const AT_ONCE = { counter: 1, motor: 1, arrays: 1, meter: 4 };
const single = (target) => AT_ONCE[target] === 1;
/** A call is told of a new session at once. */
const AT_ONCE_MS = 1000;

/**
 * @param {string} journal lines: `start`, `begin TARGET TOKEN`, `end TARGET TOKEN`.
 * @param records what clients were told of their calls.
 * @param hung records of calls that came to no outcome.
 * @param {{ pid: number, at: number }[]} kills the daemons that were killed, and when.
 * @param {Map<string, { pid: number, at: number }[]>} sessions by client: each new session, with which daemon and since when.
 */
export function judge(journal, records, hung, kills, sessions = new Map()) {
  const { begun, overlaps, order, ended } = read(journal);
  const broken = [...overlaps, ...outOfOrder(order)];
  for (const { token, target } of hung) broken.push(`hung: ${target} ${token}`);
  const told = new Set([...records, ...hung].map(({ token }) => token));
  for (const [token, times] of begun) {
    const target = order.get(token);
    if (times > 1 && single(target)) broken.push(`doubled: ${target} ${token} began ${times} times`);
    if (!told.has(token)) broken.push(`of nobody: ${target} ${token} ran, and no client tells of it`);
  }
  for (const record of records) {
    const what = faultOf(record, begun.get(record.token) ?? 0, ended.has(record.token), kills.length > 0);
    if (what !== undefined) broken.push(`${what}: ${JSON.stringify(record)}`);
  }
  const unresolved = records.filter(
    ({ outcome, ran, kind }) => outcome !== 'value' && ran === 'maybe' && kind === 'plain',
  );
  const attributed = attribute(unresolved, records, kills, sessions);
  for (const record of attributed.stray) broken.push(`unresolved without a kill: ${JSON.stringify(record)}`);
  for (const { at, unresolved: count, inFlight } of attributed.kills)
    if (count > inFlight)
      broken.push(`${count} calls unresolved by the kill at ${at}, ${inFlight} were in flight`);
  const inFlight = attributed.kills.reduce((sum, kill) => sum + kill.inFlight, 0);
  return { broken, unresolved: unresolved.length, inFlight };
}

/**
 * Which kill left which calls unresolved. A client knows that its daemon is dead when it gets a session with the next: what it
 * made until then was in flight, and what is unresolved is told then. `stray` are those that no kill explains: the daemon of
 * the new session is that of the old one.
 */
function attribute(unresolved, records, kills, sessions) {
  const counts = new Map(kills.map(({ pid, at }) => [pid, { at, unresolved: 0, inFlight: 0 }]));
  const changes = new Map();
  for (const [client, all] of sessions)
    changes.set(
      client,
      all.slice(1).map((session, index) => ({ at: session.at, dead: all[index].pid, pid: session.pid })),
    );
  const changesOf = ({ token }) => changes.get(token.split(':')[0]) ?? [];
  const stray = [];
  for (const record of unresolved) {
    const told = changesOf(record).find(
      ({ at }) => at >= record.since && Math.abs(record.until - at) <= AT_ONCE_MS,
    );
    const kill = told !== undefined && told.dead !== told.pid ? counts.get(told.dead) : undefined;
    if (kill === undefined) stray.push(record);
    else kill.unresolved++;
  }
  for (const record of records)
    for (const { at, dead, pid } of changesOf(record)) {
      const kill = dead === pid ? undefined : counts.get(dead);
      if (kill !== undefined && record.since <= at && record.until >= kill.at) kill.inFlight++;
    }
  return { stray, kills: [...counts.values()] };
}

function faultOf({ outcome, ran, kind, target, large, fault }, times, ended, killed) {
  if (fault !== undefined) return fault;
  const lost = outcome === 'OUTCOME_UNKNOWN' || outcome === 'CONNECTION_LOST';
  if (target === 'numbers') {
    if (outcome === 'value' || kind !== 'plain') return undefined;
    return killed && lost ? undefined : 'a stream broke';
  }
  if (outcome === 'value') return times === 0 || !ended ? 'an answer to a call that did not run' : undefined;
  if (ran === 'no' && times > 0) return 'it ran, and is said not to have';
  if (ran === 'yes' && times === 0) return 'it is said to have run, and did not';
  if (!['no', 'yes', 'maybe'].includes(ran)) return 'an error without a ran';
  if (kind !== 'plain') return undefined;
  if (large === true && outcome === 'OUTCOME_UNKNOWN' && ran === 'yes') return undefined; // Its answer was not kept.
  if (target === 'meter') return 'an idempotent call was not made again';
  return killed && lost && ran === 'maybe' ? undefined : 'lost';
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
      const now = running.get(target) ?? new Set();
      running.set(target, now.add(token));
      if (now.size > AT_ONCE[target])
        overlaps.push(`${now.size} at once: ${target} ${[...now].join(' and ')}`);
    } else if (what === 'end') {
      ended.add(token);
      running.get(target)?.delete(token);
    }
  }
  return { begun, ended, overlaps, order };
}

/** Calls of one client to one target begin in the order in which they were made. One that is made anew has its place no more. */
function outOfOrder(order) {
  const last = new Map();
  const broken = [];
  for (const [token, target] of order) {
    if (!single(target)) continue;
    const [client, number] = token.split(':');
    const lane = `${client} ${target}`;
    const before = last.get(lane) ?? 0;
    if (Number(number) < before) broken.push(`out of order: ${target} ${client}:${before}, then ${token}`);
    last.set(lane, Number(number));
  }
  return broken;
}
