import { parsePathSubject } from '#lib/contract/events/subject.ts'
import {
  type TimestampBounds,
  type EpochMs,
  type EventKind,
  parseWhatIfLosses,
  parsePeeringType,
} from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { openProcessCache } from '#lib/platform/cache.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { type ReadableDatabase, getSqlExecutor, InvalidRequestError } from '#lib/questions/index.ts'
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

/**
 * Cache of the worst hindrance for each loss. It is read from route tables before the loss, which can only change if
 * polls arrive late.
 */
const hindrances = openProcessCache<Promise<string | null>>('incident_hindrances', {
  maxAgeMs: 10 * MS_PER_MINUTE,
  maxSize: 200,
})

/**
 * Returns a sentence about the worst hindrance for moving traffic after a loss. It is found in the route tables
 * directly before the loss. Null if no hindrance was found, if the event is not the loss of a resource, or if no table
 * was read before it. The load of circuits is ignored, because it would require reading the traffic of a month.
 */
export function readHindranceBefore(
  db: ReadableDatabase,
  event: LossEvent,
  now: EpochMs = getDatabaseNow(),
): Promise<string | null> {
  const term = formatLossTerm(event)
  if (term === null) return Promise.resolve(null)
  return hindrances.share(getSqlExecutor(db), `${term} ${event.began}`, () => computeHindrance(db, term, event, now), {
    now,
  })
}

/**
 * Returns a sentence about the worst hindrance for moving traffic after the root event of an incident, for the messages
 * of the incident.
 */
export const readHindranceOfRoot = (
  db: ReadableDatabase,
  { kind, scope, subject, started }: Omit<LossEvent, 'began'> & { started: TimestampBounds },
  now: EpochMs,
): Promise<string | null> => readHindranceBefore(db, { kind, scope, subject, began: started.earliest }, now)

function formatLossTerm({ kind, scope, subject }: LossEvent): string | null {
  if (kind === 'circuit_down' || kind === 'gateway_isolated') return scope
  const { peering, path } = parsePathSubject(subject)
  const type = parsePeeringType(peering)
  return kind === 'path_down' && type !== null && path !== null ? `${scope}/${type}/${path}` : null
}

async function computeHindrance(
  db: ReadableDatabase,
  term: string,
  { began }: LossEvent,
  now: EpochMs,
): Promise<string | null> {
  const q = getSqlExecutor(db)
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
    // the resource was not listed before the loss, so its effect cannot be computed
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
