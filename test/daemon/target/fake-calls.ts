// Calls without a connection: what a target does with them can be read from their answers.
import { FLAG, KIND, type CallHead } from '../../../src/frames';
import type { SameboxError } from '../../../src/errors';
import { Handoff, handoffHouse } from '../../../src/handoff/handoff';
import { NO_LOAN } from '../../../src/handoff/loan';
import { DEFAULT_LIMITS } from '../../../src/limits';
import { IncomingCall } from '../../../src/peer/incoming-call';
import { ServedCall } from '../../../daemon/target/served-call';

/** What a call was answered with. */
export interface Answer {
  readonly value?: unknown;
  readonly stream?: AsyncIterable<unknown>;
  readonly error?: SameboxError;
}

/** How a call is made. */
export interface FakeCallOptions {
  readonly operation?: 'get' | 'set' | 'named';
  readonly progress?: boolean;
  readonly target?: string;
}

/** A call and its answer to come. */
export class FakeCall {
  readonly served: ServedCall;
  readonly call: IncomingCall;
  readonly answer: Promise<Answer>;
  readonly progress: unknown[] = [];
  /** Set once it is answered. */
  given: Answer | undefined;

  constructor(member: string, args: readonly unknown[] = [], options: FakeCallOptions = {}) {
    const { operation, target = 'it' } = options;
    const flags =
      (operation === undefined ? 0 : FLAG[operation]) | (options.progress === true ? FLAG.progress : 0);
    const head: CallHead = [KIND.call, 1, flags, target, member, null, 0, 0, 64, []];
    let tell!: (answer: Answer) => void;
    this.answer = new Promise((resolve) => (tell = resolve));
    const give = (answer: Answer): void => {
      this.given = answer;
      tell(answer);
    };
    this.call = new IncomingCall(
      head,
      args,
      Infinity,
      {
        result: (_call, value) => give({ value }),
        stream: async (_call, stream) => give({ stream }),
        error: (_call, error) => give({ error }),
        progress: (_call, fraction, message) => this.progress.push([fraction, message]),
      },
      NO_LOAN,
    );
    const handoff = new Handoff(handoffHouse('never', DEFAULT_LIMITS), false);
    this.served = new ServedCall(this.call, { id: 1, name: 'test', pid: 1, congested: false, handoff });
  }
}
