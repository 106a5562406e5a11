// Command lines as Windows has them: one text, which each program cuts into arguments by the rules of Microsoft's C library.

/**
 * The text that a program reads as `words`. Within quotes, a backslash counts only before a quote: there it is doubled.
 * See "Parsing C command-line arguments" of Microsoft's documentation.
 */
export function quoteCommand(words: readonly string[]): string {
  return words.map(quoted).join(' ');
}

function quoted(word: string): string {
  if (word !== '' && !/[\s"]/.test(word)) return word;
  const escaped = word.replace(/(\\*)("|$)/g, (_, slashes: string, end: string) =>
    end === '"' ? `${slashes}${slashes}\\"` : `${slashes}${slashes}`,
  );
  return `"${escaped}"`;
}

/** The words that a program reads from `line`, its own name first. */
export function splitCommand(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let within = false;
  for (let at = 0; at < line.length; at++) {
    const sign = line[at] ?? '';
    if (!within && /[ \t]/.test(sign)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    word ??= '';
    const slashes = /^\\*/.exec(line.slice(at))?.[0].length ?? 0;
    const quote = line[at + slashes] === '"';
    if (slashes > 0) {
      word += '\\'.repeat(quote ? Math.floor(slashes / 2) : slashes);
      at += slashes - 1;
      if (quote && slashes % 2 === 1) {
        word += '"';
        at++;
      }
    } else if (!quote) word += sign;
    else if (within && line[at + 1] === '"') {
      word += '"'; // Two of them within quotes are one.
      at++;
    } else within = !within;
  }
  if (word !== undefined) words.push(word);
  return words;
}
