import { SameboxError } from '../../../src/errors';
import { connectionLost } from '../../../src/peer/endings';

test.each(['EPIPE', 'ECONNRESET', 'ETIMEDOUT', 'EBADF', 'EWHATEVER', ''])(
  '%s is CONNECTION_LOST and names the endpoint',
  (code) => {
    const cause = Object.assign(new Error('as the system says it'), code === '' ? {} : { code });
    const error = connectionLost('lab', cause);
    expect(error).toMatchObject({ code: 'CONNECTION_LOST', cause, details: { endpoint: 'lab' } });
    expect(error.message).toMatch(/^lab: ./);
  },
);

test('an orderly end has no cause', () => {
  expect(connectionLost('lab')).toMatchObject({ code: 'CONNECTION_LOST', details: { endpoint: 'lab' } });
  expect('cause' in connectionLost('lab')).toBe(false);
});

test('a SameboxError stays what it is', () => {
  const reason = new SameboxError('DRAINING', 'going');
  expect(connectionLost('lab', reason)).toBe(reason);
});
