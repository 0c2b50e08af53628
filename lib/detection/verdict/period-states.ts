import type { TimestampBounds, CauseOwner, DurationBounds, EpochMs } from '#lib/contract/index.ts'
import type { TimeInterval } from '#lib/contract/time/time-spans.ts'

/** The states that a resource can have at one time of a period, for availability statistics. */
const periodStates = ['up', 'indeterminate', 'unknown', 'planned', 'down'] as const
export type PeriodState = (typeof periodStates)[number]

/** A part of a period with one state, from `from` (inclusive) to `to` (exclusive). */
export interface PeriodStateInterval {
  from: EpochMs
  to: EpochMs
  state: PeriodState
  /**
   * responsible party for the fault that caused the outage; null unless the part is down, planned or indeterminate.
   * `since` = latest possible begin of that outage.
   */
  owner: CauseOwner | null
  since: EpochMs | null
}

/** An outage whose begin and end are known within bounds; `ended` null = ongoing. */
export interface PeriodOutage {
  started: TimestampBounds
  ended: TimestampBounds | null
  owner: CauseOwner
  /** time up to which polls prove an ongoing outage; later it is only possible. Null or absent = up to the present */
  provenUntil?: EpochMs | null
}

/**
 * Divides a period into adjacent parts with one state each. For each part the first match decides:
 * - planned: an outage is possible during announced work
 * - down: an outage is certain
 * - indeterminate: an outage is only possible, for example after the last poll that proved an ongoing outage
 * - unknown: the time was not observed
 * - up: otherwise
 * @param unseen times in which no good poll would have seen an outage
 * @param work announced maintenance
 */
export function splitPeriodByState(
  period: TimeInterval,
  {
    outages,
    unseen,
    work,
  }: { outages: readonly PeriodOutage[]; unseen: readonly TimeInterval[]; work: readonly TimeInterval[] },
): PeriodStateInterval[] {
  const known = outages.map(({ started, ended, owner, provenUntil }) => ({
    possible: { from: started.earliest, to: ended?.latest ?? Number.POSITIVE_INFINITY },
    certain: { from: started.latest, to: ended?.earliest ?? provenUntil ?? Number.POSITIVE_INFINITY },
    owner,
    since: started.latest,
  }))
  const borders = [...known.flatMap(({ possible, certain }) => [possible, certain]), ...unseen, ...work]
  const [isUnseen, isWork] = [inOrder(unseen), inOrder(work)]
  return pieces(period, borders).map(({ from, to }) => {
    const at = (span: TimeInterval) => span.from <= from && from < span.to
    const outage = known.find(({ certain }) => at(certain)) ?? known.find(({ possible }) => at(possible))
    if (!outage) return { from, to, state: isUnseen(from) ? 'unknown' : 'up', owner: null, since: null }
    const { owner, since } = outage
    const state = isWork(from) ? 'planned' : at(outage.certain) ? 'down' : 'indeterminate'
    return { from, to, state, owner, since }
  })
}

/**
 * Returns a function that reports whether a time is in one of some spans. The function must be called with increasing
 * times, because it goes through the spans only once; a month may have thousands of gaps.
 */
function inOrder(spans: readonly TimeInterval[]): (at: EpochMs) => boolean {
  const sorted = spans.toSorted((a, b) => a.from - b.from)
  let [next, until] = [0, Number.NEGATIVE_INFINITY]
  return (at) => {
    for (let span = sorted[next]; span && span.from <= at; span = sorted[++next]) until = Math.max(until, span.to)
    return at < until
  }
}

/**
 * Order in which the states of redundant resources are combined. The state of all of them together is the first state
 * in this list that one of them has.
 */
const together = ['up', 'indeterminate', 'unknown', 'planned', 'down'] as const satisfies readonly PeriodState[]

/**
 * Divides a period into parts with the common state of several redundant resources. It is up while at least one of the
 * resources is up, and down while all are down. The responsible party of a part is the party of the resource that fell
 * last.
 * @param all the parts of each resource, as divided by {@link splitPeriodByState}
 */
export const combineRedundantStates = (
  period: TimeInterval,
  all: readonly (readonly PeriodStateInterval[])[],
): PeriodStateInterval[] => combineParts(period, all, together)

/**
 * Divides a period into parts with the common state of several things that are all needed, for example prefixes. It is
 * down while at least one of them is down, and up while all of them are up. If several of them are down, the
 * responsible party is the party of the outage that began last.
 */
export const combineRequiredStates = (
  period: TimeInterval,
  all: readonly (readonly PeriodStateInterval[])[],
): PeriodStateInterval[] => combineParts(period, all, ['down', 'planned', 'indeterminate', 'unknown', 'up'])

function combineParts(
  period: TimeInterval,
  all: readonly (readonly PeriodStateInterval[])[],
  order: readonly PeriodState[],
): PeriodStateInterval[] {
  const partsAt = all.map(findPartsInOrder)
  return pieces(period, all.flat()).map(({ from, to }) => {
    const now = partsAt.flatMap((partAt) => partAt(from) ?? [])
    const state = order.find((wanted) => now.some((part) => part.state === wanted)) ?? 'unknown'
    // Only resources in the common state are considered. For example, the party of planned work is not responsible for
    // a certain outage of another resource at the same time.
    const failed = now.filter((part) => part.state === state && part.since !== null)
    const [last] = failed.toSorted((a, b) => (b.since ?? 0) - (a.since ?? 0))
    return { from, to, state, owner: last?.owner ?? null, since: last?.since ?? null }
  })
}

/**
 * Returns a function that returns the part at a given time; undefined = none. The function must be called with
 * increasing times, because it goes through the parts only once; a month may have thousands of parts.
 * @param parts in order of time, without overlaps
 */
function findPartsInOrder(parts: readonly PeriodStateInterval[]): (at: EpochMs) => PeriodStateInterval | undefined {
  let next = 0
  return (at) => {
    let part = parts[next]
    while (part && part.to <= at) part = parts[++next]
    return part && part.from <= at ? part : undefined
  }
}

/** Divides a period at every start and end of the given spans that is inside the period. */
function pieces(period: TimeInterval, borders: readonly TimeInterval[]): TimeInterval[] {
  if (period.to <= period.from) return []
  const inside = borders.flatMap(({ from, to }) => [from, to]).filter((at) => at > period.from && at < period.to)
  const cuts = [...new Set([period.from, ...inside, period.to])].toSorted((a, b) => a - b)
  return cuts.slice(1).map((to, n) => ({ from: cuts[n] ?? period.from, to }))
}

/**
 * Returns the parts that are inside a shorter period.
 * @param parts in order of time
 */
export function clipStateIntervals(
  parts: readonly PeriodStateInterval[],
  { from, to }: TimeInterval,
): PeriodStateInterval[] {
  return parts
    .map((part) => ({ ...part, from: Math.max(part.from, from), to: Math.min(part.to, to) }))
    .filter((part) => part.from < part.to)
}

/**
 * Returns the parts inside each of several shorter periods, as {@link clipStateIntervals} does.
 * @param parts in order of time
 * @param periods in order of time, without overlaps
 */
export function clipStateIntervalsToPeriods(
  parts: readonly PeriodStateInterval[],
  periods: readonly TimeInterval[],
): PeriodStateInterval[][] {
  let first = 0
  return periods.map(({ from, to }) => {
    while ((parts[first]?.to ?? Number.POSITIVE_INFINITY) <= from) first++
    let end = first
    while ((parts[end]?.from ?? Number.POSITIVE_INFINITY) < to) end++
    return clipStateIntervals(parts.slice(first, end), { from, to })
  })
}

/**
 * Total times of the parts by state. `up.minMs`, indeterminate, `down.minMs`, unknown and planned add up to the length
 * of the period.
 */
interface PeriodSums {
  up: DurationBounds
  down: DurationBounds
  indeterminateMs: number
  unknownMs: number
  plannedMs: number
  /** time that was certainly down and not planned, by responsible party, ms */
  downByOwner: Partial<Record<CauseOwner, number>>
}

export function sumStateIntervals(parts: readonly PeriodStateInterval[]): PeriodSums {
  const length = (wanted: (part: PeriodStateInterval) => boolean) =>
    parts.filter(wanted).reduce((sum, { from, to }) => sum + (to - from), 0)
  const of = (state: PeriodState) => length((part) => part.state === state)
  const indeterminateMs = of('indeterminate')
  const [up, down] = [of('up'), of('down')]
  const owners = new Set(parts.flatMap(({ state, owner }) => (state === 'down' ? (owner ?? []) : [])))
  return {
    up: { minMs: up, maxMs: up + indeterminateMs },
    down: { minMs: down, maxMs: down + indeterminateMs },
    indeterminateMs,
    unknownMs: of('unknown'),
    plannedMs: of('planned'),
    downByOwner: Object.fromEntries(
      [...owners].map((owner) => [owner, length((part) => part.state === 'down' && part.owner === owner)]),
    ),
  }
}

/** A loss within a period: adjacent parts that are down or indeterminate. */
export interface PeriodLoss {
  started: TimestampBounds
  /** null = the loss lasts until the end of the period or longer */
  ended: TimestampBounds | null
  down: DurationBounds
  owner: CauseOwner
  /**
   * latest possible start of the outage that the first `down` part belongs to or, if no part is down, the first part.
   * It may be before the period
   */
  since: EpochMs
}

/**
 * Returns the losses in a period. Planned time is not part of a loss.
 * @param parts in order of time
 */
export function listPeriodLosses(parts: readonly PeriodStateInterval[]): PeriodLoss[] {
  const runs: PeriodStateInterval[][] = []
  let isLost = false
  for (const part of parts) {
    const wasLost = isLost
    isLost = part.state === 'down' || part.state === 'indeterminate'
    if (isLost && wasLost) runs.at(-1)?.push(part)
    else if (isLost) runs.push([part])
  }
  const end = parts.at(-1)?.to
  return runs.flatMap((run): PeriodLoss[] => {
    const [first, last] = [run[0], run.at(-1)]
    if (!first || !last) return []
    const certain = run.filter(({ state }) => state === 'down')
    return [
      {
        started: { earliest: first.from, latest: certain[0]?.from ?? last.to },
        ended: last.to === end ? null : { earliest: certain.at(-1)?.to ?? first.from, latest: last.to },
        down: sumStateIntervals(run).down,
        owner: (certain[0] ?? first).owner ?? 'unknown',
        since: (certain[0] ?? first).since ?? first.from,
      },
    ]
  })
}
