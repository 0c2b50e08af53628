import type { StoredCircuit, StoredCircuitPath } from '#lib/circuits/api/index.ts'
import {
  type TimestampBounds,
  type EpochMs,
  eventKindRecords,
  formatNewSiteState,
  formatSiteName,
} from '#lib/contract/index.ts'
import { parseSiteSubject } from '#lib/detection/index.ts'
import type { Gateway } from '#lib/gateways/api/index.ts'
import { isWithoutSessionEvidence } from '#lib/gateways/api/state-text.ts'
import { type ActiveProblemToEncode, type EstateHeadlineToEncode, problemSeverities } from '../api/index.ts'
import { formatStoppedPolls, isLateCollector, isStoppedCollector } from './problems.ts'

/** Data from which the headline is built: the list of problems that all screens show, and the circuits and gateways. */
interface HeadlineFacts {
  /** problems, worst first */
  problems: readonly ActiveProblemToEncode[]
  circuits: readonly (Pick<StoredCircuit, 'id' | 'redundancy'> & {
    paths: readonly Pick<StoredCircuitPath, 'path' | 'state' | 'since'>[]
  })[]
  gateways: readonly Pick<Gateway, 'state'>[]
  /** number of ExpressRoute Direct ports and LAGs */
  ports: number
  /** whether any poll has ever succeeded */
  isPolled: boolean
  /**
   * Time from which redundancy is proven: the end of the last critical or major incident of circuits, or the end of the
   * last time in which all session polls failed if that is later; null = unknown. Before this time, circuits may have
   * lacked redundancy although their sessions were up
   */
  restoredAt: EpochMs | null
  /**
   * Phrases about resources that recovered from a critical or major incident that is still open. The headline always
   * contains them
   */
  recovered: readonly string[]
  /** IDs of the open incidents that need a person now */
  urgent: ReadonlySet<string>
}

/**
 * Returns the headline. It contains the first problem with the number of affected resources and the start of this
 * state, or states that all is well. A problem whose incident needs a person now precedes all others, then the most
 * severe problem is first. The field `severity` is always the severity of the most severe problem.
 */
export function buildHeadline(facts: HeadlineFacts): EstateHeadlineToEncode {
  const { problems } = facts
  const ofPolls = problems.filter(({ type }) => type === 'source')
  const own = problems.filter(({ type }) => type !== 'source')
  // If two problems have the same severity, the problem from a resource's own state comes first, because the state is
  // more specific than an event.
  const isUrgent = (group: readonly ActiveProblemToEncode[]) =>
    group.some(({ incidentId }) => incidentId !== null && facts.urgent.has(incidentId))
  const [lead, ...others] = [...Map.groupBy(own, wordsKey).values()].toSorted(
    (a, b) => Number(isUrgent(b)) - Number(isUrgent(a)) || weightOf(a) - weightOf(b),
  )
  const [first] = lead ?? []
  if (!lead || !first) return allWell(facts, ofPolls)
  const late = ofPolls.find(isLateCollector)
  // The problem of the collector includes resources whose state is only last known.
  const further = others.filter((group) => !late || group.some(({ lastKnown }) => !lastKnown))
  const ongoing = further.map((group) => phraseOf(group, facts))
  // a recovery must not take the place of an ongoing problem
  const phrases = ongoing.length > 0 ? ongoing : facts.recovered
  const isUnknown = first.severity === 'unknown'
  const unconfirmed = lead.map(({ unconfirmedSince, since }) => (isUnknown ? since?.earliest : unconfirmedSince))
  return {
    incidentId: lead.every(({ incidentId }) => incidentId === first.incidentId) ? first.incidentId : null,
    severity: problemSeverities.find((one) => own.some(({ severity }) => severity === one)) ?? first.severity,
    text: phraseOf(lead, facts),
    since: isUnknown ? null : latest(lead.map(({ since }) => since)),
    hasStartTime: lead.length === 1 && isOfCircuitState(first),
    unconfirmedSince: earliestOf(unconfirmed),
    confirmedAt: earliestOf(lead.map(({ confirmedAt }) => confirmedAt)),
    notObservedSeconds: Math.max(0, ...lead.map(({ notObservedSeconds = 0 }) => notObservedSeconds)),
    more: [...formatMore(phrases), ...(late ? ['collector late'] : [])].join(', ') || null,
  }
}

/** Reports whether a problem follows from the state of a circuit that is down or degraded as a whole. */
const isOfCircuitState = ({ type, kind, severity, part }: ActiveProblemToEncode) =>
  type === 'circuit' && kind === null && !part && (severity === 'down' || severity === 'degraded')

const weightOf = ([first]: readonly ActiveProblemToEncode[]) =>
  first ? 2 * problemSeverities.indexOf(first.severity) + (first.kind === null ? 0 : 1) : 0

/**
 * Returns the earliest known time; null if all times are unknown. The time 0 means "before monitoring began" and counts
 * as unknown.
 */
const earliestOf = (times: readonly (EpochMs | null | undefined)[]): EpochMs | null =>
  times.flatMap((at) => at || []).toSorted((a, b) => a - b)[0] ?? null

const MAX_PHRASES = 2

const formatMore = (phrases: readonly string[]): string[] =>
  phrases.length <= MAX_PHRASES
    ? [...phrases]
    : [...phrases.slice(0, MAX_PHRASES - 1), `${phrases.length - MAX_PHRASES + 1} further problems`]

/**
 * Returns the headline if there are no problems, or only problems of polls. The headline is about the circuits that are
 * not disabled. If there are none, it is about the gateways, and without gateways about the ExpressRoute Direct ports.
 */
function allWell(
  { circuits, gateways, ports, isPolled, restoredAt, recovered }: HeadlineFacts,
  ofPolls: readonly ActiveProblemToEncode[],
): EstateHeadlineToEncode {
  const own = circuits.filter(({ redundancy }) => redundancy !== 'disabled')
  const polls = ofPolls.map((problem) => {
    if (!isLateCollector(problem)) return `not seen: ${problem.name}`
    return isStoppedCollector(problem) && problem.since
      ? `no ${formatStoppedPolls(problem.since.latest)}`
      : `collector late (${problem.reason.replace(/ are late.*/s, '')})`
  })
  const about = {
    more: formatMore([...recovered, ...polls]).join(', ') || null,
    unconfirmedSince: null,
    confirmedAt: null,
    since: null,
  }
  const severity = polls.length > 0 ? 'unknown' : 'up'
  if (own.length > 0) {
    const all = latest(own.flatMap(({ paths }) => paths.map(({ since }) => since)))
    const since = all && { ...all, latest: Math.max(all.latest, restoredAt ?? 0) }
    return { ...about, severity, text: formatBothPathsUp(own.length), since }
  }
  const silent = gateways.filter(({ state }) => isWithoutSessionEvidence(state)).length
  if (gateways.length > 0)
    return {
      ...about,
      severity: silent === gateways.length ? 'unknown' : severity,
      text: formatGatewaysUp(gateways.length, silent),
    }
  return {
    ...about,
    severity: 'unknown',
    text: isPolled ? `No circuit and no gateway is known yet${formatPorts(ports)}` : 'Nothing is polled yet',
  }
}

const formatPorts = (count: number): string =>
  count === 0 ? '' : `, but ${count === 1 ? 'a port or LAG' : `${count} ports and LAGs`}`

/**
 * Returns a phrase about the number of gateways that are up.
 * @param silent number of gateways whose sessions are not reported, so that it is unknown whether they work
 */
function formatGatewaysUp(count: number, silent: number): string {
  if (silent === 0) return count === 1 ? 'The gateway is up' : `All ${count} gateways up`
  const unread = `${silent} without a reported session`
  return silent === count
    ? `${count === 1 ? 'The gateway is' : 'All gateways are'} without a reported session`
    : `${count - silent} of ${count} gateways up, ${unread}`
}

const formatBothPathsUp = (count: number) =>
  `Both paths up${count === 1 ? '' : ` on ${count === 2 ? 'both' : `all ${count}`} circuits`}`

/**
 * Returns the earliest and latest time since which all given states have existed at the same time. It is the latest of
 * their begins. Null if one of the begins is unknown.
 */
function latest(all: readonly (TimestampBounds | null | undefined)[]): TimestampBounds | null {
  const known = all.flatMap((one) => (one ? [one] : []))
  if (known.length === 0 || known.length < all.length) return null
  return {
    earliest: Math.max(...known.map(({ earliest }) => earliest)),
    latest: Math.max(...known.map(({ latest }) => latest)),
  }
}

/** Returns a text that identifies the kind of a problem. Problems with the same text are described by one phrase. */
const wordsKey = ({ type, severity, state, kind, part }: ActiveProblemToEncode) =>
  severity === 'maintenance'
    ? 'maintenance'
    : JSON.stringify([type, state, kind, type === 'circuit' ? severity : null, part ?? null])

const states: Partial<Record<ActiveProblemToEncode['type'], Record<string, string>>> = {
  circuit: {
    no_path: 'down',
    reduced: 'on one path',
    single_homed: 'with one path set up',
    unknown: 'unknown',
  },
  gateway: { isolated: 'isolated', changing: 'being changed', unknown: 'unknown' },
}

/**
 * Returns a phrase about problems of the same kind, for example `2 of 5 circuits on one path`. A single resource that
 * is down is named, and so is a single circuit that is degraded: `erc-london: primary path down`.
 */
function phraseOf(group: readonly ActiveProblemToEncode[], { circuits, gateways }: HeadlineFacts): string {
  const [first] = group
  if (!first) return ''
  const { type, id, name, state, kind, severity, part } = first
  const only = group.length === 1
  if (severity === 'maintenance') return only ? `${name} in maintenance` : `${group.length} in maintenance`
  if (type === 'site') {
    const word = formatNewSiteState([`to:${state}`]) ?? state
    return only ? `${formatSiteName(parseSiteSubject(name).name)} ${word}` : `${group.length} sites ${word}`
  }
  if (type === 'session') return only ? `session ${name} down` : `${group.length} sessions down`
  if (part) {
    const where = only ? name : `${group.length} circuits`
    return `${part.down} of ${where} down; ${part.works.join(' and ')} works`
  }
  if (kind !== null) {
    const event = eventKindRecords[kind].name
    return only ? `${event}: ${name}` : `${event} on ${group.length} resources`
  }
  const word = states[type]?.[state] ?? 'degraded'
  if (only && isOfCircuitState(first)) {
    const lost = circuits.find((circuit) => circuit.id === id)?.paths.filter((path) => path.state === 'down') ?? []
    const [path] = lost
    return state === 'reduced' && path && lost.length === 1 ? `${name}: ${path.path} path down` : `${name} ${word}`
  }
  if (only && severity === 'down') return `${name} ${word}`
  const total =
    type === 'circuit' ? circuits.filter(({ redundancy }) => redundancy !== 'disabled').length : gateways.length
  return `${group.length} of ${total} ${type}${total === 1 ? '' : 's'} ${word}`
}
