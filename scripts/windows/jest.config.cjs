// Which tests run on Windows: all, but for those that are about something else. A test that is about POSIX says so itself.
const base = require('../../jest.config.js');

const LEFT_OUT = {
  'What other systems have: /proc, limits of a shell, mounts, users, pseudo-terminals, units.': [
    'test/e2e/(bench|chaos|edges|fuzz|handoff-space|load|other-users|real-input|soak)',
    'test/e2e/systemd/',
    'test/daemon/service/(launchd|systemd)/',
    'test/(scripts|types)/',
  ],
  'The same JavaScript on every system, and it takes long: codecs, models, simulated lines.': [
    'test/src/cbor/(arrays|values)',
    '-(model|simulation)\\.test',
    'test/daemon/config/(check-types|load-config|load-errors)',
    'test/daemon/instruments/(line-simulation|simulated/)',
    'test/client/lost-sockets/over-hot-sockets',
  ],
  'Processes by the dozen, which take a second each under Wine: commands.test and serve.test have some of each kind.':
    ['test/client/cli/(bench|calls|completion|doctor|leases|wake)\\.test'],
};

/** Paths of Windows have backslashes. */
const patterns = Object.values(LEFT_OUT)
  .flat()
  .map((pattern) => pattern.replaceAll('/', '[\\\\/]'));

module.exports = {
  ...base,
  rootDir: '../..',
  testPathIgnorePatterns: ['[\\\\/]node_modules[\\\\/]', ...patterns],
  // Starting a process takes long under Wine.
  testTimeout: 120_000,
};
