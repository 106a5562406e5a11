// Content that says whose answer it is.

/** So many bytes, which no other token has. */
export function contentOf(token, bytes) {
  const content = new Uint8Array(bytes);
  let word = 2166136261;
  for (const letter of token) word = Math.imul(word ^ letter.charCodeAt(0), 16777619);
  for (let at = 0; at < bytes; at++) {
    word = Math.imul(word ^ at, 16777619);
    content[at] = word >>> 24;
  }
  return content;
}

/** Whether an array is the answer of that token. */
export function isContentOf(token, bytes, array) {
  if (!(array instanceof Uint8Array) || array.length !== bytes) return false;
  return Buffer.compare(array, contentOf(token, bytes)) === 0;
}
