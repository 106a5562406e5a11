// Signatures of samebox's own instruments, which users' classes inherit: extracted when the package is built.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignatureIndex, type SignatureData } from './signature-index';

/** Where the build puts them: beside the compiled instruments. */
const FILE = join(__dirname, '..', 'instruments', 'signatures.json');

const NOTHING: SignatureData = { functions: {}, classes: {} };

let data: SignatureData | undefined;
let index: SignatureIndex | undefined;

/** What the build extracted; nothing if it wasn't (in a checkout that wasn't built). Read once. */
export function packageSignatureData(): SignatureData {
  data ??= readData();
  return data;
}

/** The same as an index: for boxes that are not loaded from a config. */
export function packageSignatures(): SignatureIndex {
  index ??= new SignatureIndex([packageSignatureData()]);
  return index;
}

function readData(): SignatureData {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8')) as SignatureData;
  } catch {
    return NOTHING;
  }
}
