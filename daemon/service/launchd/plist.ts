// A property list as XML, of the few kinds of values that launchd's need.

export type PlistValue =
  string | number | boolean | readonly PlistValue[] | { readonly [key: string]: PlistValue };

/** The text of a property list; `about` is said at its top. */
export function plistText(about: readonly string[], value: PlistValue): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    // Two dashes would end the comment.
    ...about.map((line) => `<!-- ${line.replace(/--/g, '- -')} -->`),
    '<plist version="1.0">',
    ...lines(value, ''),
    '</plist>',
    '',
  ].join('\n');
}

/** The strings of the array under `key`, in a text that `plistText` made. */
export function stringsIn(text: string, key: string): string[] {
  const array = new RegExp(`<key>${key}</key>\\s*<array>([^]*?)</array>`).exec(text)?.[1] ?? '';
  return [...array.matchAll(/<string>([^]*?)<\/string>/g)].map(([, inner = '']) => unescaped(inner));
}

function lines(value: PlistValue, indent: string): string[] {
  const deeper = `${indent}  `;
  if (typeof value === 'string') return [`${indent}<string>${escaped(value)}</string>`];
  if (typeof value === 'number') return [`${indent}<integer>${value}</integer>`];
  if (typeof value === 'boolean') return [`${indent}<${value}/>`];
  if (isList(value))
    return [`${indent}<array>`, ...value.flatMap((one) => lines(one, deeper)), `${indent}</array>`];
  const pairs = Object.entries(value).flatMap(([key, one]) => [
    `${deeper}<key>${escaped(key)}</key>`,
    ...lines(one, deeper),
  ]);
  return [`${indent}<dict>`, ...pairs, `${indent}</dict>`];
}

function isList(value: PlistValue): value is readonly PlistValue[] {
  return Array.isArray(value);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (sign) => ENTITIES[sign] ?? sign);
}

function unescaped(text: string): string {
  return Object.entries(ENTITIES)
    .reverse()
    .reduce((all, [sign, entity]) => all.replaceAll(entity, sign), text);
}
