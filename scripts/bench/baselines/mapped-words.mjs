// Two words that two processes have in their memory: one for what is asked, one for the answer, on cache lines of their own.
import { closeSync, ftruncateSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { mapFile } = require('../../../dist/src/segments/mmap.unix.js');
const BYTES = 4096;

export const ASKED = 0;
export const ANSWERED = 32;

/** @param {string} path of the file, which is made if it isn't there. @returns {Int32Array} */
export function mappedWords(path) {
  const fd = openSync(path, 'a+', 0o600);
  ftruncateSync(fd, BYTES);
  const { pointer, length } = mapFile(fd, BYTES, 'shared');
  closeSync(fd);
  return new Int32Array(require('koffi').view(pointer, length));
}
