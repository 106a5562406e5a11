// The frames of the calling side: the heads of a call and of a claim.
import { NO_ATTACHMENTS } from '../frames/write-frame';
import { FLAG, KIND, POLICY, type CallHead, type ClaimHead } from '../frames/heads';
import type { PendingCall } from './pending-call';

const DEFAULT_KEEP = 64;

/**
 * The head of a call.
 * @param acknowledged the highest id such that it and all below are settled.
 * @param now by the caller's clock: what is left of the call's time travels.
 */
export function callHead(
  { request, deadline }: PendingCall,
  id: number,
  acknowledged: number,
  now: number,
): CallHead {
  const { target, member, flags, slow = 'block', keep = DEFAULT_KEEP } = request;
  const left = Math.max(0, Math.ceil(deadline - now));
  const budget = Number.isSafeInteger(left) ? left : null;
  return [KIND.call, id, flags, target, member, budget, acknowledged, POLICY[slow], keep, NO_ATTACHMENTS];
}

/** Says that a call is still waited for, and what has come of it so far. */
export function claimHead({ id, stream, progressItems }: PendingCall): ClaimHead {
  const { next, items, bytes } = stream?.position ?? { next: 0, items: progressItems, bytes: 0 };
  return [KIND.claim, id, stream === undefined ? 0 : FLAG.opened, next, items, bytes];
}
