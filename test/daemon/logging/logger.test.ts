// The daemon's log: to its output and to those who follow, whatever is logged.
import { EventEmitter } from 'node:events';
import { createLog } from '../../../daemon/logging/logger';

test('a line goes to the output and to the tail, as JSON', () => {
  const lines: string[] = [];
  const { log, tail } = createLog({ write: (line) => lines.push(line) });
  log.info({ target: 'pm' }, 'open');
  log.debug('not at this level');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 30, target: 'pm', msg: 'open' });
  expect(tail.last(10)).toEqual([lines[0]?.trimEnd()]);
});

test('without an output the log goes to the tail only', () => {
  const { log, tail } = createLog(undefined, 'debug');
  log.debug('here');
  expect(tail.last(1)[0]).toContain('"msg":"here"');
});

test('an error that can not be read is logged all the same', () => {
  const refuse = (): never => {
    throw new Error('keep out');
  };
  const { log, tail } = createLog();
  const field = Object.defineProperty(new Error('plain'), 'volts', { enumerable: true, get: refuse });
  const errors = [
    new Proxy({}, { get: refuse, ownKeys: refuse, getPrototypeOf: refuse, has: refuse }),
    field,
    null,
    5n,
  ];
  for (const err of errors) log.error({ err }, 'a stray error');
  expect(tail.last(10).map((line) => JSON.parse(line).msg)).toEqual(errors.map(() => 'a stray error'));
});

test('an output that breaks is written to no more, and its error is nobody else’s', () => {
  const lines: string[] = [];
  const output = Object.assign(new EventEmitter(), { write: (line: string) => lines.push(line) });
  const { log, tail, detach } = createLog(output);
  log.info('one');
  output.emit('error', new Error('EPIPE'));
  log.info('two');
  expect(lines).toHaveLength(1);
  expect(tail.last(10)).toHaveLength(2);
  detach();
  expect(output.listenerCount('error')).toBe(0);
});
