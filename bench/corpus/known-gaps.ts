/**
 * Where detection is known to fall short of the corpus, polled every 10, 30, 60 and 300 s. A deviation that is not in here fails
 * the test; `npm run bench detection` prints those that have closed.
 */
import type { Says } from './deviations.ts'
import type { Kind } from './scenario.ts'

export interface KnownGap {
  scenario: string
  says: Says
  /** none = of the whole scenario */
  kind?: Kind
  /** polling intervals in seconds with this gap; none = all of them */
  at?: readonly number[]
  why: string
}

export const knownGaps: readonly KnownGap[] = [
  {
    scenario: 'S71',
    says: 'other owner',
    kind: 'n1_stranding',
    why: 'a part of the withdrawal of a circuit, which stands in a group of its own once its removal is read: a cause that is known only then does not reach the other circuit',
  },
]

/** What is known to fall short where everything is polled so often. */
export const gapsAt = (seconds: number): readonly KnownGap[] =>
  knownGaps.filter(({ at }) => at === undefined || at.includes(seconds))
