import type { CircuitPath, PollKind, UncoveredInterval } from '#lib/contract/index.ts'
import { outcomeWords } from '#lib/contract/words/index.ts'
import type { Gap } from '../charts/state-timeline/tracks.ts'

/** The times in which nobody saw a thing, by whose polls it is seen. A gap of the other path is none of this one. */
export function gapsOf(
  uncovered: readonly UncoveredInterval[],
  of: { scope: string; path: CircuitPath | null; kinds: readonly PollKind[] },
): Gap[] {
  const gaps = uncovered
    .filter(({ scope, kind }) => scope === of.scope && of.kinds.includes(kind))
    .filter(({ path }) => path === undefined || of.path === null || path === of.path)
    .map(({ from, to, outcome }) => ({ from: Date.parse(from), to: Date.parse(to), why: outcomeWords(outcome) }))
  // several tables of one thing may have gone unseen together
  return [...new Map(gaps.map((gap) => [`${gap.from}/${gap.to}`, gap])).values()]
}
