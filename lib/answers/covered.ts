import type { EpochMs, PollKind, UncoveredStretch } from '#lib/contract/index.ts'
import { lateAfterMs } from '#lib/detection/index.ts'
import { type CoverageRow, coverageAt, coverageStretches, listSources } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { iso } from './wire.ts'

export interface Covered {
  covered: boolean
  uncovered: UncoveredStretch[]
}

/** Whether a moment was seen by every source of these kinds in scope, and where it was not, the time around it. */
export async function coveredAt(
  db: Queryable,
  query: { scope?: string | undefined; kinds: readonly PollKind[]; at: EpochMs; now: EpochMs },
): Promise<Covered> {
  const { scope, kinds, at, now } = query
  const moments = await coverageAt(db, { ...(scope !== undefined && { scope }), kinds, at })
  const uncovered: UncoveredStretch[] = []
  for (const moment of moments.values()) {
    if (moment.covered) continue
    const { from, to, outcome } = moment.gap ?? { from: at, to: at, outcome: 'not_polled' as const }
    uncovered.push({
      scope: moment.scope,
      kind: moment.kind,
      from: iso(from),
      to: iso(to ?? Math.max(now, at)),
      outcome,
    })
  }
  return { covered: moments.size > 0 && uncovered.length === 0, uncovered }
}

/** Widest poll interval that a good poll just outside the range may have had and still cover its edge. */
const EDGE_MS = 60 * 60_000
const STRETCHES_PER_READ = 1_000

/** Which parts of a range no good poll of these kinds saw, for each source in scope. */
export async function coveredBetween(
  db: Queryable,
  query: { scope?: string | undefined; kinds: readonly PollKind[]; from: EpochMs; to: EpochMs; now: EpochMs },
): Promise<Covered> {
  const scope = query.scope === undefined ? {} : { scope: query.scope }
  const to = Math.min(query.to, query.now)
  const sources = (await listSources(db, scope)).filter(({ poll }) => query.kinds.includes(poll.kind))
  const stretches = await allStretches(db, { ...scope, from: Math.max(0, query.from - EDGE_MS), to: to + EDGE_MS })
  const uncovered = sources.flatMap(({ sourceId, scope: id, poll }) => {
    const own = stretches.filter((row) => row.sourceId === sourceId && row.kind === poll.kind)
    return holes(own, query.from, to, poll.intervalSeconds).map(
      (hole): UncoveredStretch => ({
        scope: id,
        kind: poll.kind,
        from: iso(hole.from),
        to: iso(hole.to),
        outcome: outcomeIn(own, hole.from, hole.to),
      }),
    )
  })
  return { covered: sources.length > 0 && uncovered.length === 0, uncovered }
}

async function allStretches(
  db: Queryable,
  query: { scope?: string; from: EpochMs; to: EpochMs },
): Promise<CoverageRow[]> {
  const rows: CoverageRow[] = []
  let cursor: string | null = null
  do {
    const page: { rows: CoverageRow[]; nextCursor: string | null } = await coverageStretches(db, {
      ...query,
      limit: STRETCHES_PER_READ,
      ...(cursor !== null && { cursor }),
    })
    rows.push(...page.rows)
    cursor = page.nextCursor
  } while (cursor !== null)
  return rows
}

const isGood = ({ outcome }: CoverageRow) => outcome === 'ok' || outcome === 'incomplete'

/** Two good polls further apart than a late one enclose a hole; so does the time before the first of all. */
function holes(rows: CoverageRow[], from: EpochMs, to: EpochMs, intervalSeconds: number) {
  const good = rows.filter(isGood).toSorted((a, b) => a.from - b.from)
  const found: { from: EpochMs; to: EpochMs }[] = []
  let seenUntil: EpochMs | null = null
  for (const row of good) {
    const limit = lateAfterMs(Math.max(row.intervalSeconds, 0) * 1_000)
    if (seenUntil === null || row.from - seenUntil > limit) found.push({ from: seenUntil ?? 0, to: row.from })
    seenUntil = Math.max(seenUntil ?? 0, row.to)
  }
  if (seenUntil === null || to - seenUntil > lateAfterMs(intervalSeconds * 1_000))
    found.push({ from: seenUntil ?? 0, to })
  return found
    .map((hole) => ({ from: Math.max(hole.from, from), to: Math.min(hole.to, to) }))
    .filter((hole) => hole.from < hole.to)
}

function outcomeIn(rows: CoverageRow[], from: EpochMs, to: EpochMs): CoverageRow['outcome'] {
  const failed = rows.find((row) => !isGood(row) && row.from <= to && row.to >= from)
  return failed?.outcome ?? 'not_polled'
}
