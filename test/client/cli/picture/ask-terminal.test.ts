import { EventEmitter } from 'node:events';
import {
  askTerminal,
  QUESTIONS,
  readAnswers,
  type TerminalInput,
} from '../../../../client/cli/picture/ask-terminal';
import { wayOf, wayOfAnswers } from '../../../../client/cli/picture/which-terminal';

/** A terminal's input that does nothing of itself. */
class Keyboard extends EventEmitter implements TerminalInput {
  isTTY = true;
  isRaw = false;
  did: string[] = [];

  setRawMode(raw: boolean): void {
    this.isRaw = raw;
    this.did.push(raw ? 'raw' : 'cooked');
  }
  resume(): void {
    this.did.push('resume');
  }
  pause(): void {
    this.did.push('pause');
  }
}

const never = (): void => {
  throw new Error('interrupted');
};

describe('asking a terminal', () => {
  afterEach(() => jest.useRealTimers());

  test('kitty, its cell and its attributes are understood, in pieces too', async () => {
    const keyboard = new Keyboard();
    const asked: string[] = [];
    const answers = askTerminal(keyboard, (text) => asked.push(text), never);
    expect(asked).toEqual([QUESTIONS]);
    keyboard.emit('data', Buffer.from('\u001B_Gi=31;OK\u001B'));
    keyboard.emit('data', Buffer.from('\\\u001B[6;20;10t\u001B[?62;'));
    keyboard.emit('data', Buffer.from('c'));
    expect(await answers).toEqual({ kitty: true, sixel: false, cell: { width: 10, height: 20 } });
    expect(keyboard.did).toEqual(['raw', 'resume', 'pause', 'cooked']);
    expect(keyboard.listenerCount('data')).toBe(0);
  });

  test('a 4 among the attributes means sixels; as the kind of terminal it does not', () => {
    expect(readAnswers('\u001B[?62;4;22c')).toEqual({ kitty: false, sixel: true });
    expect(readAnswers('\u001B[?4;6c')).toEqual({ kitty: false, sixel: false });
    expect(readAnswers('\u001B[?1;2c')).toEqual({ kitty: false, sixel: false });
    expect(readAnswers('\u001B_Gi=31;ENOTSUPPORTED\u001B\\\u001B[?64;14c')).toMatchObject({ kitty: false });
  });

  test('one that says nothing is waited for a second, then the keyboard is as before', async () => {
    jest.useFakeTimers();
    const keyboard = new Keyboard();
    const answers = askTerminal(keyboard, () => undefined, never);
    keyboard.emit('data', 'typed');
    jest.advanceTimersByTime(1000);
    expect(await answers).toBeUndefined();
    expect(keyboard.isRaw).toBe(false);
  });

  test('Ctrl-C meanwhile is one', async () => {
    const keyboard = new Keyboard();
    const interrupt = jest.fn();
    const answers = askTerminal(keyboard, () => undefined, interrupt);
    keyboard.emit('data', '\u0003');
    expect(await answers).toBeUndefined();
    expect(interrupt).toHaveBeenCalledTimes(1);
  });

  test('where there is no keyboard nothing is asked', async () => {
    const keyboard = Object.assign(new Keyboard(), { isTTY: false });
    expect(await askTerminal(keyboard, never, never)).toBeUndefined();
    expect(keyboard.did).toEqual([]);
  });
});

describe('the way of a terminal', () => {
  test.each([
    [{ TERM: 'xterm-256color' }, 'ask'],
    [{ TERM: 'xterm-kitty', KITTY_WINDOW_ID: '1' }, 'ask'],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app' }, 'iterm'],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'WezTerm' }, 'iterm'],
    [{ TERM: 'xterm-256color', LC_TERMINAL: 'iTerm2' }, 'iterm'],
    [{ TERM: 'tmux-256color', TMUX: '/tmp/tmux', TERM_PROGRAM: 'iTerm.app' }, 'blocks'],
    [{ TERM: 'screen.xterm-256color', LC_TERMINAL: 'iTerm2' }, 'blocks'],
    [{ TERM: 'xterm-kitty', ZELLIJ: '0' }, 'blocks'],
    [{ TERM: 'xterm', STY: '1.pts' }, 'blocks'],
    [{ TERM: 'linux' }, 'blocks'],
    [{ TERM: 'dumb' }, 'blocks'],
    [{}, 'ask'],
  ])('%p: %s', (env, way) => {
    expect(wayOf(env)).toBe(way);
  });

  test('of what it answers the best is taken; one that could not be asked is known by its name', () => {
    expect(wayOfAnswers({ kitty: true, sixel: true }, {})).toBe('kitty');
    expect(wayOfAnswers({ kitty: false, sixel: true }, {})).toBe('sixel');
    expect(wayOfAnswers({ kitty: false, sixel: false }, { TERM: 'xterm-kitty' })).toBe('blocks');
    expect(wayOfAnswers(undefined, { TERM: 'xterm-kitty' })).toBe('kitty');
    expect(wayOfAnswers(undefined, { TERM: 'xterm-ghostty' })).toBe('kitty');
    expect(wayOfAnswers(undefined, { TERM: 'xterm-256color' })).toBe('blocks');
  });
});
