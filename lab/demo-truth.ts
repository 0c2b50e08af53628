/**
 * Watches a running Peerwatch next to its simulator: `npm run bench demo-truth -- --api=URL --simulator=URL
 * [--minutes=60] [--every=20]`. Compares the answers of the API with the truth of the simulator (`/_control/truth`):
 * the verdict of each session at each reading; at the end, the begins and ends of the events about lost sessions,
 * whether each loss has an event, and whether each incident has something behind it. Prints each difference and counts.
 * Exits with 1 if an answer differs.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { EventKind } from '#lib/contract/index.ts'
import { doTimestampBoundsOverlap, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { DetectedNetworkEvent, Incident } from '#lib/incidents/api/index.ts'
import type { BgpSession } from '#lib/sessions/api/index.ts'
import { parseTimeBoundsPair } from './judge/concluded.ts'
import type { ScenarioGroundTruth } from './simulator/index.ts'

const { values } = parseArgs({
  options: {
    api: { type: 'string', default: 'http://127.0.0.1:3000' },
    simulator: { type: 'string', default: '' },
    minutes: { type: 'string', default: '60' },
    every: { type: 'string', default: '20' },
  },
})
/** Time in milliseconds within which Azure answers a poll. A row shows the state at some moment of this time. */
const ANSWER_MS = 150 * MS_PER_SECOND
/** Time in milliseconds after which a loss must have its event: two polls and their answers. */
const SEEN_MS = 4 * MS_PER_MINUTE
/** Time in milliseconds from the begin of a loss to its last direct effect, and from its end to the last return. */
const [LOST_MS, BACK_MS] = [15 * MS_PER_SECOND, MS_PER_MINUTE]
const LOSSES: ReadonlySet<EventKind> = new Set<EventKind>(['session_down', 'path_down', 'circuit_down', 'peer_lost'])

type TrueSession = ScenarioGroundTruth['sessions'][number]
const print = (text: string) => process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`)
const counts = { readings: 0, verdicts: 0, events: 0, losses: 0, incidents: 0, differences: 0 }
const told = new Set<string>()

async function getJson<T>(url: string): Promise<T> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(30_000) })
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
  return (await answer.json()) as T
}

/** Returns all pages of a list of the API. */
async function list<T>(path: string): Promise<T[]> {
  const rows: T[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const url = `${values.api}/api/v1${path}${path.includes('?') ? '&' : '?'}limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`
    const page: { data: T[]; nextCursor: string | null } = await getJson(url)
    rows.push(...page.data)
    cursor = page.nextCursor
  }
  return rows
}

function truthSince(from: number): Promise<ScenarioGroundTruth> {
  const [begin, now] = [from, Date.now()].map((at) => new Date(at).toISOString())
  return getJson(`${values.simulator}/_control/truth?from=${begin}&to=${now}`)
}

/** Returns the times in which a session was truly down, as pairs of epoch milliseconds. */
const downsOf = ({ down }: TrueSession) =>
  down.map(({ from, until }): [number, number] => [Date.parse(from), until === null ? Infinity : Date.parse(until)])

/** Counts a difference, and prints it once. */
function differ(what: string): void {
  if (told.has(what)) return
  told.add(what)
  counts.differences++
  print(`DIFFERS ${what}`)
}

/**
 * Reports whether a session of the API is the given true session. A path of a peering is one true session, although it
 * has a session for each IP version.
 */
const isOfSession = (
  session: BgpSession,
  { kind, key, circuit, gateway, path, neighbor, localAddress }: TrueSession,
) =>
  kind === 'edge'
    ? session.scopeName === circuit && session.path === path && key.toLowerCase().includes(`${session.peering}peering`)
    : session.scopeName === gateway && session.localAddress === localAddress && session.neighbor === neighbor

/** Compares the verdict of each session with its true state within the time in which Azure answered. */
function compareVerdicts(sessions: readonly BgpSession[], truth: ScenarioGroundTruth): void {
  for (const session of sessions) {
    if (session.lastSeenAt === null || session.known !== 'observed') continue
    if (session.verdict !== 'up' && session.verdict !== 'down') continue
    counts.verdicts++
    const to = Date.parse(session.lastSeenAt)
    const from = to - ANSWER_MS
    const own = truth.sessions.filter((one) => isOfSession(session, one)).flatMap(downsOf)
    const isDownThroughout = own.some(([begin, end]) => begin <= from && end >= to)
    const isDownSometime = own.some(([begin, end]) => begin <= to && end >= from)
    if (session.verdict === 'up' ? isDownThroughout : !isDownSometime)
      differ(
        `session ${session.scopeName} ${session.localAddress} ${session.neighbor}: ${session.verdict} at ${session.lastSeenAt}`,
      )
  }
}

/** Returns the true times in which the sessions that an event names were down. */
function trueTimesOf({ scopeName, subject }: DetectedNetworkEvent, truth: ScenarioGroundTruth): [number, number][] {
  return truth.sessions
    .filter(({ circuit, gateway, path, neighbor, localAddress }) =>
      circuit === undefined
        ? scopeName === gateway && [neighbor, localAddress].some((end) => end && subject.includes(end))
        : scopeName === circuit && (!subject.includes('/') || subject.endsWith(`/${path}`)),
    )
    .flatMap(downsOf)
}

/** Compares the bounds of each event about lost sessions with the truth. */
function compareEvents(events: readonly DetectedNetworkEvent[], truth: ScenarioGroundTruth): void {
  for (const event of events) {
    if (!LOSSES.has(event.kind) || event.flags.includes('administrative')) continue
    counts.events++
    const times = trueTimesOf(event, truth)
    const started = parseTimeBoundsPair(event.startedBetween)
    const ended = event.endedBetween && parseTimeBoundsPair(event.endedBetween)
    const name = `${event.kind} ${event.scopeName} ${event.subject}`
    if (!times.some(([from]) => doTimestampBoundsOverlap(started, { earliest: from, latest: from + LOST_MS })))
      differ(`${name}: no session went down between ${event.startedBetween.join(' and ')}`)
    if (
      ended &&
      !times.some(([, until]) => doTimestampBoundsOverlap(ended, { earliest: until, latest: until + BACK_MS }))
    )
      differ(`${name}: no session came back between ${event.endedBetween?.join(' and ')}`)
  }
}

/** Checks that each loss that polls must have seen has an event that began with it. */
function compareLosses(
  events: readonly DetectedNetworkEvent[],
  truth: ScenarioGroundTruth,
  [begin, end]: readonly [number, number],
): void {
  const adverse = events.filter(({ kind }) => LOSSES.has(kind) || kind === 'gateway_instance_lost')
  for (const session of truth.sessions)
    for (const [from, until] of downsOf(session)) {
      if (from < begin || from + SEEN_MS > end || until - from < SEEN_MS) continue
      counts.losses++
      const isSeen = adverse.some(
        (event) =>
          (event.scopeName === session.circuit || event.scopeName === session.gateway) &&
          doTimestampBoundsOverlap(parseTimeBoundsPair(event.startedBetween), {
            earliest: from,
            latest: from + LOST_MS,
          }),
      )
      if (!isSeen) differ(`loss of ${session.key} at ${new Date(from).toISOString()}: no event`)
    }
}

/** Checks that something happened in the simulator before each incident opened. */
function compareIncidents(incidents: readonly Incident[], truth: ScenarioGroundTruth): void {
  for (const incident of incidents) {
    if (incident.severity === 'info') continue
    counts.incidents++
    const started = parseTimeBoundsPair(incident.startedBetween)
    const isCaused = truth.happenings.some(({ times }) =>
      times.some(({ from, until }) =>
        doTimestampBoundsOverlap(
          { earliest: started.earliest - MS_PER_MINUTE, latest: started.latest },
          { earliest: Date.parse(from), latest: until === null ? Infinity : Date.parse(until) },
        ),
      ),
    )
    if (!isCaused) differ(`incident ${incident.title} of ${incident.startedBetween.join(' to ')}: nothing happened`)
  }
}

const begin = Date.now()
const end = begin + Number(values.minutes) * MS_PER_MINUTE
while (Date.now() < end) {
  const sessions = await list<BgpSession>('/sessions')
  compareVerdicts(sessions, await truthSince(begin - MS_PER_HOUR))
  counts.readings++
  await delay(Number(values.every) * MS_PER_SECOND)
}
const truth = await truthSince(begin - 6 * MS_PER_HOUR)
const since = new Date(begin).toISOString()
const isNew = ({ startedBetween: [earliest] }: { startedBetween: readonly [string | null, string] }) =>
  earliest !== null && Date.parse(earliest) >= begin
const events = (await list<DetectedNetworkEvent>(`/events?from=${since}`)).filter(isNew)
compareEvents(events, truth)
compareLosses(events, truth, [begin, end])
compareIncidents((await list<Incident>(`/incidents?from=${since}`)).filter(isNew), truth)
print(
  `${counts.readings} readings, ${counts.verdicts} verdicts of sessions, ${counts.events} events, ${counts.losses} losses, ${counts.incidents} incidents: ${counts.differences} differ`,
)
process.exitCode = counts.differences > 0 ? 1 : 0
