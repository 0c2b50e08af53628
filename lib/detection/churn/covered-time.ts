import type { EpochMs } from '#lib/contract/index.ts'

/** A stretch of time in which a source was polled without a gap and every poll was good: [from, to). */
export interface Stretch {
  from: EpochMs
  to: EpochMs
}

/** The same time as disjoint stretches in ascending order, none empty, none touching the next. */
export function unionOf(stretches: readonly Stretch[]): Stretch[] {
  const union: Stretch[] = []
  for (const { from, to } of [...stretches].sort((a, b) => a.from - b.from)) {
    const last = union.at(-1)
    if (to <= from) continue
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else union.push({ from, to })
  }
  return union
}

/**
 * The time in which every one of the sources was covered: what a count over all of them is about.
 * @param sources the stretches of each source, in any order; no source at all covers nothing
 */
export function coveredByAll(sources: readonly (readonly Stretch[])[]): Stretch[] {
  const [first, ...rest] = sources
  if (!first) return []
  return rest.reduce<Stretch[]>((common, other) => intersectionOf(common, unionOf(other)), unionOf(first))
}

/** How much of [from, to) lies in the stretches, in ms. They must be disjoint, as `unionOf` gives them. */
export function coveredMs(stretches: readonly Stretch[], from: EpochMs, to: EpochMs): number {
  return stretches.reduce((sum, s) => sum + Math.max(0, Math.min(s.to, to) - Math.max(s.from, from)), 0)
}

function intersectionOf(a: readonly Stretch[], b: readonly Stretch[]): Stretch[] {
  const common: Stretch[] = []
  let i = 0
  let j = 0
  for (let [x, y] = [a[i], b[j]]; x && y; [x, y] = [a[i], b[j]]) {
    const from = Math.max(x.from, y.from)
    const to = Math.min(x.to, y.to)
    if (from < to) common.push({ from, to })
    if (x.to < y.to) i++
    else j++
  }
  return common
}
