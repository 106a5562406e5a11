// Loads a module with the built loader in a plain process: jest has a `require.cache` of its own.
const { KeptCode } = require('../../dist/bin/kept-code.js');
const { ModuleLoader } = require('../../dist/bin/module-loader.js');

const [, , file, entry] = process.argv;
const kept = new KeptCode(file, 'test');
const loader = new ModuleLoader(kept.modules);
let told;
try {
  told = { exports: loader.load(entry) };
} catch (error) {
  told = { error: { code: error.code, stack: error.stack } };
}
const learned = loader.learned();
if (learned !== undefined) kept.replace(learned);
kept.close();
console.log(
  JSON.stringify({ ...told, learned: learned !== undefined, asUsual: require.cache[entry]?.exports }),
);
