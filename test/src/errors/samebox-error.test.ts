import { SameboxError } from '../../../src/errors';

test('a brief error says what any other says, and nothing of where it was made', () => {
  const { stackTraceLimit } = Error;
  const error = SameboxError.brief('BUSY', 'full', { details: { target: 'pm' } });
  expect(error).toBeInstanceOf(SameboxError);
  expect(error).toMatchObject({ code: 'BUSY', ran: 'no', message: 'full', details: { target: 'pm' } });
  expect(error.stack).not.toMatch(/\n\s+at /);
  expect(Error.stackTraceLimit).toBe(stackTraceLimit);
  expect(new Error('another').stack).toMatch(/\n\s+at /);
});

test('an error with more facts keeps the stack of the first, which can still be set', () => {
  const first = new SameboxError('TIMEOUT', 'late', { cause: 'x', details: { a: 1 } });
  const second = first.with({ ran: 'maybe' }).with({ details: { b: 2 } });
  expect(second).toMatchObject({ code: 'TIMEOUT', ran: 'maybe', cause: 'x', details: { a: 1, b: 2 } });
  expect(second.stack).toBe(first.stack);
  expect(Object.keys(second)).not.toContain('stack');
  second.stack = 'elsewhere';
  expect([second.stack, first.stack === 'elsewhere']).toEqual(['elsewhere', false]);
});
