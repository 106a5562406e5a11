// How the terminal at hand can show pictures: what the environment says of it, and what it answers.

/** The ways to show pictures. */
export const PICTURE_WAYS = ['kitty', 'iterm', 'sixel', 'blocks'] as const;

/** A way to show pictures. */
export type PictureWay = (typeof PICTURE_WAYS)[number];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What the environment says. Between this program and the terminal, tmux, screen and Zellij pass no pictures on, or not
 * surely; iTerm2 and WezTerm name themselves, iTerm2 through ssh too (`LC_TERMINAL`). Others are asked.
 */
export function wayOf(env: Environment): PictureWay | 'ask' {
  const { TERM = '', TERM_PROGRAM = '', LC_TERMINAL = '' } = env;
  if (env['TMUX'] || env['STY'] || env['ZELLIJ'] || /^(?:tmux|screen|dumb|linux)\b/.test(TERM))
    return 'blocks';
  if (['iTerm.app', 'WezTerm'].includes(TERM_PROGRAM) || LC_TERMINAL === 'iTerm2') return 'iterm';
  return 'ask';
}

/** What a terminal answered. */
export interface TerminalAnswers {
  /** It takes kitty's graphics. */
  readonly kitty: boolean;
  /** It takes sixels. */
  readonly sixel: boolean;
  /** Pixels of a cell, if it said so. */
  readonly cell?: { readonly width: number; readonly height: number };
}

/** The way of a terminal that was asked; one that couldn't be asked (`undefined`) is known by its name. */
export function wayOfAnswers(answers: TerminalAnswers | undefined, { TERM = '' }: Environment): PictureWay {
  if (answers === undefined) return TERM === 'xterm-kitty' || TERM === 'xterm-ghostty' ? 'kitty' : 'blocks';
  return answers.kitty ? 'kitty' : answers.sixel ? 'sixel' : 'blocks';
}
