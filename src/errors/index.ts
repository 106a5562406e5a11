// What the rest of the house needs of errors.
export { CATALOGUE, ERROR_CODES, isErrorCode, type ErrorCode, type ErrorKind, type Ran } from './catalogue';
export { SameboxError, messageOf, type SameboxErrorOptions } from './samebox-error';
