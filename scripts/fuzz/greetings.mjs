// Hellos: right ones, and those of clients that nobody has written.

/** The fields of a hello. `offer` is how the daemon can prove that it reads this process's memory. */
export function greetingOf(random, offer) {
  if (random.chance(0.6)) return { features: ['handoff'], handoff: { proof: offer } };
  const fields = {};
  const odd = (name, choices) => {
    if (random.chance(0.4)) fields[name] = random.pick(choices);
  };
  odd('protocol', [[1, 0], [1, 99], [2, 0], [0, 0], [1], 'new', null, [NaN, -1], [1n, 0n]]);
  odd('features', [[], ['resume'], ['tomorrow', 5, null], 'handoff', { length: 9 }, Array(1000).fill('x')]);
  odd('limits', [
    { frameBytes: 10 },
    { frameBytes: Infinity, segments: 0 },
    { headBytes: NaN },
    { attachments: 16, segmentBytes: 0 },
    { frameBytes: 1_048_576 },
    null,
    [],
  ]);
  odd('peer', [null, {}, { name: 'x'.repeat(5000), pid: -1 }, { name: '\u0007', pid: 2 ** 60 }, []]);
  odd('handoff', [
    { proof: 'memfd:1:0' },
    { proof: 'file:/dev/zero' },
    { proof: 5 },
    { proof: 'x'.repeat(9999) },
    null,
  ]);
  odd('session', [
    { id: random.integer(0, 100), token: new Uint8Array(random.integer(0, 40)) },
    { id: -1, token: 'text' },
    { id: 1, token: new Uint8Array(16), seen: 2 ** 53 - 1 },
    { name: 'notebook' },
    { name: 'x'.repeat(9999), token: null },
    { name: '../../etc', id: 5 },
    { id: 2 ** 53 },
    null,
    'session',
    [],
  ]);
  odd('methods', [{}, 5]);
  odd('unknown', [{ deep: [[[[1]]]] }, 5]);
  return fields;
}
