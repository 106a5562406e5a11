// What the rest of the house needs of CBOR.
export { ByteWriter } from './byte-writer';
export { decodeValue, type Attachment } from './decode';
export { encodeValue, type Attachments } from './encode';
