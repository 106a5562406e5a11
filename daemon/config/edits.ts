// Replacements in a text by position, and what a part of the text becomes by them.

/** A replacement of `[start, end)` of a text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A text with replacements that don't overlap. */
export class EditedText {
  readonly #edits: readonly Edit[];

  constructor(
    private readonly text: string,
    edits: readonly Edit[],
  ) {
    this.#edits = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  }

  /** What `[start, end)` of the text becomes; edits that reach beyond it are left out. */
  slice(start = 0, end = this.text.length): string {
    let result = '';
    let at = start;
    for (const edit of this.#edits) {
      if (edit.start < at || edit.end > end) continue;
      result += this.text.slice(at, edit.start) + edit.text;
      at = edit.end;
    }
    return result + this.text.slice(at, end);
  }
}
