// What the exit codes of `samebox` mean, and which one an error has.
import { SameboxError } from '../../src/errors';

/** Exit codes of every command. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  timeout: 4,
  unknown: 5,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The table that `samebox help exit-codes` shows. */
export const EXIT_CODE_TABLE: readonly (readonly [code: ExitCode, means: string])[] = [
  [EXIT.ok, 'It worked.'],
  [
    EXIT.failed,
    'The call failed: the target threw, is busy, could not be opened or is not allowed; or doctor found a problem.',
  ],
  [EXIT.usage, 'Wrong usage: an option, an argument, a target or method that does not exist, a config.'],
  [EXIT.unreachable, 'No daemon answers.'],
  [EXIT.timeout, 'The deadline passed (--timeout).'],
  [EXIT.unknown, 'The connection broke during the call: it may have run.'],
  [EXIT.hungUp, 'The terminal was closed; a running call was cancelled.'],
  [EXIT.interrupted, 'Ctrl-C; a running call was cancelled.'],
  [EXIT.terminated, 'Ended by a signal; a running call was cancelled.'],
];

/** The exit code of an error. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!SameboxError.is(error)) return EXIT.failed;
  switch (error.code) {
    case 'UNREACHABLE':
      return EXIT.unreachable;
    case 'TIMEOUT':
      return EXIT.timeout;
    case 'CONNECTION_LOST':
    case 'OUTCOME_UNKNOWN':
      return error.ran === 'no' ? EXIT.unreachable : EXIT.unknown;
    case 'NO_TARGET':
      // A target that is there but could not be opened is no mistake of the caller.
      return error.details['state'] === 'failed' ? EXIT.failed : EXIT.usage;
    case 'NO_METHOD':
    case 'UNENCODABLE':
    case 'INVALID_ARGUMENT':
      return error.ran === 'no' ? EXIT.usage : EXIT.failed;
    default:
      return EXIT.failed;
  }
}
