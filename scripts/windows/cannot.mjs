// That the tests of Windows can't run on this machine, which is another thing than that they failed.

/** What `npm run test:windows` ends with then: what automake and many harnesses call a skipped test. */
export const SKIPPED = 77;

/** Why they can't run, and what would help. */
export class Cannot extends Error {}
