// Build step: writes the typed signatures and documentation of samebox's own instruments beside their compiled files,
// where `describe` finds them for users' classes that extend them.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const { extractCompiled } = require(join(root, 'dist/daemon/describe/extract/extract-file.js'));
const { mergedSignatures } = require(join(root, 'dist/daemon/describe/signature-index.js'));

/** Files whose classes are exposed to callers: the instruments, and the daemon's own target. */
const sources = [
  ...readdirSync(join(root, 'daemon/instruments'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(root, 'daemon/instruments', name)),
  join(root, 'daemon/daemon-target.ts'),
];

const extracted = sources.map((source) => {
  const compiled = join(root, 'dist', relative(root, source)).replace(/\.ts$/, '.js');
  return extractCompiled(readFileSync(source, 'utf8'), source, readFileSync(compiled, 'utf8'));
});
writeFileSync(
  join(root, 'dist/daemon/instruments/signatures.json'),
  JSON.stringify(mergedSignatures(extracted)),
);
