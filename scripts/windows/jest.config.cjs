// Which tests run on Windows: all, but those that are about something else. A test that is about POSIX says so itself.
const base = require('../../jest.config.js');

const LEFT_OUT = [];

module.exports = {
  ...base,
  rootDir: '../..',
  testPathIgnorePatterns: ['/node_modules/', ...LEFT_OUT],
  // Starting a process takes long under Wine.
  testTimeout: 120_000,
};
