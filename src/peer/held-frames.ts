// Frames that wait, each in a track whose order it keeps, and how much may wait.
import { SameboxError } from '../errors';
import type { Attachment } from '../cbor/decode';
import { FLAG, KIND, type Head } from '../frames';
import type { Loan } from '../handoff/loan';
import type { Limits } from '../limits';

/** What waits, by the limit that it counts toward. */
export type Weight = Pick<Limits, 'arrivingBytes' | 'heldBytes' | 'heldFrames'>;

/** A frame that waits: for its own transfers, or for frames before it in its track. */
export interface HeldFrame {
  readonly head: Head;
  body: Buffer;
  readonly attachments: Attachment[];
  readonly loan: Loan;
  /** Its transfers that are under way, by number, and what is being read for it. */
  readonly missing: Set<number | Promise<unknown>>;
  /** What it counts for, from its coming to its leaving. */
  readonly weight: { -readonly [W in keyof Weight]: Weight[W] };
}

/** Frames in the order they came in: a linked list, so that each leaves from wherever it stands in one step. */
export interface Track {
  readonly first: HeldFrame | undefined;
}

interface Place {
  readonly frame: HeldFrame;
  readonly track: LinkedTrack;
  before: Place | undefined;
  after: Place | undefined;
}

class LinkedTrack implements Track {
  private head: Place | undefined;
  private tail: Place | undefined;

  constructor(readonly name: string) {}

  get first(): HeldFrame | undefined {
    return this.head?.frame;
  }

  append(frame: HeldFrame): Place {
    const place: Place = { frame, track: this, before: this.tail, after: undefined };
    if (this.tail === undefined) this.head = place;
    else this.tail.after = place;
    return (this.tail = place);
  }

  remove({ before, after }: Place): void {
    if (before === undefined) this.head = after;
    else before.after = after;
    if (after === undefined) this.tail = before;
    else after.before = before;
  }
}

/** The frames of one connection that wait. Every step takes the same time, however many there are. */
export class HeldFrames {
  private readonly tracks = new Map<string, LinkedTrack>();
  private readonly places = new Map<HeldFrame, Place>();
  private readonly calls = new Map<number, Place>();
  private readonly total = { arrivingBytes: 0, heldBytes: 0, heldFrames: 0 };

  constructor(private readonly limits: Weight) {}

  /** What waits now. */
  get weight(): Weight {
    return this.total;
  }

  /** The track with frames that this one must not overtake; for a cancel, that of its call. */
  trackBefore(head: Head): Track | undefined {
    return this.places.size === 0 ? undefined : this.findTrack(head);
  }

  /** @throws SameboxError `TOO_LARGE` if more waits then than a limit allows. */
  add(frame: HeldFrame): void {
    for (const name of WEIGHED) {
      this.total[name] += frame.weight[name];
      if (this.total[name] > this.limits[name]) {
        const excess = `${name} would be ${this.total[name]}: the limit is ${this.limits[name]}`;
        throw new SameboxError('TOO_LARGE', `too much waits for attachments: ${excess}`);
      }
    }
    const place = (this.findTrack(frame.head) ?? this.openTrack(trackOf(frame.head))).append(frame);
    this.places.set(frame, place);
    if (frame.head[0] === KIND.call) this.calls.set(frame.head[1], place);
  }

  /** Takes a frame out, from anywhere in its track, which it gives. */
  remove(frame: HeldFrame): Track {
    const place = this.places.get(frame) as Place;
    this.places.delete(frame);
    if (frame.head[0] === KIND.call) this.calls.delete(frame.head[1]);
    for (const name of WEIGHED) this.total[name] -= frame.weight[name];
    place.track.remove(place);
    if (place.track.first === undefined) this.tracks.delete(place.track.name);
    return place.track;
  }

  /** The track of a frame, if it waits. */
  trackWith(frame: HeldFrame): Track | undefined {
    return this.places.get(frame)?.track;
  }

  /** All that wait; they don't any more. */
  takeAll(): HeldFrame[] {
    const all = [...this.places.keys()];
    for (const frame of all) this.remove(frame);
    return all;
  }

  private findTrack(head: Head): LinkedTrack | undefined {
    return head[0] === KIND.cancel ? this.calls.get(head[1])?.track : this.tracks.get(trackOf(head));
  }

  private openTrack(name: string): LinkedTrack {
    const track = new LinkedTrack(name);
    this.tracks.set(name, track);
    return track;
  }
}

const WEIGHED = ['arrivingBytes', 'heldBytes', 'heldFrames'] as const;

/** Frames of one track keep their order. */
function trackOf(head: Head): string {
  if (head[0] === KIND.call) return `to ${head[3]}`;
  return `${(head[2] & FLAG.yours) === 0 ? 'of' : 'for'} ${head[1]}`;
}
