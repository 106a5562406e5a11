// Stack traces and messages that name prepared files, told in terms of the person's own.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Manifest, PreparedFile } from './manifest';
import { mappedPlace } from './mapped-place';

/** A place in a person's file. */
export interface OriginalPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number | undefined;
  /** The text of the line. */
  readonly text?: string;
}

/** Brings places in prepared files back to the files that they were made of. */
export class OriginalPlaces {
  /** By path and by URL of the prepared file, and as prepared files name each other. */
  readonly #files = new Map<string, PreparedFile>();
  readonly #pattern: RegExp | undefined;

  constructor({ folder, files }: Pick<Manifest, 'folder' | 'files'>) {
    for (const file of files) {
      if (file.output === undefined) continue;
      const path = join(folder, file.output);
      this.#files.set(path, file).set(pathToFileURL(path).href, file).set(`./${file.output}`, file);
    }
    const names = [...this.#files.keys()].sort((a, b) => b.length - a.length).map(escaped);
    if (names.length > 0) this.#pattern = new RegExp(`(${names.join('|')})(?::(\\d+))?(?::(\\d+))?`, 'g');
  }

  /** `text` with every place in a prepared file replaced by the original. */
  inText(text: string): string {
    if (this.#pattern === undefined) return text;
    return text.replace(this.#pattern, (_, name: string, line?: string, column?: string) => {
      const { file, line: at, column: to } = this.#place(name, line, column);
      return line === undefined ? file : `${file}:${at}${to === undefined ? '' : `:${to}`}`;
    });
  }

  /** Rewrites an error's stack and message in place, and that of its causes. Whatever can't be written stays. */
  inError(error: unknown, depth = 8): void {
    if (!(error instanceof Error) || depth === 0) return;
    try {
      const stack = error.stack;
      const message = this.inText(error.message);
      if (message !== error.message) error.message = message;
      if (stack !== undefined) error.stack = this.inText(stack);
      this.inError(error.cause, depth - 1);
    } catch {
      // A frozen error keeps its own words.
    }
  }

  /** The first place in a person's file that a stack names. */
  first(stack: string): OriginalPlace | undefined {
    const match = [...stack.matchAll(this.#pattern ?? /$^/g)].find(([, , line]) => line !== undefined);
    if (match?.[1] === undefined) return undefined;
    const place = this.#place(match[1], match[2], match[3]);
    const text = lineOf(place.file, place.line);
    return { ...place, ...(text !== undefined && { text }) };
  }

  #place(name: string, lineText = '1', columnText?: string): OriginalPlace {
    const file = this.#files.get(name);
    const line = Number(lineText);
    const column = columnText === undefined ? undefined : Number(columnText);
    if (file === undefined) return { file: name, line, column };
    return { file: file.path, ...mappedPlace(file, line, column) };
  }
}

function lineOf(path: string, line: number): string | undefined {
  try {
    return readFileSync(path, 'utf8').split(/\r\n|\n|\r/)[line - 1];
  } catch {
    return undefined;
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
