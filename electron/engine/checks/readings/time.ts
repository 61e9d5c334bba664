import { text } from '../../../contract/text.ts';
import type { Collected } from '../facts.ts';
import type { HostSubject } from '../model.ts';
import { Unknown } from '../unknown.ts';

/** A host's clock minus the laptop's, and how far that can be off at most, both in ms. */
export type Clock = NonNullable<Collected['clock']>;

/** The measured clock of a host; unknown when the collector did not come to its end. */
export function clockOf(facts: Collected): Clock {
  if (facts.clock === null) throw new Unknown(text('checks.unknown.clock'));
  return facts.clock;
}

/** The same for checks that compare hosts. */
export function readClock({ facts }: HostSubject): Clock {
  return clockOf(facts);
}
