// A log's output on a full disk, and one that throws.
import { EventEmitter } from 'node:events';
import { createLog } from '../../../daemon/logging/logger';

function failing(code: string): Error {
  return Object.assign(new Error(code), { code });
}

const messages = (lines: readonly string[]): string[] =>
  lines.map((line) => (JSON.parse(line) as { msg: string }).msg);

test.each(['throws', 'tells of it later'])(
  'a full disk that %s costs the lines that had no room, and says how many once there is some again',
  (how) => {
    const lines: string[] = [];
    let full = false;
    const output = Object.assign(new EventEmitter(), {
      write(line: string) {
        if (!full) return lines.push(line);
        if (how === 'throws') throw failing('ENOSPC');
        output.emit('error', failing('ENOSPC'));
        return 0;
      },
    });
    const { log, tail } = createLog(output);
    log.info('one');
    full = true;
    for (const line of ['two', 'three', 'four']) log.info(line);
    full = false;
    log.info('five');
    log.info('six');
    log.info('seven');
    expect(messages(lines)).toEqual([
      'one',
      'five',
      '3 lines were lost: there was no room for them',
      'six',
      'seven',
    ]);
    expect(messages(tail.last(10))).toEqual(['one', 'two', 'three', 'four', 'five', 'six', 'seven']);
  },
);

test('an output that throws anything else is written to no more, and nobody who logs notices', () => {
  let writes = 0;
  const { log, tail } = createLog({
    write() {
      writes++;
      throw failing('EIO');
    },
  });
  log.info('one');
  log.info('two');
  expect(writes).toBe(1);
  expect(messages(tail.last(10))).toEqual(['one', 'two']);
});
