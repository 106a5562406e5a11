// How connections end, in one place: whatever the system reports becomes one SameboxError.
import { SameboxError } from '../errors';

const SENTENCES: Record<string, string> = {
  EPIPE: 'the other side closed the connection',
  ECONNRESET: 'the other side broke the connection',
  ETIMEDOUT: 'the other side does not answer',
  EBADF: 'the connection was closed here',
};

/** The end of a connection to `endpoint` that stood: an orderly end without `error`. */
export function connectionLost(endpoint: string, error?: Error): SameboxError {
  if (SameboxError.is(error)) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  const sentence =
    error === undefined ? 'the other side closed the connection' : (SENTENCES[code] ?? error.message);
  return SameboxError.brief('CONNECTION_LOST', `${endpoint}: ${sentence}`, {
    ...(error && { cause: error }),
    details: { endpoint, ...(code !== '' && { errno: code }) },
  });
}
