// The modes of samebox that are measured, one line each. The goals know them by `samebox`, `low` and `lane`.

/**
 * @typedef {object} Mode
 * @property {string} name
 * @property {string} title
 * @property {object} [connect] options of `connect`.
 * @property {object} [box] options of `defineBox`.
 * @property {boolean} [twoCores] it makes no sense on one core.
 * @property {(client: import('../../../../dist/client/index.js').Client) => object} [abilities] what its client can do
 * besides: `{ blocking: () => ... }` for a call that blocks its thread.
 */

/** Eight clients take part in some sections. */
const MANY = { limits: { lowLatencySessions: 8 } };

/** @type {Mode[]} */
export const MODES = [
  { name: 'samebox', title: 'samebox' },
  { name: 'low', title: "samebox, latency: 'low'", connect: { latency: 'low' }, box: MANY, twoCores: true },
  {
    name: 'lane',
    title: "samebox, latency: 'lane'",
    connect: { latency: 'lane' },
    box: MANY,
    twoCores: true,
    abilities: (client) => ({ blocking: () => client.callSync('bench', 'noop') }),
  },
];

/** @param {string} name */
export const modeNamed = (name) => MODES.find((mode) => mode.name === name);
