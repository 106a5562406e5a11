/** Sources are transpiled only: `npm run typecheck` holds the types. Timings never decide a test. */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.json', diagnostics: false }] },
  setupFiles: ['<rootDir>/test/support/symbols.ts'],
  testTimeout: 30000,
};
