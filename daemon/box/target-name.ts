// Which names a target can have.

const RULE = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;

/**
 * Throws if a target can't have this name: a letter or `_`, then up to 63 letters, digits, `_`, `.` or `-`.
 * Names that start with `$` are samebox's own.
 * @throws TypeError
 */
export function checkTargetName(name: string): void {
  if (RULE.test(name)) return;
  const shown = JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}...` : name);
  if (name.startsWith('$')) {
    throw new TypeError(`A target can't be named ${shown}: names that start with $ are samebox's own.`);
  }
  const near = name
    .replace(/[^A-Za-z0-9_.-]+/g, '_')
    .replace(/^(?=[^A-Za-z_])/, '_')
    .slice(0, 64);
  const instead = RULE.test(near) ? ` Name it ${JSON.stringify(near)}, for instance.` : '';
  throw new TypeError(
    `A target can't be named ${shown}: a name is a letter or _, then up to 63 letters, digits, "_", "." or "-".${instead}`,
  );
}
