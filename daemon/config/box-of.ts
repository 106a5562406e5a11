// The box among what a config exports.
import type { Box } from '../box/define-box';
import { isClass, kindOf } from '../box/check-options';

/**
 * The box that a config exports, or a sentence that says why it exports none.
 * @param exports the module's namespace; a CommonJS module's exports are its `default`.
 */
export async function boxOf(
  exports: Readonly<Record<string, unknown>>,
  isBox: (value: unknown) => value is Box,
): Promise<Box | string> {
  const exported = await unwrapped(exports);
  if (isBox(exported)) return exported;
  const named = Object.entries({ ...exports, ...(exported as object | undefined) }).find(
    ([name, value]) => name !== 'default' && isBox(value),
  )?.[0];
  if (named !== undefined) {
    const write =
      exports.default === undefined ? `export default ${named}` : `module.exports = the box itself`;
    return `The box is exported as "${named}" only. Write: ${write};`;
  }
  if (exported === undefined || isEmptyObject(exported)) {
    return 'There is no default export. Write: export default defineBox({ targets: { ... } });';
  }
  if (typeof exported === 'object' && exported !== null && 'targets' in exported) {
    return 'The default export is a plain object. Write defineBox( ) around it: export default defineBox({ ... });';
  }
  const callable = typeof exported === 'function' && !isClass(exported);
  const next = callable
    ? 'Call it, or export what it returns.'
    : 'Write: export default defineBox({ targets: { ... } });';
  return `The default export is ${kindOf(exported)}, not what defineBox() returns. ${next}`;
}

/** The default export; that of a CommonJS module which was compiled from ES modules stands one deeper. */
async function unwrapped(exports: Readonly<Record<string, unknown>>): Promise<unknown> {
  const value: unknown = await exports.default;
  if (typeof value === 'object' && value !== null && '__esModule' in value && 'default' in value) {
    return value.default;
  }
  return value;
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
