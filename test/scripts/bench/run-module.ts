// The modules of scripts/bench are ES modules: they are run as such, and their answers come as JSON.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Calls an exported function of a module of scripts/bench. */
export function callModule<T>(module: string, name: string, ...args: readonly unknown[]): T {
  const url = pathToFileURL(join(__dirname, '../../../scripts/bench', module)).href;
  const script = `
    const { ${name} } = await import(${JSON.stringify(url)});
    console.log(JSON.stringify(${name}(...JSON.parse(process.argv[1]))) ?? 'null');`;
  const words = ['--input-type=module', '-e', script, JSON.stringify(args)];
  return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8', stdio: 'pipe' })) as T;
}
