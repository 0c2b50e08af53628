import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { type Declarations, type EpochMs, parseWhatIfChanges, parseWhatIfLosses } from '#lib/contract/index.ts'
import {
  type DrillBody,
  type DrillEffectOutcome,
  type ExpectedDrillEffectsParameters,
  HOLD_TIME_SECONDS,
  type ResilienceEndpointResponse,
  type ResilienceCommandResult,
} from '../api/index.ts'
import type { StoredSession } from '#lib/sessions/api/index.ts'
import { addDrill, cancelDrill as markCancelled, findDrill, listDrills, type StoredDrill } from '../store/index.ts'
import {
  readActivityAround,
  readConfigChanges,
  listEvents,
  readResourcePage,
  createPastReader,
  readCurrentDeclarations,
  computeShortHash,
  type StoredEvent,
  readUncoveredTimes,
} from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { openProcessCache } from '#lib/platform/cache.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  type CircuitsOfPrefixesAtMoment,
  type SessionUpBeforeDrill,
  type DrillEventFields,
  drillEventKinds,
  type DrillMeasurementInput,
  predictDrillEffects,
  measureDrillEffects,
  findCertainLossMoment,
  determineFailoverDrillVerdict,
} from '../rules/index.ts'
import {
  getActorName,
  type ReadableDatabase,
  getSqlExecutor,
  ConflictError,
  InvalidRequestError,
  NotFoundError,
  buildFreshnessFields,
  findSupportingPolls,
  readSources,
  formatIso,
} from '#lib/questions/index.ts'
import { saveDeclarationLists } from '#lib/declarations/answers/index.ts'

import { computeExplanationBounds, findActivityEntryExplainingChange } from '#lib/incidents/answers/index.ts'
import { getAzureFailoverTests } from './azure-failover-tests.ts'
import { findPrefixesWithCircuits } from './intents.ts'
import { readBgpSessionsWithVerdicts } from '#lib/sessions/answers/index.ts'
import { computeWhatIf } from './what-if.ts'
import { readCachedWhatIfData } from './what-if/read-tables.ts'

const polls = ['peers', 'summary', 'learned', 'tables'] as const
/** Maximum number of drills (announced failover exercises) in a list, newest first. */
const MAX_DRILLS = 50
const MAX_EVENTS = 1_000
/**
 * Maximum time in milliseconds by which the begin of a drill may be in the past when it is announced. The clock of the
 * user's machine may be slightly wrong.
 */
const CLOCKS_MS = 60_000
/**
 * Time in milliseconds after the end of a drill, after which its result is final because later polls can no longer
 * change it.
 */
const SETTLED_MS = 60 * 60_000

/** Returns drills (announced failover exercises) with their results. The drill with the latest begin is first. */
export async function getDrills(
  db: ReadableDatabase,
  _parameters: { customer?: string | undefined } = {},
  now: EpochMs = getDatabaseNow(),
): Promise<ResilienceEndpointResponse<'drills'>> {
  const drills: ResilienceEndpointResponse<'drills'>['data'] = []
  // drills are read one after the other, because each drill needs the route tables of its own time
  for (const stored of await listDrills(getSqlExecutor(db), MAX_DRILLS))
    drills.push(await measuredDrill(db, stored, now))
  return { data: drills, ...(await readAt(db, now)) }
}

/**
 * Returns a drill with its results.
 * @throws NotFoundError if it does not exist, or the caller may not see it
 */
export async function getDrill(
  db: ReadableDatabase,
  id: string,
  now: EpochMs = getDatabaseNow(),
): Promise<ResilienceEndpointResponse<'drill'>> {
  return { data: await detailOf(db, await drillOf(db, id), now), ...(await readAt(db, now)) }
}

/**
 * Returns a preview of a drill: the effects that the loss or change of these resources would have. Nothing is announced
 * or stored.
 * @throws InvalidRequestError with the names of unknown resources
 */
export async function getExpectedDrill(
  db: ReadableDatabase,
  { lose, change }: ExpectedDrillEffectsParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<ResilienceEndpointResponse<'expectedDrill'>> {
  const { scopes, marks } = await expectedOf(db, { lose, change }, HOLD_TIME_SECONDS, { now, stays: false })
  const nameOf = await namesIn(getSqlExecutor(db))
  return {
    data: {
      scopes,
      marks: marks.map((mark) => ({ ...mark, scopeName: mark.scope === null ? '' : nameOf(mark.scope) })),
    },
    ...(await readAt(db, now)),
  }
}
async function namesIn(q: SqlExecutor): Promise<(id: string) => string> {
  const resources = await readResourcePage(q, { includeRemoved: true })
  const names = new Map(resources.map(({ id, name }) => [id, name]))
  return (id) => names.get(id) ?? id
}

async function readAt(db: ReadableDatabase, now: EpochMs) {
  return { ...buildFreshnessFields(findSupportingPolls(await readSources(getSqlExecutor(db)), polls, now), now) }
}

/**
 * Announces a drill. The effects that it should have are predicted from route tables and stored. The time of the drill
 * is declared as maintenance.
 * @param at time of the route tables for the prediction; absent = the current route tables
 * @throws InvalidRequestError if a resource is unknown, or if the begin is in the past
 */
export async function announceDrill(
  db: Database,
  { title, note, lose, change, from, to, withinSeconds, stays }: DrillBody,
  { now = getDatabaseNow(), at }: { now?: EpochMs; at?: EpochMs } = {},
): Promise<ResilienceCommandResult<'announceDrill'>> {
  if (Date.parse(from) < now - CLOCKS_MS)
    throw new InvalidRequestError('from: a drill is announced before it begins; what was not predicted can’t be tested')
  const asked = {
    lose: termsOf('lose', parseWhatIfLosses(lose)),
    change: termsOf('change', parseWhatIfChanges(change)),
  }
  const expected = await expectedOf(db, asked, withinSeconds, { now, stays, ...(at !== undefined && { at }) })
  if (expected.scopes.length === 0) throw new InvalidRequestError('lose: nothing that is known is lost by it')
  const drill: StoredDrill = {
    id: computeShortHash(`${lose} ${change} ${from} ${now} ${title}`, 10),
    title,
    note,
    lose,
    change,
    withinSeconds,
    scopes: expected.scopes,
    from: Date.parse(from),
    to: Date.parse(to),
    announcedBy: getActorName(),
    announcedAt: now,
    cancelledBy: null,
    cancelledAt: null,
    marks: expected.marks,
  }
  await db.transaction(async (client) => {
    await addDrill(client, drill)
    const { maintenance } = await readCurrentDeclarations(client)
    await saveDeclarationLists(client, { maintenance: [...maintenance, windowOf(drill)] }, null, now)
  })
  return { data: await detailOf(db, drill, now) }
}

function termsOf<Term>(field: string, read: { terms: Term[] } | { wrong: string }): Term[] {
  if ('terms' in read) return read.terms
  throw new InvalidRequestError(`${field}: ${JSON.stringify(read.wrong)} is none`)
}

const windowId = ({ id }: StoredDrill) => `drill-${id}`

/**
 * Returns the maintenance window of a drill. Events during this time are recorded without notifications, as for other
 * planned work.
 */
function windowOf(drill: StoredDrill): Declarations['maintenance'][number] {
  const paths = drill.marks.flatMap(({ kind, subject }) => (kind === 'path_lost' ? [subject.split('/')[1]] : []))
  const [only] = paths
  return {
    id: windowId(drill),
    title: `Drill: ${drill.title}`.slice(0, 200),
    from: formatIso(drill.from),
    to: formatIso(drill.to),
    recurrence: null,
    scopes: drill.scopes,
    paths: (only === 'primary' || only === 'secondary') && paths.every((path) => path === only) ? [only] : [],
    note: drill.note,
  }
}

/**
 * Cancels a drill and ends its maintenance window.
 * @throws NotFoundError if the drill does not exist, or the caller may not see it
 * @throws ConflictError if the drill is over, or is already cancelled
 */
export async function cancelAnnouncedDrill(
  db: Database,
  id: string,
  now: EpochMs = getDatabaseNow(),
): Promise<ResilienceCommandResult<'cancelDrill'>> {
  const drill = await drillOf(db, id)
  if (drill.to <= now) throw new ConflictError('it is over')
  await db.transaction(async (client) => {
    if (!(await markCancelled(client, id, getActorName(), now))) throw new ConflictError('it was called off before')
    const { maintenance } = await readCurrentDeclarations(client)
    const own = windowId(drill)
    const left = maintenance.flatMap((window) => {
      if (window.id !== own) return [window]
      // The part of the window that has passed is kept, so that the drill still explains the events in it.
      return drill.from < now ? [{ ...window, to: formatIso(now) }] : []
    })
    await saveDeclarationLists(client, { maintenance: left }, null, now)
  })
  return { data: await detailOf(db, await drillOf(db, id), now) }
}

/**
 * Returns the drill with an id.
 * @throws NotFoundError if it does not exist, or the caller may not see it
 */
async function drillOf(db: ReadableDatabase, id: string): Promise<StoredDrill> {
  const found = await findDrill(getSqlExecutor(db), id)
  if (!found)
    throw new NotFoundError(`there is no drill ${JSON.stringify(id)}: take an id from /api/v1/resilience/drills`)
  return found
}

async function expectedOf(
  db: ReadableDatabase,
  { lose, change }: Pick<ExpectedDrillEffectsParameters, 'lose' | 'change'>,
  withinSeconds: number,
  { now, at, stays }: { now: EpochMs; at?: EpochMs; stays: boolean },
): Promise<Pick<StoredDrill, 'scopes' | 'marks'>> {
  const asked = { lose, change, rows: 'changed' as const, ...(at !== undefined && { at }) }
  const { data } = await computeWhatIf(db, asked, { costOfMonth: null }, now)
  const { sessions } = await readBgpSessionsWithVerdicts(createPastReader(getSqlExecutor(db), at), undefined, at ?? now)
  const up = sessions.filter(({ verdict, role }) => verdict === 'up' && role !== 'gateway-peer')
  const applied = stays ? configuredBy(data) : null
  const marks = predictDrillEffects(data.lost, data.prefixes, up.map(drilled), withinSeconds, applied)
  return { scopes: scopesOf(data), marks }
}

/**
 * Returns the short ids of the resources that a what-if loses or changes. For a peering location, a provider or a
 * router, its circuits are returned instead.
 */
const scopesOf = ({ lost, changed }: ResilienceEndpointResponse<'whatIf'>['data']): string[] => [
  ...new Set([
    ...lost.flatMap(({ id, paths }) => (id === null ? paths.map(({ circuitId }) => circuitId) : [id])),
    ...changed.map(({ id }) => id),
  ]),
]

/**
 * Returns the resources whose configuration in Azure changes according to the plan of a drill. Prepends and withdrawn
 * prefixes are left out, because they are configured on the customer's routers.
 */
const configuredBy = ({
  lost,
  changed,
}: ResilienceEndpointResponse<'whatIf'>['data']): { scope: string; becomes: string }[] => [
  ...[...new Set(lost.flatMap(({ id, paths }) => id ?? paths.map(({ circuitId }) => circuitId)))].map((scope) => ({
    scope,
    becomes: '',
  })),
  ...changed.flatMap(({ kind, id, term }) =>
    kind === 'weight' || kind === 'bandwidth' ? [{ scope: id, becomes: `${kind} ${term.split(':').at(-1)}` }] : [],
  ),
]

const drilled = ({ scope, localAddress, neighbor, mapping, peering, path }: StoredSession): SessionUpBeforeDrill => ({
  scope,
  localAddress,
  neighbor,
  on:
    path && peering
      ? { circuitId: scope, peering, path }
      : // a session of a gateway is always over private peering
        mapping && { circuitId: mapping.circuitId, peering: 'private', path: mapping.path },
})

type DrillDetail = ResilienceEndpointResponse<'drill'>['data']
type DrillRecord = Omit<DrillDetail, 'azureTests'>

/** Cache of the results of drills that can no longer change, separate for each caller. */
const settled = openProcessCache<DrillRecord>('settled_drills')

async function measuredDrill(db: ReadableDatabase, drill: StoredDrill, now: EpochMs): Promise<DrillRecord> {
  const q = getSqlExecutor(db)
  const known = settled.find(q, drill.id)
  if (known) return known
  const detail = await measured(db, drill, now)
  if (drill.to + SETTLED_MS < now) settled.store(q, drill.id, detail)
  return detail
}

async function measured(db: ReadableDatabase, drill: StoredDrill, now: EpochMs): Promise<DrillRecord> {
  const { marks, ...own } = drill
  const { from, to, cancelledAt } = own
  const facts = await factsOf(db, drill, now)
  const record = facts ? measureDrillEffects(marks, facts) : marks.map(() => NOT_YET)
  const nameOf = await namesIn(getSqlExecutor(db))
  const rows = marks.map((mark, n) => {
    const seen = record[n] ?? NOT_YET
    const scopeName = mark.scope === null ? '' : nameOf(mark.scope)
    return { ...mark, scopeName, ...seen }
  })
  const count = (wanted: DrillEffectOutcome) => rows.filter(({ result }) => result === wanted).length
  return {
    ...own,
    state: cancelledAt !== null ? 'cancelled' : now < from ? 'announced' : now < to ? 'running' : 'over',
    verdict: determineFailoverDrillVerdict(marks, record, { from, to, now, isCancelled: cancelledAt !== null }),
    counts: { fail: count('fail'), unknown: count('unknown'), waiting: count('waiting'), pass: count('pass') },
    movedWithin: rows.find(({ kind }) => kind === 'within')?.duration ?? null,
    marks: rows,
  }
}

/**
 * Returns a drill with its results. It also contains the failover tests in Azure that took place during the drill, for
 * its resources or for gateways that lose them. Lists of drills do not contain these tests, because finding them
 * requires reading the whole Activity Log.
 */
async function detailOf(db: ReadableDatabase, drill: StoredDrill, now: EpochMs): Promise<DrillDetail> {
  const { scopes, from, to, cancelledAt } = drill
  const tests = cancelledAt === null && from <= now ? (await getAzureFailoverTests(db, {}, now)).data : []
  const azureTests = tests.filter(
    ({ scope, circuits, at, stoppedAt }) =>
      at <= to &&
      (stoppedAt ?? now) >= from &&
      (scopes.includes(scope) || circuits.some((circuit) => scopes.includes(circuit))),
  )
  return { ...(await measuredDrill(db, drill, now)), azureTests }
}

const NOT_YET = { result: 'waiting', observedBetween: null, duration: null, observed: 'not yet' } as const

/**
 * Returns the data from which the result of a drill is determined; null if the drill has not begun, or was cancelled
 * before its begin.
 */
async function factsOf(db: ReadableDatabase, drill: StoredDrill, now: EpochMs): Promise<DrillMeasurementInput | null> {
  const { from, scopes, marks } = drill
  const to = Math.min(drill.to, drill.cancelledAt ?? drill.to)
  if (now < from || to <= from) return null
  const q = getSqlExecutor(db)
  const until = Math.min(to, now)
  const { rows } = await listEvents(q, { kinds: drillEventKinds, from, to: until, limit: MAX_EVENTS })
  const events = rows.filter(({ started }) => started.latest >= from).map(eventOf)
  const changes = marks.some(({ kind }) => kind === 'applied') ? await changesIn(q, scopes, { from, to: until }) : []
  const base = { from, to, now, scopes, events, changes }
  const moment = findCertainLossMoment(base, marks)
  const isOver = now >= to
  return {
    ...base,
    unseen: await unseenOf(q, marks, base, until),
    during: moment === null ? null : await carriedAt(db, moment, now),
    after: isOver ? await carriedAt(db, to, now) : null,
  }
}

/** Returns the configuration changes of these resources during a period, each with the user who made it. */
async function changesIn(
  q: SqlExecutor,
  scopes: readonly string[],
  range: { from: EpochMs; to: EpochMs },
): Promise<DrillMeasurementInput['changes']> {
  const found = (await readConfigChanges(q, { ...range, limit: MAX_EVENTS })).rows.filter(
    ({ scope, between }) => scopes.includes(scope) && between.latest >= range.from,
  )
  const asked = found.map(({ resourceId, between }) => ({ resourceId, within: computeExplanationBounds(between) }))
  const around = await readActivityAround(q, asked)
  return found.map((change, n) => {
    const entry = findActivityEntryExplainingChange(change, around[n] ?? [])
    const by = entry && (entry.caller ?? entry.operation)
    return { scope: change.scope, between: change.between, by, fields: change.fields }
  })
}

const seeing = ['peers', 'summary'] as const

/** Returns the short ids of the resources of a drill that were not polled during a part of it. */
async function unseenOf(
  q: SqlExecutor,
  marks: StoredDrill['marks'],
  { scopes, from }: { scopes: readonly string[]; from: EpochMs },
  to: EpochMs,
): Promise<Set<string>> {
  const gaps = new Set((await readUncoveredTimes(q, { kinds: seeing, from, to })).map(({ scope }) => scope))
  const polled = new Set(
    (await readSources(q)).flatMap(({ scope, poll }) => (seeing.some((kind) => kind === poll.kind) ? scope : [])),
  )
  const involved = [...scopes, ...marks.flatMap(({ scope, to: then }) => [scope ?? [], then?.circuits ?? []].flat())]
  return new Set(involved.filter((scope) => gaps.has(scope) || !polled.has(scope)))
}

const eventOf = ({ kind, scope, subject, started, ended, failover }: StoredEvent): DrillEventFields => ({
  kind,
  scope,
  subject,
  started,
  ended,
  moved: failover?.dataPlane ?? failover?.controlPlane ?? null,
})

async function carriedAt(db: ReadableDatabase, at: EpochMs, now: EpochMs): Promise<CircuitsOfPrefixesAtMoment> {
  const world = await readCachedWhatIfData(db, { at, now })
  const azure = world.ribs.filter(({ table }) => table.side === 'azure' && !table.isPartial)
  return {
    seen: new Set(azure.map(({ table }) => table.scope)),
    carriers: new Map(
      findPrefixesWithCircuits(world).map(({ scope, prefix, primary }) => [`${scope} ${prefix}`, primary]),
    ),
  }
}
