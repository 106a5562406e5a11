// The structured object that calls carry: the state of an instrument, 1 KiB as JSON.

const channel = (n) => ({
  name: `channel ${n}`,
  unit: 'V',
  value: 0.25 + n / 64,
  limit: 10,
  on: n % 3 !== 0,
});

/** 1,024 bytes of JSON: texts, numbers, truth values, a list of objects, a map. */
export const OBJECT = {
  name: 'power meter',
  serial: 'PM-100-0042',
  online: true,
  range: 3,
  gain: 1_250_000,
  readings: Array.from({ length: 24 }, (_, n) => 0.2438 + n / 1024),
  channels: Array.from({ length: 6 }, (_, n) => channel(n)),
  labels: { operator: 'night shift', sample: 'GaAs 17', setup: 'cryostat 2', note: '' },
};
OBJECT.labels.note = '.'.repeat(1024 - JSON.stringify(OBJECT).length);
