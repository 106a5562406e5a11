// What the rest of the house needs of frames.
export { FrameDecoder, type FrameSink } from './frame-decoder';
export { attachmentsOf } from './split-frame';
export {
  broken,
  NO_ATTACHMENTS,
  writeFrame,
  type BodyValue,
  type EncodedBody,
  type FrameLimits,
  type Placer,
} from './write-frame';
export * from './heads';
