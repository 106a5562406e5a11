import { logLine } from '../../../client/cli/log-line';
import { COLOURED, PLAIN, wantsColour } from '../../../client/cli/paint';
import { bytes, duration } from '../../../client/cli/quantities';
import { table } from '../../../client/cli/table';
import { cut, textWidth, wrap } from '../../../client/cli/text-width';

describe('text in a terminal', () => {
  test('colours and marks take no columns, wide signs two', () => {
    expect(textWidth(COLOURED.red('abc'))).toBe(3);
    expect(textWidth('e\u0301')).toBe(1);
    expect(textWidth('日本')).toBe(4);
    expect(textWidth('3 µm')).toBe(4);
  });

  test('what does not fit is cut and shown to be', () => {
    expect(cut('power meter', 8)).toBe('power m…');
    expect(cut('power meter', 7)).toBe('power…');
    expect(cut('日本語', 4)).toBe('日…');
    expect(cut('fits', 4)).toBe('fits');
  });

  test('lines are broken between words and keep their indentation', () => {
    expect(wrap('  one two three', 10)).toEqual(['  one two', '  three']);
    expect(wrap('short\nlines', 80)).toEqual(['short', 'lines']);
  });

  test('a table is as wide as its cells, and its last column ends at the edge of the terminal', () => {
    const rows = [
      ['pm', 'ready', 'A simulated optical power meter'],
      ['stage', { text: 'failed', colour: COLOURED.red }, 'x'],
    ];
    expect(table(rows, { width: 30, head: ['TARGET', 'STATE', 'WHAT'] })).toEqual([
      'TARGET  STATE   WHAT',
      'pm      ready   A simulated o…',
      `stage   ${COLOURED.red('failed')}  x`,
    ]);
    expect(table([['9'], ['10']], { width: 80, right: new Set([0]) })).toEqual([' 9', '10']);
  });

  test('NO_COLOR and a dumb terminal have no colours; FORCE_COLOR asks for them', () => {
    expect(wantsColour(true, { TERM: 'xterm' })).toBe(true);
    expect(wantsColour(true, { NO_COLOR: '1' })).toBe(false);
    expect(wantsColour(true, { NO_COLOR: '' })).toBe(true);
    expect(wantsColour(true, { TERM: 'dumb' })).toBe(false);
    expect(wantsColour(false, {})).toBe(false);
    expect(wantsColour(false, { FORCE_COLOR: '1' })).toBe(true);
  });

  test('times and sizes are told in the unit that fits', () => {
    expect([0.04, 42, 72, 120, 3700, 90_000].map(duration)).toEqual([
      '0.0 s',
      '42 s',
      '1 min 12 s',
      '2 min',
      '1 h 1 min',
      '1 d 1 h',
    ]);
    expect([0, 1023, 1536, 5 * 2 ** 20].map(bytes)).toEqual(['0 B', '1023 B', '1.5 KiB', '5.0 MiB']);
  });

  test('a log line shows time, level, message and the stack of its error', () => {
    const time = new Date(2020, 0, 2, 3, 4, 5).getTime();
    const json = JSON.stringify({ level: 50, time, msg: 'broken', err: { stack: 'Error: x\n  at y' } });
    expect(logLine(json, PLAIN)).toBe('2020-01-02 03:04:05 ERROR broken\n    Error: x\n      at y');
    expect(logLine('not json', PLAIN)).toBe('not json');
  });
});
