// What is said of an array whose memory has gone back to where it came from.

/** The predicate alone, as it follows a path in an error of the encoder. */
export const GIVEN_BACK =
  'was on loan and has been given back, or was released: to have it for longer, call keep(x) before the loan ends, ' +
  'or copy it (x.slice() of a typed array, x.copy() of an NdArray)';

/** The error for whoever uses such an array. */
export function givenBack(): TypeError {
  return new TypeError(`this array ${GIVEN_BACK}`);
}
