import { parsePeeringType } from '#lib/contract/poll.ts'
import { parsePathSubject } from '#lib/contract/events/subject.ts'
import { eventKindRecords } from '#lib/contract/event-kinds/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { formatPollOutcome } from '#lib/contract/words/outcomes.ts'
import { formatCauseOwnerWithConfidence } from '#lib/contract/words/owners.ts'
import { formatCircuitPathName, formatPeeringNames } from '#lib/contract/words/path-text.ts'
import { formatBitRate } from '#lib/contract/words/rates.ts'
import type { LookupContextIncident, LookupContext } from '../api/lookup-context.ts'

/** Formats times for texts, in UTC or in the time zone of the screen. */
export interface LookupTimeFormat {
  /** `03:09:12`, with the date if it differs from the date of the queried time */
  second: (at: string) => string
  /** the time without seconds, for example `03:09` */
  minute: (at: string) => string
  /** name of the time zone, for example `UTC` */
  zone: string
}

/**
 * Returns the formatter of times for a queried time.
 * @param at the queried time, ISO 8601
 * @param local converts a time to the zone; default: UTC
 */
export const createLookupTimeFormat = (
  at: string,
  zone = 'UTC',
  local = (instant: string) => instant,
): LookupTimeFormat => {
  const day = (other: string) => (other.slice(0, 10) === local(at).slice(0, 10) ? '' : `${other.slice(0, 10)} `)
  const write = (length: number) => (instant: string) => `${day(local(instant))}${local(instant).slice(11, length)}`
  return { second: write(19), minute: write(16), zone }
}

/** Maximum number of events that the headline names if there is no incident. */
const MAX_NAMED = 2

/**
 * Returns the most important fact about a path as one sentence. If there were incidents, it is the most severe
 * incident. Otherwise, it is about other events. If there were no events either, the sentence states that there was no
 * incident, or that this is uncertain because polls did not observe the path during the whole period.
 */
export function formatLookupContextHeadline(around: LookupContext, clock: LookupTimeFormat): string {
  const { incidents, verdict } = around
  const span = formatSpan(around, clock)
  const [worst, ...others] = incidents
  if (worst) {
    const more = others.length === 0 ? '' : `; ${others.length} more incident${others.length > 1 ? 's' : ''}`
    return `${formatAroundIncident(worst, clock)}${more}`
  }
  if (verdict === 'something') {
    const beside = around.events.filter(({ incidentId, severity }) => incidentId === null && severity !== 'info')
    const names = [...new Set(beside.map((event) => formatEventPlace(event)))]
    return `No incident, but ${names.slice(0, MAX_NAMED).join(', ')}${names.length > MAX_NAMED ? ' and more' : ''} ${span}`
  }
  if (verdict === 'nothing') return `No incident on this path ${span}`
  return `Uncertain: no incident was seen ${span}, but not all of it was seen`
}

const formatSpan = ({ from, to, untilNow }: LookupContext, { minute, zone }: LookupTimeFormat) =>
  untilNow ? `between ${minute(from)} ${zone} and now` : `between ${minute(from)} and ${minute(to)} ${zone}`

/**
 * Formats an incident: event, place, times and owner. Example: `Path down: erc-london, primary path, 03:09:12–03:09:27
 * to 03:14:01–03:14:05 UTC, Equinix, likely`.
 */
const formatAroundIncident = (incident: LookupContextIncident, clock: LookupTimeFormat): string =>
  [formatEventPlace(incident), formatLookupContextTimes(incident, clock), formatLookupContextOwner(incident)].join(', ')

/**
 * Formats the begin and end of an event, each as earliest and latest time. Examples: `03:09:12–03:09:27 to
 * 03:14:01–03:14:05 UTC`; `since 03:09:12–03:09:27 UTC` for an event that was ongoing at the end of the period.
 */
export function formatLookupContextTimes(
  { startedBetween, endedBetween }: Pick<LookupContextIncident, 'startedBetween' | 'endedBetween'>,
  { second, zone }: LookupTimeFormat,
): string {
  const isOlder = Date.parse(startedBetween[0]) <= 0
  const between = (bounds: [string, string]) => [...new Set(bounds.map(second))].join('–')
  const begin = isOlder ? '' : between(startedBetween)
  if (endedBetween) return `${isOlder ? 'until' : `${begin} to`} ${between(endedBetween)} ${zone}`
  return isOlder ? 'since before monitoring' : `since ${begin} ${zone}`
}

/** Formats the owner of the cause with the certainty, for example `Equinix, likely`, or `cause unknown`. */
export const formatLookupContextOwner = ({ owner, ownerName, confidence }: LookupContextIncident): string =>
  owner === 'unknown' || confidence === 0
    ? 'cause unknown'
    : formatCauseOwnerWithConfidence(owner, ownerName, confidence)

/** Formats the kind and place of an event, for example `Path down: erc-london, primary path`. */
export function formatEventPlace({
  kind,
  scopeName,
  subject,
}: Pick<LookupContextIncident, 'kind' | 'scopeName' | 'subject'>): string {
  const { peering, path } = parsePathSubject(subject)
  const type = parsePeeringType(peering)
  const part = type
    ? formatCircuitPathName(type, path)
    : subject === scopeName
      ? ''
      : subject.replace('~', ' ↔ ').replace(' > ', ' → ').replaceAll(/,\s*/g, ', ')
  return `${eventKindRecords[kind].name}: ${[scopeName, part].filter(Boolean).join(', ')}`
}

/**
 * Returns short facts that are shown after the headline: states of the paths, loss and round-trip time, traffic, and
 * times that polls did not observe.
 */
export function listLookupContextLines(around: LookupContext, clock: LookupTimeFormat): string[] {
  return [
    ...pathFacts(around, clock),
    ...probeFacts(around, clock),
    ...trafficFacts(around),
    ...unseenFacts(around, clock),
  ]
}

/**
 * Returns the headline and the facts as text, for example `No incident on this path between 02:57 and 03:27 UTC: both
 * paths up, 0 % loss, RTT 10 ms, traffic as usual (812 Mbit/s).`
 */
export const formatLookupContextSentence = (around: LookupContext, clock: LookupTimeFormat): string =>
  [
    `${formatLookupContextHeadline(around, clock)}${around.incidents.length > 0 ? '. Meanwhile: ' : ': '}${listLookupContextLines(around, clock).join(', ')}.`,
    ...(around.standby?.incidents ?? []).map(
      (incident) => `On a further route: ${formatAroundIncident(incident, clock)}.`,
    ),
  ].join(' ')

function pathFacts({ paths, traffic }: LookupContext, clock: LookupTimeFormat): string[] {
  const byCircuit = Map.groupBy(paths, ({ circuitId }) => circuitId)
  return [...byCircuit.values()].map((own) => {
    const words = own.map(({ states }) => formatState(states, clock))
    const all = words.every((one) => one === words[0])
    const [carrying, ...others] = traffic.find(({ circuitId }) => circuitId === own[0]?.circuitId)?.peerings ?? []
    // The peering is named if the circuit has other peerings, because their paths may be in another state.
    const part = carrying && others.length > 0 ? ` of ${formatPeeringNames(carrying)}` : ''
    const of = `${part}${byCircuit.size > 1 ? ` of ${own[0]?.circuitName}` : ''}`
    if (all && own.length > 1) return `both paths${of} ${words[0]}`
    return own.map(({ path }, n) => `${path} path${of} ${words[n]}`).join(', ')
  })
}

type PathStates = LookupContext['paths'][number]['states']
const isDown = ({ is }: PathStates[number]) => is === 'down' || is === 'planned'

/** Returns the periods in which a path was down. Adjacent periods of `down` and `planned` are joined. */
const downTimes = (states: PathStates): { from: string; to: string }[] =>
  states.flatMap((one, at) => {
    const before = states[at - 1]
    if (!isDown(one) || (before && isDown(before))) return []
    const end = states.findIndex((later, n) => n > at && !isDown(later))
    return { from: one.from, to: (states[end === -1 ? states.length - 1 : end - 1] ?? one).to }
  })

const list = (words: readonly string[]) => words.join(', ').replace(/, ([^,]*)$/, ' and $1')

function formatState(states: PathStates, { second }: LookupTimeFormat): string {
  const outages = downTimes(states)
  if (outages.length > 0)
    return states.every(isDown)
      ? 'down'
      : `down at least ${list(outages.map(({ from, to }) => `${second(from)} – ${second(to)}`))}`
  if (states.every(({ is }) => is === 'unknown')) return 'not seen'
  if (states.some(({ is }) => is === 'unknown')) return 'up where seen'
  return states.some(({ is }) => is === 'indeterminate') ? 'interrupted for a moment' : 'up'
}

/**
 * Minimum time in milliseconds between the newest measurement and the end of the period for texts to contain the time of
 * the measurement.
 */
export const MIN_NAMED_AGE_MS = 2 * MS_PER_MINUTE

/**
 * Returns facts about loss and round-trip time, with the time of the newest measurement if it is not recent. If an
 * ongoing incident began after the newest measurement, the values are left out, because they are from before the
 * incident.
 */
function probeFacts({ probes, to, incidents }: LookupContext, { minute, zone }: LookupTimeFormat): string[] {
  if (!probes) return ['loss not measured']
  const { failedShare, roundTripMs, points } = probes
  const last = points.findLast((point) => point.failedShare !== null || point.roundTripMs !== null)
  const isOld = last !== undefined && Date.parse(to) - Date.parse(last.at) >= MIN_NAMED_AGE_MS
  const isBeforeIncident = incidents.some(
    ({ startedBetween: [, latest], endedBetween }) =>
      last !== undefined && endedBetween === null && Date.parse(latest) > Date.parse(last.at),
  )
  if (last && isBeforeIncident) return [`loss and RTT not measured since ${minute(last.at)} ${zone}`]
  const percent = failedShare === null ? null : Math.ceil(failedShare * 100)
  const facts = [
    percent === null ? 'loss not measured' : percent === 0 ? '0 % loss' : `up to ${percent} % loss`,
    ...(roundTripMs === null ? [] : [`RTT ${roundTripMs < 10 ? roundTripMs.toFixed(1) : Math.round(roundTripMs)} ms`]),
  ]
  return isOld ? [`${facts.join(' and ')} until ${minute(last.at)} ${zone}`] : facts
}

const trafficLabels = { usual: 'traffic as usual', less: 'less traffic than usual', more: 'more traffic than usual' }

/**
 * Returns facts about the traffic of each circuit. After an incident, the text contains the mean rate instead of
 * "traffic as usual", because an outage may not be noticeable in the mean of the whole period.
 */
function trafficFacts({ traffic, incidents }: LookupContext): string[] {
  return traffic.map(({ circuitName, mean, verdict, peerings = [] }) => {
    const all = peerings.length > 1 ? ' of all peerings' : ''
    const of = `${all}${traffic.length > 1 ? ` on ${circuitName}` : ''}`
    if (mean === null) return `traffic${of} not measured`
    const rate = formatBitRate(mean.in + mean.out)
    return verdict === 'unknown' || (verdict === 'usual' && incidents.length > 0)
      ? `traffic${of} ${rate} on average`
      : `${trafficLabels[verdict]}${of} (${rate})`
  })
}

function unseenFacts(
  { uncovered, uncoveredOmitted = 0, resources, from, to }: LookupContext,
  clock: LookupTimeFormat,
): string[] {
  if (uncovered.length === 0) return []
  const nameOf = new Map(resources.map(({ scope, scopeName }) => [scope, scopeName]))
  const [{ scope = '', scopeName, peering = null, path = null } = {}] = uncovered
  const place = [scopeName ?? nameOf.get(scope) ?? scope, formatCircuitPathName(peering, path)]
    .filter(Boolean)
    .join(' ')
  const begin = uncovered.map((gap) => (gap.from < from ? from : gap.from)).toSorted()[0] ?? from
  const end =
    uncovered
      .map((gap) => (gap.to > to ? to : gap.to))
      .toSorted()
      .at(-1) ?? to
  const gaps = uncovered.length + uncoveredOmitted
  const why = [...new Set(uncovered.map(({ outcome }) => formatPollOutcome(outcome)))].join(', ')
  const seen = gaps > 1 ? `was not all seen (${gaps} gaps on this path: ${why})` : `was not seen (${place}: ${why})`
  return [`${clock.second(begin)} – ${clock.second(end)} ${seen}`]
}
