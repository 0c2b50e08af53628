import type { EpochMs, PollKind, ResponseOf, UptimeDays, UptimeParameters } from '#lib/contract/index.ts'
import { type Db, queryable } from './db.ts'
import { type Day, daysOf, divideTime, lastDays } from './divided-time.ts'
import { freshnessOf, pollsUnder, readSources } from './freshness.ts'
import { resolveScope } from './scope.ts'
import { readTopology } from './topology.ts'
import { iso } from './wire.ts'

/** What sees that a circuit or a gateway is down. */
const kinds: readonly PollKind[] = ['summary', 'peers']

/**
 * The last days of every circuit and gateway, or of one.
 * @throws NotFoundError
 */
export async function getUptime(
  db: Db,
  { days, scope: asked }: Pick<UptimeParameters, 'days' | 'scope'>,
  now: EpochMs = Date.now(),
): Promise<ResponseOf<'uptime'>> {
  const q = queryable(db)
  const scope = await resolveScope(q, asked)
  const period = lastDays(days, now)
  const [topology, sources] = [await readTopology(q), await readSources(q, scope)]
  const divided = await divideTime(q, period, { topology, sources, scope })
  return {
    data: divided.map((one) => ({ id: one.id, type: one.type, days: alikeTogether(daysOf(period, one)) })),
    asOf: iso(now),
    freshness: freshnessOf(pollsUnder(sources, kinds, now), now),
  }
}

/** Most days are like the day before: 90 of 200 circuits one by one would be four megabytes. */
function alikeTogether(days: readonly Day[]): UptimeDays[] {
  const runs: UptimeDays[] = []
  let last = ''
  for (const { day, ...facts } of days) {
    const written = JSON.stringify(facts)
    const run = runs.at(-1)
    if (run && written === last) run.days++
    else runs.push({ from: day, days: 1, ...facts })
    last = written
  }
  return runs
}
