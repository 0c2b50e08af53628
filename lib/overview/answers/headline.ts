import type { StoredCircuit, StoredCircuitPath } from '#lib/circuits/api/index.ts'
import { type Bounds, type EpochMs, eventKindRecords, formatNewSiteState, formatSiteName } from '#lib/contract/index.ts'
import { parseSiteSubject } from '#lib/detection/index.ts'
import type { Gateway } from '#lib/gateways/api/index.ts'
import { isWithoutSessionEvidence } from '#lib/gateways/api/state-text.ts'
import { type StoredProblem, type StoredHeadline, problemSeverities } from '../api/index.ts'
import { COLLECTOR_RESOURCE } from './problems.ts'

/** Data from which the headline is built: the list of problems that all screens show, and the circuits and gateways. */
interface HeadlineFacts {
  /** problems, worst first */
  problems: readonly StoredProblem[]
  circuits: readonly (Pick<StoredCircuit, 'redundancy'> & { paths: readonly Pick<StoredCircuitPath, 'since'>[] })[]
  gateways: readonly Pick<Gateway, 'state'>[]
  /** whether any poll has ever succeeded */
  isPolled: boolean
  /**
   * end of the last critical or major incident of circuits, or of a later time in which all session polls failed; null
   * = unknown. Before it, circuits may have lacked redundancy although their sessions were up
   */
  restoredAt: EpochMs | null
  /**
   * phrases about resources that recovered from a critical or major incident which is still open; the headline always
   * mentions them
   */
  recovered: readonly string[]
}

/**
 * Returns the headline: the most severe problem with the number of affected resources, or that all is well; and since
 * when.
 */
export function buildHeadline(facts: HeadlineFacts): StoredHeadline {
  const { problems } = facts
  const ofPolls = problems.filter(({ type }) => type === 'source')
  const own = problems.filter(({ type }) => type !== 'source')
  // At equal severity, a problem from a resource's own state comes before a problem from an event, because the state
  // tells more.
  const [lead, ...others] = [...Map.groupBy(own, wordsKey).values()].toSorted((a, b) => weightOf(a) - weightOf(b))
  const [first] = lead ?? []
  if (!lead || !first) return allWell(facts, ofPolls)
  const phrases = [...facts.recovered, ...others.flatMap((group) => phraseOf(group, facts) ?? [])]
  const late = ofPolls.find(({ id }) => id === COLLECTOR_RESOURCE.id)
  const isUnknown = first.severity === 'unknown'
  const unconfirmed = lead.map(({ unconfirmedSince, since }) => (isUnknown ? since?.earliest : unconfirmedSince))
  return {
    severity: first.severity,
    text: phraseOf(lead, facts),
    since: isUnknown ? null : latest(lead.map(({ since }) => since)),
    unconfirmedSince: earliestOf(unconfirmed),
    confirmedAt: earliestOf(lead.map(({ confirmedAt }) => confirmedAt)),
    notObservedSeconds: Math.max(0, ...lead.map(({ notObservedSeconds = 0 }) => notObservedSeconds)),
    more: [...formatMore(phrases), ...(late ? ['collector late'] : [])].join(', ') || null,
  }
}

const weightOf = ([first]: readonly StoredProblem[]) =>
  first ? 2 * problemSeverities.indexOf(first.severity) + (first.kind === null ? 0 : 1) : 0

/** Returns the earliest known time; null if all are unknown. 0 ("before monitoring") counts as unknown. */
const earliestOf = (times: readonly (EpochMs | null | undefined)[]): EpochMs | null =>
  times.flatMap((at) => at || []).toSorted((a, b) => a - b)[0] ?? null

const MAX_PHRASES = 2

const formatMore = (phrases: readonly string[]): string[] =>
  phrases.length <= MAX_PHRASES
    ? [...phrases]
    : [...phrases.slice(0, MAX_PHRASES - 1), `${phrases.length - MAX_PHRASES + 1} further problems`]

/**
 * Returns the headline if there are no problems, or only problems of polls. It is about the circuits that are not
 * disabled; without such circuits, about the gateways.
 */
function allWell(
  { circuits, gateways, isPolled, restoredAt, recovered }: HeadlineFacts,
  ofPolls: readonly StoredProblem[],
): StoredHeadline {
  const own = circuits.filter(({ redundancy }) => redundancy !== 'disabled')
  const polls = ofPolls.map(({ id, name, reason }) =>
    id === COLLECTOR_RESOURCE.id ? `collector late (${reason.replace(/ are late.*/s, '')})` : `not seen: ${name}`,
  )
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
    text: isPolled ? 'No circuit and no gateway is known yet' : 'Nothing is polled yet',
  }
}

/**
 * Returns a phrase about how many gateways are up.
 * @param silent number of gateways without a reported session; it is unknown whether these work
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
 * Returns the time since which all of several states have existed, which is the latest of their begins. Null if one of
 * them is unknown.
 */
function latest(all: readonly (Bounds | null | undefined)[]): Bounds | null {
  const known = all.flatMap((one) => (one ? [one] : []))
  if (known.length === 0 || known.length < all.length) return null
  return {
    earliest: Math.max(...known.map(({ earliest }) => earliest)),
    latest: Math.max(...known.map(({ latest }) => latest)),
  }
}

/** Returns a text that is equal for problems which one phrase can describe together. */
const wordsKey = ({ type, severity, state, kind, part }: StoredProblem) =>
  severity === 'maintenance'
    ? 'maintenance'
    : JSON.stringify([type, state, kind, type === 'circuit' ? severity : null, part ?? null])

const states: Partial<Record<StoredProblem['type'], Record<string, string>>> = {
  circuit: {
    no_path: 'down',
    reduced: 'on one path',
    single_homed: 'with one path set up',
    unknown: 'not confirmed',
  },
  gateway: { isolated: 'isolated', changing: 'being changed', unknown: 'not confirmed' },
}

/**
 * Returns a phrase about problems of the same kind, for example `1 of 5 circuits on one path`. A single resource that
 * is down is named: `erc-london down`.
 */
function phraseOf(group: readonly StoredProblem[], { circuits, gateways }: HeadlineFacts): string {
  const [first] = group
  if (!first) return ''
  const { type, name, state, kind, severity, part } = first
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
  if (only && severity === 'down') return `${name} ${word}`
  const total =
    type === 'circuit' ? circuits.filter(({ redundancy }) => redundancy !== 'disabled').length : gateways.length
  return `${group.length} of ${total} ${type}${total === 1 ? '' : 's'} ${word}`
}
