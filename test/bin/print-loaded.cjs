// Required before a program: writes which packages, how many files of samebox, and which native code it had loaded at its end.
const { writeFileSync } = require('node:fs');
const { sep } = require('node:path');

process.on('exit', () => {
  const files = Object.keys(require.cache).filter((file) => file !== __filename);
  const packageOf = (file) => file.split(`${sep}node_modules${sep}`).at(-1).split(sep);
  const packages = new Set();
  let own = 0;
  for (const file of files) {
    if (!file.includes(`${sep}node_modules${sep}`)) own++;
    else if (file.includes(`${sep}@koromix${sep}`))
      packages.add('koffi'); // Its machine code, by system.
    else
      packages.add(
        packageOf(file)
          .slice(0, packageOf(file)[0].startsWith('@') ? 2 : 1)
          .join('/'),
      );
  }
  writeFileSync(
    process.env.SAMEBOX_TEST_LOADED,
    JSON.stringify({ packages: [...packages].sort(), own, files }),
  );
});
