// A unit file as data: sections of settings in groups, each with the reason why they are there.

/** Settings that serve one end. */
export interface Group {
  /** Said above them, for who reads the file. A line each. */
  readonly why?: readonly string[];
  /** `Key=value`. */
  readonly set: readonly string[];
}

/** A unit file. */
export interface Unit {
  /** Said at the top. A line each. */
  readonly about: readonly string[];
  readonly sections: Readonly<Record<string, readonly Group[]>>;
}

/** The text of the file. */
export function unitText({ about, sections }: Unit): string {
  const parts = [comment(about)];
  for (const [name, groups] of Object.entries(sections)) {
    const used = groups.filter(({ set }) => set.length > 0);
    if (used.length > 0) parts.push([`[${name}]`, ...used.flatMap(groupLines)]);
  }
  return parts.map((lines) => `${lines.join('\n')}\n`).join('\n');
}

function groupLines({ why = [], set }: Group, at: number): string[] {
  // A blank line before a comment, except right below the section's name.
  return [...(at > 0 && why.length > 0 ? [''] : []), ...comment(why), ...set];
}

function comment(lines: readonly string[]): string[] {
  return lines.map((line) => `# ${line}`);
}
