// The CBOR tags that the table of values uses. docs/PROTOCOL.md has the same list.

/** Text date (RFC 8949). Accepted, never sent. */
export const TAG_DATE_TEXT = 0;
/** Seconds since 1970 (RFC 8949). */
export const TAG_DATE = 1;
/** Big integer from 0 up (RFC 8949). */
export const TAG_POSITIVE_BIGINT = 2;
/** Big integer below 0 (RFC 8949). */
export const TAG_NEGATIVE_BIGINT = 3;
/** Multi-dimensional array in C order (RFC 8746). */
export const TAG_ND_ARRAY = 40;
/** Mathematical finite set (registered by Alfredo Lara). */
export const TAG_SET = 258;
/** Map with keys of any type (registered by Shane Holloway). An untagged map with text keys only is an object. */
export const TAG_MAP = 259;
/** Complex number (registered by Peter Occil). */
export const TAG_COMPLEX = 43000;
/** Array of complex numbers: a typed array of floats, real and imaginary parts by turns (IANA registry, beside 43000). */
export const TAG_COMPLEX_ARRAY = 43001;
/** samebox's own: the byte string stands outside the body, as the attachment of this index. */
export const TAG_ATTACHMENT = 0x5342;
