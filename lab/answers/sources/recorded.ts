/**
 * Truth from recorded response bodies. A server sends the bodies over real HTTP, and the product's own client reads
 * them. The polls of the default timetable are made at virtual time and recorded in the same way as by a worker. The
 * truth is parsed from the texts that were sent, without the product's decoders.
 */
import { createAzureClient, type ObservableKind } from '#lib/azure/index.ts'
import { startArmServer } from '#lib/azure/testing/arm-server.ts'
import type { EpochMs, PollObservation, PollTarget, ResourceRow } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { getOrCreateSourceIds, prepareCounterPartitions, rollUpUsage } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import {
  type KnownSourceFacts,
  updateSourceKnowledge,
  type PlannedPoll,
  planPolls,
  recordPollAndRunDetection,
  markIncompletePoll,
  convertRowsToSessions,
  TopologyCache,
} from '#lib/poller/index.ts'
import { GENERATED_PAST_POLL_INTERVALS, knownAtFirst, mseeAddresses } from '../../demo-history/lanes.ts'
import { findLastMonthTurn } from '../script.ts'
import type {
  GroundTruthQueryKind,
  TrueDownTimeBounds,
  TimeRangeTuple,
  RouteGroundTruth,
  EstateGroundTruth,
  TimeBoundsTuple,
} from '../truth.ts'
import {
  LOOKED_UP_ADDRESSES,
  RECORDED_CIRCUIT_NAME,
  circuitId,
  TrueEventTimeline,
  RECORDED_CUSTOMER_ROUTER_ADDRESSES,
  RECORDED_GATEWAY_NAME,
  gatewayId,
  RECORDED_INSTANCE_ADDRESSES,
  RECORDED_SUBSCRIPTION_ID,
} from './recorded-bodies.ts'

/** Kinds of the plan that are polled here. Metrics and the Activity log have no recordings. */
const PLAYED = new Set<string>([
  'inventory',
  'peers',
  'summary',
  'arp',
  'stats',
  'connection',
  'learned',
  'advertised',
  'tables',
])
/** Duration of a response in milliseconds. The response is true for the middle of its duration. */
const TAKES_MS = 400
/**
 * One in this many operations begins with a 202, in each of ARM's forms in turn. Each takes a quarter of a second of
 * real time.
 */
const LONG_ONE_IN = 200
const STYLES = ['location', 'asyncTop', 'asyncOutput', 'both'] as const

/** A text that was sent, and the moment whose state it describes. */
export interface SentResponseRecord {
  place: string
  at: EpochMs
  status: number
  text: string
}

/** Polls `hours` of a course that is generated from the seed. */
export async function truthOfRecorded(db: Database, hours: number, random: () => number): Promise<EstateGroundTruth> {
  const from = findLastMonthTurn(Date.now()) - (hours * MS_PER_HOUR) / 2
  const until = from + hours * MS_PER_HOUR
  const course = new TrueEventTimeline(random, from, until)
  const sent = await play(db, course, from, until)
  await rollUpUsage(db)
  return truthOfTexts(sent, course, from + 10 * MS_PER_MINUTE, until - 10 * MS_PER_MINUTE)
}

async function play(
  db: Database,
  course: TrueEventTimeline,
  from: EpochMs,
  until: EpochMs,
): Promise<SentResponseRecord[]> {
  let now = from
  const sent: SentResponseRecord[] = []
  let operations = 0
  const subscriptions = [{ subscriptionId: RECORDED_SUBSCRIPTION_ID, displayName: 'Recorded' }]
  const server = await startArmServer({ subscriptions, resources: course.resources(from), bodies: {} })
  server.rule({
    when: /\/(getBgpPeerStatus|getLearnedRoutes|getAdvertisedRoutes|stats|connections\/[^/]+|(arpTables|routeTables|routeTablesSummary)\/\w+)$/i,
    behaviour: ({ method, path }) => {
      const at = now + TAKES_MS / 2
      const given = course.answer(path, at)
      if (!given) return { do: 'answer', status: 404, body: { error: { code: 'NotFound', message: path } } }
      sent.push({ place: path, at, ...given })
      const isGood = method === 'POST' && given.status === 200 && given.text.endsWith(']}')
      operations += Number(isGood)
      if (!isGood || operations % LONG_ONE_IN !== 0) return { do: 'text', ...given }
      const style = STYLES[(operations / LONG_ONE_IN) % STYLES.length] ?? 'location'
      return { do: 'operation', style, body: JSON.parse(given.text) as unknown, rounds: 0 }
    },
  })
  const { IDENTITY_ENDPOINT: identity, IDENTITY_HEADER: header } = server.environment
  // the token client of MSAL would remember this server for the lifetime of the process
  const getToken = async () => {
    const given = await fetch(`${identity}?resource=arm`, { headers: { 'x-identity-header': header } })
    const { access_token: token } = (await given.json()) as { access_token: string }
    return { token, expiresOnTimestamp: until + 400 * MS_PER_DAY }
  }
  const azure = createAzureClient({
    resourceManagerUrl: server.url,
    subscriptionIds: [RECORDED_SUBSCRIPTION_ID],
    resourceGraph: false,
    createCredential: () => ({ getToken }),
    clock: { now: () => now, monotonic: () => performance.now() },
  })
  const poll = async (target: PollTarget, kind: ObservableKind): Promise<PollObservation> => {
    server.requests.length = 0
    const at = now
    const given = await azure.poll(target, kind)
    return { ...given, startedAt: at, finishedAt: at + TAKES_MS }
  }
  try {
    await db.transaction((client) => prepareCounterPartitions(client, from, until + MS_PER_DAY))
    const first = await poll({ resourceId: `/subscriptions/${RECORDED_SUBSCRIPTION_ID}`, subresource: '' }, 'inventory')
    if (first.kind !== 'inventory' || first.outcome !== 'ok') throw new Error(`not discovered: ${first.error?.detail}`)
    const { resources } = first.rows
    const neighbors = new Map([[gatewayId.toLowerCase(), ['10.0.4.4', '10.0.4.5']]])
    const plan = planPolls(
      { subscriptionIds: [RECORDED_SUBSCRIPTION_ID], resources, neighbors },
      GENERATED_PAST_POLL_INTERVALS,
    ).filter(({ kind }) => PLAYED.has(kind))
    const ids = await db.transaction((client) => getOrCreateSourceIds(client, plan))
    const known = new Map<string, KnownSourceFacts>()
    const estate = new TopologyCache()
    for (const { at, poll: planned, sourceId } of agendaOf(plan, ids, from, until)) {
      now = at
      server.estate.resources = course.resources(at)
      const observation = await poll(planned, planned.kind as ObservableKind)
      await record(db, { planned, sourceId, observation, resources, known, estate })
    }
  } finally {
    azure.close()
    await server.close()
  }
  return sent
}

function agendaOf(plan: readonly PlannedPoll[], ids: readonly number[], from: EpochMs, until: EpochMs) {
  const all = plan.flatMap((poll, n) => {
    const times = Math.floor((until - from - 10 * MS_PER_SECOND) / (poll.everySeconds * MS_PER_SECOND))
    // Discovery is first, and each following poll of the plan starts one second later. The plan lists polls that report
    // sessions before polls that use the known sessions.
    const begin = from + (poll.kind === 'inventory' ? 0 : (n + 1) * MS_PER_SECOND)
    return Array.from({ length: times }, (_, i) => ({
      at: begin + i * poll.everySeconds * MS_PER_SECOND,
      poll,
      sourceId: ids[n] ?? 0,
    }))
  })
  return all.toSorted((a, b) => a.at - b.at)
}

interface Recording {
  planned: PlannedPoll
  sourceId: number
  observation: PollObservation
  resources: readonly ResourceRow[]
  known: Map<string, KnownSourceFacts>
  estate: TopologyCache
}

async function record(db: Database, { planned, sourceId, observation: raw, resources, known, estate }: Recording) {
  const { kind, resourceId, subresource, everySeconds } = planned
  const place = `${resourceId} ${kind === 'advertised' ? '' : subresource}`
  const knowledge = known.get(place) ?? knownAtFirst(resourceId, resources)
  const isRead = kind === 'peers' || kind === 'summary' || kind === 'learned' || kind === 'tables'
  const observation = isRead ? markIncompletePoll(raw, knowledge) : raw
  const localAddresses = kind === 'summary' ? mseeAddresses(planned, resources) : null
  const { status } = await db.transaction((client) =>
    recordPollAndRunDetection(client, sourceId, observation, { intervalSeconds: everySeconds, localAddresses, estate }),
  )
  if (status !== 'recorded') throw new Error(`a poll of ${kind} was refused as ${status}`)
  if (observation.kind !== 'peers' && observation.kind !== 'summary') return
  if (observation.outcome !== 'ok' && observation.outcome !== 'incomplete') return
  known.set(place, updateSourceKnowledge(knowledge, convertRowsToSessions(observation), observation.outcome === 'ok'))
}

type Members = Record<string, unknown>

/** Returns the rows of a text, parsed without the product's decoder; null if the text has no rows. */
function rowsOf({ status, text }: SentResponseRecord): Members[] | null {
  if (status !== 200) return null
  try {
    const { value } = JSON.parse(text) as { value?: Members[] | null }
    return value ?? null
  } catch {
    return null
  }
}

const textsOf = (sent: readonly SentResponseRecord[], end: string) =>
  sent.filter(({ place }) => place.toLowerCase().endsWith(end.toLowerCase()))

/**
 * Returns the moments at which a session row differs from its previous text in state, ASN or number of prefixes. Age
 * and message counters are ignored.
 */
function changesOf(sent: readonly SentResponseRecord[]): EpochMs[] {
  const printed = new Map<string, string>()
  return sent.flatMap((one) =>
    (rowsOf(one) ?? []).flatMap(({ localAddress, neighbor, state, asn, routesReceived, statePfxRcd }) => {
      const [key, now] = [`${localAddress} ${neighbor}`, JSON.stringify([state, asn, routesReceived, statePfxRcd])]
      const isOther = printed.has(key) && printed.get(key) !== now
      printed.set(key, now)
      return isOther ? [one.at] : []
    }),
  )
}

interface Seen {
  at: EpochMs
  up: boolean
  /** earliest and latest begin of the current state; null if the text has no age */
  since: TimeBoundsTuple | null
}

/**
 * Returns the outages between texts. The age in a row narrows their bounds. An age shorter than the time since the
 * previous text reveals an outage between the two.
 */
function downsOf(seen: readonly Seen[]): TrueDownTimeBounds[] {
  const downs: TrueDownTimeBounds[] = []
  let before: Seen | null = null
  let fell: TimeBoundsTuple | null = null
  for (const one of seen) {
    const { at, up, since } = one
    const began = (narrow: TimeBoundsTuple | null): TimeBoundsTuple => {
      const first = before?.at ?? Number.NEGATIVE_INFINITY
      return narrow ? [Math.max(first, narrow[0]), Math.min(at, narrow[1])] : [first, at]
    }
    if (!up) fell ??= began(null)
    else if (fell) {
      downs.push({ from: fell, until: began(since) })
      fell = null
    } else if (before && since && since[0] > before.at) downs.push({ from: [before.at, since[1]], until: began(since) })
    before = one
  }
  if (fell) downs.push({ from: fell, until: [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY] })
  return downs
}

/**
 * Returns the milliseconds of an age that .NET or a router prints to the second; null if the age is coarser or absent.
 */
function ageOf(text: unknown): number | null {
  const [whole, days = '0', hours, minutes, seconds] =
    /^(?:(\d+)\.)?(\d\d):(\d\d):(\d\d(?:\.\d+)?)$/.exec(String(text)) ?? []
  if (whole === undefined) return null
  return (
    Number(days) * MS_PER_DAY +
    Number(hours) * MS_PER_HOUR +
    Number(minutes) * MS_PER_MINUTE +
    Number(seconds) * MS_PER_SECOND
  )
}

/**
 * Returns the outages that the responses show. If exactly one true begin or end lies within reported bounds, the bounds
 * are replaced by this exact moment.
 */
function datedBy(
  course: TrueEventTimeline,
  session: string,
  shown: readonly TrueDownTimeBounds[],
): TrueDownTimeBounds[] {
  const downs = course.downsOf(session)
  const dated = (when: TimeBoundsTuple, times: readonly EpochMs[]): TimeBoundsTuple => {
    const [only, ...others] = times.filter((at) => when[0] <= at && at <= when[1])
    return only === undefined || others.length > 0 ? when : [only, only]
  }
  return shown.map(({ from, until }) => ({
    from: dated(
      from,
      downs.map((one) => one.from),
    ),
    until: dated(
      until,
      downs.map((one) => one.until),
    ),
  }))
}

function seenOf(
  sent: readonly SentResponseRecord[],
  isRow: (row: Members) => boolean,
  isUp: (row: Members) => boolean,
  age: string,
) {
  return sent.flatMap((one): Seen[] => {
    const row = rowsOf(one)?.find(isRow)
    if (!row) return []
    const ms = ageOf(row[age])
    // the printed age can be up to a second too low, and it was true at some moment during the response
    const since: TimeBoundsTuple | null =
      ms === null ? null : [one.at - ms - MS_PER_SECOND - TAKES_MS, one.at - ms + TAKES_MS]
    return [{ at: one.at, up: isUp(row), since }]
  })
}

/** Returns the truth that follows from the texts. */
export function truthOfTexts(
  sent: readonly SentResponseRecord[],
  course: TrueEventTimeline,
  from: EpochMs,
  to: EpochMs,
): EstateGroundTruth {
  const peers = textsOf(sent, '/getBgpPeerStatus')
  const inside = RECORDED_INSTANCE_ADDRESSES.flatMap((localAddress) =>
    ['10.0.4.4', '10.0.4.5'].map((neighbor) => {
      const isRow = (row: Members) => row.localAddress === localAddress && row.neighbor === neighbor
      const seen = seenOf(peers, isRow, (row) => row.state === 'Connected', 'connectedDuration')
      const key = `${localAddress} ${neighbor}`
      return { key, of: RECORDED_GATEWAY_NAME, localAddress, neighbor, downs: datedBy(course, key, downsOf(seen)) }
    }),
  )
  const edges = Object.entries(RECORDED_CUSTOMER_ROUTER_ADDRESSES).map(([path, neighbor]) => {
    const texts = textsOf(sent, `/routeTablesSummary/${path}`)
    const seen = seenOf(
      texts,
      (row) => row.neighbor === neighbor,
      (row) => /^\d+$/.test(String(row.statePfxRcd)),
      'upDown',
    )
    const localAddress = neighbor.replace(/\d+$/, (host) => String(Number(host) + 1))
    return {
      key: path,
      of: RECORDED_CIRCUIT_NAME,
      localAddress,
      neighbor,
      downs: datedBy(course, neighbor, downsOf(seen)),
    }
  })
  const tables = textsOf(sent, '/getLearnedRoutes').flatMap((one) => {
    const rows = rowsOf(one)
    return rows ? [{ at: one.at, rows: rows.map(routeOf) }] : []
  })
  const stats = textsOf(sent, `${circuitId}/stats`)
  const isBad = (one: SentResponseRecord) => rowsOf(one) === null
  const isPart = (one: SentResponseRecord) =>
    new Set(rowsOf(one)?.map(({ localAddress }) => localAddress)).size < RECORDED_INSTANCE_ADDRESSES.length
  const spans = (texts: readonly SentResponseRecord[]): TimeRangeTuple[] => texts.map(({ at }) => [at, at])
  const unanswered: Record<GroundTruthQueryKind, TimeRangeTuple[]> = {
    sessions: spans([
      ...peers.filter(isPart),
      ...textsOf(sent, 'primary').filter(isBad),
      ...textsOf(sent, 'secondary').filter(isBad),
    ]),
    bytes: spans(stats.filter((one) => countersOf(one) === null)),
    routes: spans(textsOf(sent, '/getLearnedRoutes').filter(isBad)),
  }
  return {
    from,
    to,
    sessions: [...inside, ...edges],
    routeEdges: ['/getBgpPeerStatus', '/routeTablesSummary/primary', '/routeTablesSummary/secondary'].flatMap((table) =>
      changesOf(textsOf(sent, table)),
    ),
    circuit: RECORDED_CIRCUIT_NAME,
    gateway: RECORDED_GATEWAY_NAME,
    passed: (_circuit, direction, first, last) => passedBetween(stats, direction, first, last),
    addresses: LOOKED_UP_ADDRESSES,
    table: (at) => tables.findLast((one) => one.at <= at)?.rows ?? [],
    sessionsMs: 160 * MS_PER_SECOND,
    tablesMs: 13 * MS_PER_MINUTE,
    unanswered,
    terms: () => termsOf(course, from, to),
  }
}

const routeOf = ({ network, sourcePeer, localAddress, weight }: Members): RouteGroundTruth => ({
  prefix: String(network),
  peer: String(sourcePeer),
  instance: String(localAddress),
  weight: Number(weight),
})

/**
 * Returns the bytes in and out of both paths of a circuit's response, with all digits; null if a counter is missing.
 */
function countersOf({ status, text }: SentResponseRecord): Record<'in' | 'out', bigint> | null {
  const read = (name: string) => new RegExp(`"${name}":(\\d+)`).exec(text)?.[1]
  const [a, b, c, d] = ['primaryBytesIn', 'secondaryBytesIn', 'primaryBytesOut', 'secondaryBytesOut'].map(read)
  if (status !== 200 || !a || !b || !c || !d) return null
  return { in: BigInt(a) + BigInt(b), out: BigInt(c) + BigInt(d) }
}

/**
 * Returns the bytes between the first and last response within the range, and between the nearest responses around the
 * range.
 */
function passedBetween(stats: readonly SentResponseRecord[], direction: 'in' | 'out', from: EpochMs, to: EpochMs) {
  const read = stats.flatMap((one) => {
    const counters = countersOf(one)
    return counters ? [{ at: one.at, bytes: counters[direction] }] : []
  })
  const within = read.filter(({ at }) => from <= at && at <= to)
  const [first, last] = [within[0], within.at(-1)]
  const [before, after] = [
    read.findLast(({ at }) => at <= from) ?? read[0],
    read.find(({ at }) => at >= to) ?? read.at(-1),
  ]
  const delta = (a?: { bytes: bigint }, b?: { bytes: bigint }) => (a && b ? Math.max(0, Number(b.bytes - a.bytes)) : 0)
  return [delta(first, last), delta(before, after)] as const
}

/** Returns the terms of the circuit from its own body in the list of resources. */
function termsOf(course: TrueEventTimeline, from: EpochMs, to: EpochMs) {
  const listed = (at: EpochMs) => {
    const circuit = course.resources(at).find(({ id }) => id === circuitId) as unknown as {
      sku: { tier: string; family: string }
      properties: { serviceProviderProperties: { bandwidthInMbps: number } }
    }
    return { ...circuit.sku, bandwidthMbps: circuit.properties.serviceProviderProperties.bandwidthInMbps }
  }
  const terms = [{ from: 0, ...listed(from) }]
  for (let at = from; at < to; at += MS_PER_MINUTE) {
    const now = listed(at)
    if (now.bandwidthMbps !== terms.at(-1)?.bandwidthMbps) terms.push({ from: at, ...now })
  }
  return terms
}
