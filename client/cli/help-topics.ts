// What `samebox help TOPIC` tells besides the commands.
import { EXIT_CODE_TABLE } from './exit-codes';

const VALUES = `
Arguments
  An argument is JSON where it parses as JSON, else a string: 20, true, null, '[1, 2]', '{"range": 3}', hello.
  Whole numbers beyond 2^53 keep all their digits (bigint).
  name=value names an argument if the method has a parameter of that name; '"name=value"' is a string.
  --string     takes every argument as a string
  --json-args  takes every argument as JSON; what is not JSON is an error
  --           ends the options: what follows may begin with a dash

Results with --json
  NaN, infinities        "NaN", "Infinity", "-Infinity"
  undefined              null; left out in objects
  bigint                 its digits as a string
  date                   ISO 8601 string; null if invalid
  map, set               array of [key, value]; array
  complex                {"re": 1, "im": 2}
  typed array, bytes     array of numbers
  n-dimensional array    {"shape": [2, 3], "dtype": "uint16", "data": [...]}, data in C order
  A stream is one line of JSON per item; an error is {"error": {...}} on standard error.`;

/** The topics and their texts. */
export const TOPICS: Readonly<Record<string, () => string>> = {
  'exit-codes': () => {
    const rows = EXIT_CODE_TABLE.map(([code, means]) => `${String(code).padStart(4)}  ${means}`);
    return ['Exit codes of samebox:', '', ...rows].join('\n');
  },
  values: () => VALUES.trimStart(),
};
