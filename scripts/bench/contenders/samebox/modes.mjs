// The modes of samebox that are measured: how a client connects, what a daemon is told. One line each.

/** @type {{ name: string, title: string, connect?: object, box?: object, twoCores?: boolean }[]} */
export const MODES = [{ name: 'samebox', title: 'samebox' }];

/** @param {string} name */
export const modeNamed = (name) => MODES.find((mode) => mode.name === name);
