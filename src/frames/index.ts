// What the rest of the house needs of frames.
export { FrameDecoder, type FrameSink } from './frame-decoder';
export { EncodedBody } from './encoded-body';
export { attachmentsOf } from './split-frame';
export {
  broken,
  NO_ATTACHMENTS,
  writeFrame,
  type BodyValue,
  type FrameLimits,
  type Placer,
} from './write-frame';
export * from './heads';
