import type { TimestampBounds, EpochMs } from '#lib/contract/index.ts'
import { allApiEndpoints } from '#lib/api/index.ts'
import { readCoveringRoutes } from '#lib/history/index.ts'
import { readRoutesDiff } from '#lib/routes/store/index.ts'
import { readSessionHistory } from '#lib/sessions/store/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { getChanges } from '#lib/incidents/answers/index.ts'
import type { ReportedOutageBounds, TrueSessionOutage } from './outages.ts'

const kinds = ['learned'] as const

/** Returns functions that query Peerwatch's own history of one gateway. */
export const createPeerwatchQueries = (db: Database, scope: string) => ({
  covering: (address: string, at: EpochMs) => readCoveringRoutes(db.pool, { scope, kinds, address, at }),

  /** Counts the routes that differ between two times, and the routes that Peerwatch reports as undecidable. */
  async diff({ from, to }: { from: EpochMs; to: EpochMs }): Promise<{ differ: number; undecidable: number }> {
    const { announced, withdrawn, changed, undecidable } = await readRoutesDiff(db.pool, { scope, kinds, from, to })
    return { differ: announced.length + withdrawn.length + changed.length, undecidable: undecidable.length }
  },

  /** Returns the outages of a session, including outages that only the uptime reveals. */
  async outages(
    session: Pick<TrueSessionOutage, 'localAddress' | 'neighbor'>,
    from: EpochMs,
    to: EpochMs,
  ): Promise<ReportedOutageBounds[]> {
    const { rows } = await readSessionHistory(db.pool, { scope, from, to, limit: 1_000 })
    const own = rows
      .filter(({ localAddress, neighbor }) => localAddress === session.localAddress && neighbor === session.neighbor)
      .toReversed()
    return own.flatMap((row, n): ReportedOutageBounds[] => {
      const before = own[n - 1]
      if (row.state !== 'established' || before === undefined) return []
      const until = narrowed(row.since, row.establishedAt)
      return [{ from: before.state === 'established' ? { ...row.since, latest: until.latest } : before.since, until }]
    })
  },

  /** Returns the caller, time and fields of the change to a resource of this name. */
  async whoChanged(name: string, from: EpochMs, to: EpochMs) {
    const { data } = await getChanges(
      db,
      allApiEndpoints.changes.parameters.parse({ from: iso(from), to: iso(to) }),
      to,
    )
    const change = data.find(({ resourceId, op }) => resourceId.endsWith(`/${name}`) && op === 'changed')
    return change
      ? { between: change.between, by: change.explainedBy, fields: change.fields.map(({ path }) => path) }
      : null
  },
})

const iso = (at: EpochMs) => new Date(at).toISOString()

/** Returns the intersection of two bounds. Returns the first bounds if there is no second or the two do not overlap. */
function narrowed(one: TimestampBounds, other: TimestampBounds | null): TimestampBounds {
  const both = {
    earliest: Math.max(one.earliest, other?.earliest ?? one.earliest),
    latest: Math.min(one.latest, other?.latest ?? one.latest),
  }
  return both.earliest <= both.latest ? both : one
}
