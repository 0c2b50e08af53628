import { drillBodySchema } from '#lib/resilience/api/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { readCurrentDeclarations, computeShortId } from '#lib/history/index.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'
import type { Database } from '#lib/platform/database.ts'
import { runAsActor } from '#lib/questions/index.ts'
import { announceDrill } from '#lib/resilience/answers/index.ts'
import { createBuiltInEstate } from '../simulator/index.ts'

/**
 * Failover drill in the built-in estate. It withdraws the prefixes of a site from one of its circuits for a quarter of
 * an hour. The announced time also includes some minutes before and after.
 */
const DRILL = {
  circuit: 'erc-london',
  site: 'dc-london',
  startsBefore: 24 * MS_PER_DAY + 2 * MS_PER_HOUR,
  lasts: 40 * MS_PER_MINUTE,
}

const beginOf = (origin: EpochMs): EpochMs => origin - DRILL.startsBefore - 10 * MS_PER_MINUTE
const announcedAt = (origin: EpochMs): EpochMs => beginOf(origin) - MS_PER_DAY

/**
 * Generates the past up to a moment, and announces the drill at the time at which its operators did, so that events in
 * the drill are judged as announced work.
 * @param past the past, generated from `from` on; if it begins after the announcement, the drill is announced at its
 *   end
 * @param origin zero of the scenario's timeline
 */
export async function makeWithDrill(
  db: Database,
  past: { upTo(until: EpochMs): Promise<void> },
  { from, until, origin }: { from: EpochMs; until: EpochMs; origin: EpochMs },
): Promise<void> {
  // the prediction of the announced drill needs tables that polls after the announcement have confirmed
  const known = announcedAt(origin) + MS_PER_HOUR
  const isWithin = from < announcedAt(origin) && known < until
  if (isWithin) {
    await past.upTo(known)
    await announcePastDrill(db, origin)
  }
  await past.upTo(until)
  if (!isWithin) await announcePastDrill(db, origin)
}

/** Announces the drill of the estate's past, as its operators did the day before. */
async function announcePastDrill(db: Database, origin: EpochMs): Promise<void> {
  const { circuits = [], subscriptions, sites = [] } = createBuiltInEstate([])
  const spec = circuits.find(({ name }) => name === DRILL.circuit)
  const owner = subscriptions.find(({ groups }) => groups.some(({ name }) => name === spec?.group))
  const site = sites.find(({ name }) => name === DRILL.site)
  if (!spec || !owner || !site) throw new Error(`the estate has no ${DRILL.circuit} or no ${DRILL.site}`)
  const id = computeShortId(
    `/subscriptions/${owner.id}/resourceGroups/${spec.group}/providers/Microsoft.Network/expressRouteCircuits/${spec.name}`,
  )
  const from = beginOf(origin)
  const body = drillBodySchema.parse({
    title: 'London prefixes over Amsterdam',
    note: 'Withdrawn on the routers of dc-london by a route map.',
    change: site.prefixes.map((prefix) => `withdraw:${id}:${prefix}`).join(','),
    from: new Date(from).toISOString(),
    to: new Date(from + DRILL.lasts).toISOString(),
    withinSeconds: 180,
  })
  // replaces the declaration that an earlier generation of the history saved
  const { maintenance } = await readCurrentDeclarations(db.pool)
  const others = maintenance.filter(({ note }) => note !== body.note)
  await db.transaction((client) =>
    saveDeclarationsAsNewVersion(client, { maintenance: others }, { by: 'the demo', expected: null }),
  )
  await runAsActor('the demo', () => announceDrill(db, body, { now: announcedAt(origin), at: announcedAt(origin) }))
}
