import { peeringKind } from '#lib/contract/poll.ts'
import { parsePath } from '#lib/contract/events/subject.ts'
import { eventKindRecords } from '#lib/contract/event-kinds/index.ts'
import { certaintyOf } from '#lib/contract/words/causes.ts'
import { outcomeWords } from '#lib/contract/words/outcomes.ts'
import { ownerLabel } from '#lib/contract/words/owners.ts'
import { pathWords } from '#lib/contract/words/path-words.ts'
import { formatBitRate } from '#lib/contract/words/rates.ts'
import type { AroundIncident, RouteAround } from '../api/route-around.ts'

/** How instants are written for a reader: in UTC, or in the zone of a screen. */
export interface AroundClock {
  /** `03:09:12`, with its day where that is another one than the asked moment's */
  second: (at: string) => string
  /** `03:09` */
  minute: (at: string) => string
  /** `UTC` */
  zone: string
}

/** Times in UTC. @param at the asked moment, ISO 8601 */
export const utcClock = (at: string): AroundClock => {
  const day = (other: string) => (other.slice(0, 10) === at.slice(0, 10) ? '' : `${other.slice(0, 10)} `)
  return {
    second: (other) => `${day(other)}${other.slice(11, 19)}`,
    minute: (other) => `${day(other)}${other.slice(11, 16)}`,
    zone: 'UTC',
  }
}

/** Gaps and loose events that a sentence names. */
const MOST_NAMED = 2

/**
 * What happened on a path, in one sentence that says so first: something did, nothing did, or that is not known. Nothing is called quiet
 * that was not seen.
 */
export function aroundHeadline(around: RouteAround, clock: AroundClock): string {
  const { incidents, verdict } = around
  const span = spanWords(around, clock)
  const [worst, ...others] = incidents
  if (worst) {
    const more = others.length === 0 ? '' : `; ${others.length} more incident${others.length > 1 ? 's' : ''}`
    return `${aroundIncidentWords(worst, clock)}${more}`
  }
  if (verdict === 'something') {
    const beside = around.events.filter(({ incidentId, severity }) => incidentId === null && severity !== 'info')
    const names = [...new Set(beside.map((event) => placedName(event)))]
    return `No incident, but ${names.slice(0, MOST_NAMED).join(', ')}${names.length > MOST_NAMED ? ' and more' : ''} ${span}`
  }
  if (verdict === 'nothing') return `No incident on this path ${span}`
  return `Uncertain: no incident was seen ${span}, but not all of it was seen`
}

const spanWords = ({ from, to, untilNow }: RouteAround, { minute, zone }: AroundClock) =>
  untilNow ? `between ${minute(from)} ${zone} and now` : `between ${minute(from)} and ${minute(to)} ${zone}`

/** `Path down: erc-london, primary path, 03:09:12 – 03:14:05 UTC, Equinix (likely)`. The times are the widest possible. */
export function aroundIncidentWords(incident: AroundIncident, { second, zone }: AroundClock): string {
  const { startedBetween, endedBetween } = incident
  const begin = startedBetween[0]
  const isOlder = Date.parse(begin) <= 0
  const times = endedBetween
    ? `${isOlder ? 'until' : `${second(begin)} –`} ${second(endedBetween[1])} ${zone}`
    : isOlder
      ? 'since before monitoring'
      : `since ${second(begin)} ${zone}`
  return [placedName(incident), times, aroundOwnerWords(incident)].join(', ')
}

/** `Equinix (likely)`; a cause that nothing names is no owner. */
function aroundOwnerWords({ owner, ownerName, confidence }: AroundIncident): string {
  if (owner === 'unknown' || confidence === 0) return 'cause unknown'
  const certainty = certaintyOf(confidence)
  return `${ownerName ?? ownerLabel(owner)}${certainty === 'certain' ? '' : ` (${certainty})`}`
}

/** `Path down: erc-london, primary path`. */
export function placedName({
  kind,
  scopeName,
  subject,
}: Pick<AroundIncident, 'kind' | 'scopeName' | 'subject'>): string {
  const { peering, path } = parsePath(subject)
  const type = peeringKind(peering)
  const part = type
    ? pathWords(type, path)
    : subject === scopeName
      ? ''
      : subject.replace('~', ' ↔ ').replace(' > ', ' → ').replaceAll(/,\s*/g, ', ')
  return `${eventKindRecords[kind].name}: ${[scopeName, part].filter(Boolean).join(', ')}`
}

/** Beside the headline, each in a few words: the paths, loss and round-trip time, traffic, and what was not seen. */
export function aroundFacts(around: RouteAround, clock: AroundClock): string[] {
  return [...pathFacts(around, clock), ...probeFacts(around), ...trafficFacts(around), ...unseenFacts(around, clock)]
}

/** The whole of it: `No incident on this path between 02:57 and 03:27 UTC: both paths up, 0 % loss, RTT 10 ms, traffic as usual`. */
export const aroundSentence = (around: RouteAround, clock: AroundClock): string =>
  `${aroundHeadline(around, clock)}${around.incidents.length > 0 ? '. Meanwhile: ' : ': '}${aroundFacts(around, clock).join(', ')}.`

function pathFacts({ paths }: RouteAround, clock: AroundClock): string[] {
  const byCircuit = Map.groupBy(paths, ({ circuitId }) => circuitId)
  return [...byCircuit.values()].map((own) => {
    const words = own.map(({ states }) => stateWords(states, clock))
    const all = words.every((one) => one === words[0])
    const of = byCircuit.size > 1 ? ` of ${own[0]?.circuitName}` : ''
    if (all && own.length > 1) return `both paths${of} ${words[0]}`
    return own.map(({ path }, n) => `${path} path${of} ${words[n]}`).join(', ')
  })
}

type PathStates = RouteAround['paths'][number]['states']
const isDown = ({ is }: PathStates[number]) => is === 'down' || is === 'planned'

/** The times in which it was down, each for itself: nothing in between is counted as down. */
const downTimes = (states: PathStates): { from: string; to: string }[] =>
  states.flatMap((one, at) => {
    const before = states[at - 1]
    if (!isDown(one) || (before && isDown(before))) return []
    const end = states.findIndex((later, n) => n > at && !isDown(later))
    return { from: one.from, to: (states[end === -1 ? states.length - 1 : end - 1] ?? one).to }
  })

const list = (words: readonly string[]) => words.join(', ').replace(/, ([^,]*)$/, ' and $1')

function stateWords(states: PathStates, { second }: AroundClock): string {
  const outages = downTimes(states)
  if (outages.length > 0)
    return states.every(isDown)
      ? 'down'
      : `down ${list(outages.map(({ from, to }) => `${second(from)} – ${second(to)}`))}`
  if (states.every(({ is }) => is === 'unknown')) return 'not seen'
  if (states.some(({ is }) => is === 'unknown')) return 'up where seen'
  return states.some(({ is }) => is === 'indeterminate') ? 'interrupted for a moment' : 'up'
}

function probeFacts({ probes }: RouteAround): string[] {
  if (!probes) return ['loss not measured']
  const { failedShare, roundTripMs } = probes
  const percent = failedShare === null ? null : Math.ceil(failedShare * 100)
  return [
    percent === null ? 'loss not measured' : percent === 0 ? '0 % loss' : `up to ${percent} % loss`,
    ...(roundTripMs === null ? [] : [`RTT ${roundTripMs < 10 ? roundTripMs.toFixed(1) : Math.round(roundTripMs)} ms`]),
  ]
}

const trafficWords = { usual: 'traffic as usual', less: 'less traffic than usual', more: 'more traffic than usual' }

function trafficFacts({ traffic }: RouteAround): string[] {
  return traffic.map(({ circuitName, mean, verdict }) => {
    const of = traffic.length > 1 ? ` on ${circuitName}` : ''
    if (mean === null) return `traffic${of} not measured`
    const rate = formatBitRate(mean.in + mean.out)
    return verdict === 'unknown' ? `traffic${of} ${rate}` : `${trafficWords[verdict]}${of} (${rate})`
  })
}

function unseenFacts(
  { uncovered, uncoveredOmitted = 0, resources, from, to }: RouteAround,
  clock: AroundClock,
): string[] {
  const nameOf = new Map(resources.map(({ scope, scopeName }) => [scope, scopeName]))
  const named = uncovered.slice(0, MOST_NAMED).map((gap) => {
    const [begin, end] = [gap.from < from ? from : gap.from, gap.to > to ? to : gap.to]
    const place = [nameOf.get(gap.scope) ?? gap.scope, pathWords(gap.peering ?? null, gap.path ?? null)]
    return `${clock.second(begin)} – ${clock.second(end)} was not seen (${place.filter(Boolean).join(' ')}: ${outcomeWords(gap.outcome)})`
  })
  const more = uncovered.length + uncoveredOmitted - named.length
  return [...named, ...(more > 0 ? [`${more} more gaps`] : [])]
}
