import { parsePathSubject } from '#lib/contract/events/subject.ts'
import { type Bounds, type EpochMs, type EventKind, parseWhatIfLosses, parsePeeringType } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import { Cache } from '#lib/platform/cache.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { type Db, getQueryable, InvalidRequestError } from '#lib/questions/index.ts'
import { computeWhatIfRows, createAffectedTablesFinder, judgeTrafficMove } from '../rules/index.ts'
import { createResourceFinder } from './single-losses/possible-losses.ts'
import { createResourceNameFinder, listGatewayInstances } from './what-if.ts'
import { findUnreadOfLost, readTrafficMoveInput } from './what-if/move-facts.ts'
import { readCachedWhatIfData } from './what-if/read-tables.ts'
import { resolveWhatIfLossesAndChanges } from './what-if/resolve-terms.ts'
import { createSiteFinder } from './what-if/site-finder.ts'

/** The root event of an incident, and the earliest possible time of its start. */
interface LossEvent {
  kind: EventKind
  scope: string
  subject: string
  began: EpochMs
}

/** Cache of the hindrance of each loss. The tables before the loss no longer change, except by late polls. */
const hindrances = new Cache<Promise<string | null>>('incident_hindrances', { maxAgeMs: 10 * MINUTE, maxSize: 200 })

/**
 * Returns the worst hindrance of the move after a loss as one sentence, from the tables directly before the loss. Null
 * = no hindrance is known, the event is not the loss of a resource, or no table was read before it. The load of
 * circuits is not considered, because it would read the traffic of a month.
 */
export function readHindranceBefore(db: Db, event: LossEvent, now: EpochMs = getDatabaseNow()): Promise<string | null> {
  const term = formatLossTerm(event)
  if (term === null) return Promise.resolve(null)
  return hindrances.share(getQueryable(db), `${term} ${event.began}`, () => computeHindrance(db, term, event, now), {
    now,
  })
}

/** Returns the worst hindrance of the move after the root event of an incident, for its messages. */
export const readHindranceOfRoot = (
  db: Db,
  { kind, scope, subject, started }: Omit<LossEvent, 'began'> & { started: Bounds },
  now: EpochMs,
): Promise<string | null> => readHindranceBefore(db, { kind, scope, subject, began: started.earliest }, now)

function formatLossTerm({ kind, scope, subject }: LossEvent): string | null {
  if (kind === 'circuit_down' || kind === 'gateway_isolated') return scope
  const { peering, path } = parsePathSubject(subject)
  const type = parsePeeringType(peering)
  return kind === 'path_down' && type !== null && path !== null ? `${scope}/${type}/${path}` : null
}

async function computeHindrance(db: Db, term: string, { began }: LossEvent, now: EpochMs): Promise<string | null> {
  const q = getQueryable(db)
  const at = Math.min(began, now) - 1
  const world = await readCachedWhatIfData(db, { at, now })
  const parsed = parseWhatIfLosses(term)
  if (world.isBlind || !('terms' in parsed)) return null
  const { facts, ribs } = world
  const asked = await resolveWhatIfLossesAndChanges(
    createResourceFinder(world),
    { lose: parsed.terms, change: [] },
    facts,
    (gateway) => listGatewayInstances(world, gateway),
  ).catch((error: unknown) => {
    // the resource was not in the estate before the loss
    if (error instanceof InvalidRequestError) return null
    throw error
  })
  if (!asked) return null
  const { failure, lost } = asked
  const names = { siteOf: createSiteFinder(facts.sites), nameOf: createResourceNameFinder(facts) }
  const tables = createAffectedTablesFinder(ribs)(failure).flatMap((place) => {
    const rib = ribs[place]
    return rib ? [{ rib, rows: computeWhatIfRows(rib, failure, names, 'changed') }] : []
  })
  const isUnread = findUnreadOfLost(world, lost).length > 0
  const moveFacts = await readTrafficMoveInput(q, world, names, at)
  return judgeTrafficMove(tables, { failure, ribs, full: [], facts: moveFacts }, isUnread).hindrances[0]?.text ?? null
}
