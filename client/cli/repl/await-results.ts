// Promises at the prompt are awaited by themselves, one evaluation after the other; Ctrl-C cancels them.
import type { EventEmitter } from 'node:events';
import type { REPLEval, REPLServer } from 'node:repl';
import { SameboxError } from '../../../src/errors';
import { IncomingStream } from '../../../src/peer/incoming-stream';
import { untilAborted } from '../print-result';
import { Interrupted, type Evaluation } from './evaluation';

/** Stands for an error that node's prompt has told already. */
const TOLD = Symbol('told');

type Fail = (error: unknown) => void;

/**
 * Makes `server` await what is evaluated. An error of a call is told by `tell`; others are node's to tell.
 * @returns what resolves when nothing is evaluated any more.
 */
export function awaitResults(
  server: REPLServer,
  evaluation: Evaluation,
  tell: (error: Error) => void,
): () => Promise<void> {
  const usual = server.eval;
  let last: Promise<void> = Promise.resolve();
  /** Set while node evaluates, which with a top-level `await` takes its time. */
  let failNode: Fail | undefined;

  // Its functions have names: node cuts a stack at the last frame without one, which is what was typed.
  const evaluate: REPLEval = (code, context, file, done) => {
    const inNode = function evaluateInNode(): Promise<unknown> {
      return new Promise(function evaluateNow(resolve, reject) {
        failNode = reject;
        usual.call(server, code, context, file, function evaluated(error, value: unknown) {
          failNode = undefined;
          if (error === null) resolve(value);
          else reject(error);
        });
      });
    };
    last = last.then(async function evaluateNext() {
      try {
        const value = await evaluation.run(inNode);
        done(null, value instanceof IncomingStream ? await printItems(value) : value);
      } catch (error) {
        if (error === TOLD) return;
        if (!(isOurs(error) || error instanceof Interrupted)) return done(error as Error, undefined);
        tell(error);
        done(null, undefined);
      } finally {
        failNode = undefined;
      }
    });
  };
  Object.assign(server, { eval: evaluate });
  catchErrors(server, () => failNode);
  hearInterrupts(server, evaluation, () => failNode !== undefined);
  return () => last;

  /** A stream is printed item by item, until it ends or Ctrl-C. */
  function printItems(stream: IncomingStream): Promise<unknown> {
    return evaluation.run(async (signal) => {
      for await (const item of untilAborted(stream, signal)) server.output.write(`${server.writer(item)}\n`);
    });
  }
}

/** Node up to 24 sends what is thrown at the prompt to a domain of its own, and never calls back. */
function catchErrors(server: REPLServer, evaluating: () => Fail | undefined): void {
  const { _domain: domain } = server as unknown as { _domain?: EventEmitter };
  if (domain === undefined) return;
  const usual = domain.listeners('error') as Fail[];
  domain.removeAllListeners('error');
  domain.on('error', (error: unknown) => {
    const fail = evaluating();
    if (isOurs(error) && fail !== undefined) return fail(error);
    if ((error as NodeJS.ErrnoException | null)?.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED') {
      return fail?.(new Interrupted());
    }
    for (const listener of usual) listener.call(domain, error);
    fail?.(TOLD);
  });
}

/** While something is awaited Ctrl-C cancels it; where nothing is, and where node waits itself, it is node's. */
function hearInterrupts(server: REPLServer, evaluation: Evaluation, inNode: () => boolean): void {
  const usual = server.listeners('SIGINT') as (() => void)[];
  server.removeAllListeners('SIGINT');
  server.on('SIGINT', () => {
    if (evaluation.running && evaluation.cancel()) return;
    if (evaluation.running && !inNode()) return evaluation.abandon();
    for (const listener of usual) listener.call(server);
  });
}

function isOurs(error: unknown): error is SameboxError {
  return SameboxError.is(error);
}
