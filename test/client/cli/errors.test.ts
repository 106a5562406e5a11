import { EXIT_CODE_TABLE, exitCodeOf } from '../../../client/cli/exit-codes';
import { PLAIN } from '../../../client/cli/paint';
import { errorLines } from '../../../client/cli/report-error';
import { ERROR_CODES, SameboxError } from '../../../src/errors';

const style = { paint: PLAIN, verbose: false };

describe('errors on the command line', () => {
  test('every code of the catalogue has an exit code that the table explains', () => {
    const known = new Set(EXIT_CODE_TABLE.map(([code]) => code));
    for (const code of ERROR_CODES) expect(known).toContain(exitCodeOf(new SameboxError(code, 'x')));
    expect(exitCodeOf(new Error('x'))).toBe(1);
  });

  test('a target that could not be opened is a failure, one that does not exist wrong usage', () => {
    const failed = new SameboxError('NO_TARGET', 'x', { details: { state: 'failed' } });
    expect(exitCodeOf(failed)).toBe(1);
    expect(exitCodeOf(new SameboxError('NO_TARGET', 'x'))).toBe(2);
  });

  test('a connection that broke before the call left is unreachable, after it the outcome is unknown', () => {
    expect(exitCodeOf(new SameboxError('CONNECTION_LOST', 'x', { ran: 'no' }))).toBe(3);
    expect(exitCodeOf(new SameboxError('CONNECTION_LOST', 'x', { ran: 'maybe' }))).toBe(5);
  });

  test('an error is one sentence, whether it ran where that matters, and what to do next', () => {
    const lost = new SameboxError('CONNECTION_LOST', 'lab: the other side closed the connection', {
      ran: 'maybe',
    });
    expect(errorLines(lost, style)).toEqual([
      'error: lab: the other side closed the connection',
      '  The call may have run, in part or in full.',
      '  Look at the instrument before calling again, or declare the method idempotent.',
    ]);
  });

  test('what the message says already is not said again', () => {
    const unknown = new SameboxError('NO_TARGET', 'There is no target "pn". Did you mean "pm"?');
    expect(errorLines(unknown, style)).toHaveLength(1);
    expect(errorLines(new SameboxError('METHOD_FAILED', 'pm.x: Error: no'), style)).toHaveLength(1);
  });

  test('the target stands in the hint', () => {
    const wrong = new SameboxError('NO_METHOD', 'pm.range is a property', { details: { target: 'pm' } });
    expect(errorLines(wrong, style)[1]).toBe('  See `samebox methods pm`.');
  });

  test('-v adds code, facts and the stack of what the target threw', () => {
    const cause = new RangeError('too much');
    const failed = new SameboxError('METHOD_FAILED', 'pm.x: RangeError: too much', { cause });
    const text = errorLines(failed, { ...style, verbose: true }).join('\n');
    expect(text).toContain('code METHOD_FAILED, ran: yes');
    expect(text).toContain('caused by: RangeError: too much\n    at ');
  });

  test('for programs an error is one JSON object', () => {
    const [line = ''] = errorLines(new SameboxError('BUSY', 'full', { details: { limit: 2n } }), {
      ...style,
      json: true,
    });
    expect(JSON.parse(line)).toMatchObject({ error: { code: 'BUSY', ran: 'no', details: { limit: '2' } } });
  });
});
