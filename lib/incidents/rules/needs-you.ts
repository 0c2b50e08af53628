import {
  ALL_SUBSCRIPTIONS_SUBJECT,
  circuitPaths,
  type EpochMs,
  type EventKind,
  FALLEN_PATH_FLAG,
  formatPathSubject,
  isExpectedByMaintenance,
  MAINTENANCE_FLAG,
  monitoringEventKinds,
  parsePathSubject,
  type UserActionNeed,
  MAINTENANCE_OVERRUN_FLAG,
  type Severity,
  judgeUnpolledNeed,
} from '#lib/contract/index.ts'
import { NEXT_FAILURE_CUTS_OFF_TEXT } from '#lib/contract/words/upcoming-loss.ts'
import { formatUtcMinute } from '#lib/contract/time/dates.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { formatEndWithoutRecovery } from '#lib/contract/words/event-ending.ts'
import { ROUTER_STATE_EVIDENCE_FIELD } from '#lib/detection/index.ts'
import { type ImpactEvent, type PrefixCounts, REPORTED_LOSS_TEXT } from './impact-prefixes.ts'
import type { RoutesSeenState } from '../api/index.ts'

/** The fields of an event on which the verdict depends. */
export interface UserActionNeedEvent extends ImpactEvent {
  severity: Severity
  evidence: readonly (ImpactEvent['evidence'][number] & { field?: string })[]
}

/** A period of announced work. */
export interface AnnouncedWorkWindow {
  id: string
  to: EpochMs
  /** short IDs of the resources that the work is about; empty = the announcement names none */
  scopes: readonly string[]
}

/** The facts about an incident that decide whether it needs a person. */
export interface UserActionNeedInput {
  /** kind of the root event; null = no longer stored */
  rootKind: EventKind | null
  /** events with an effect on the network, and events about failing polls */
  events: readonly UserActionNeedEvent[]
  phase: 'ongoing' | 'recovered' | 'closed'
  /** time of the closing; null = open */
  closedAt: EpochMs | null
  /** latest possible time of the recovery; null = ongoing */
  endedAt: EpochMs | null
  isFlapping: boolean
  /** number of incidents with the same kind and resource in the 24 hours up to its opening, including itself */
  repeats: number
  /** true = maintenance explains every event of the incident */
  isPlanned: boolean
  /** windows of announced work that are open now */
  windows: readonly AnnouncedWorkWindow[]
  /** true = a poll on which the cause depends is still to come */
  isDiagnosing: boolean
  /** time of the last poll that confirmed the incident, if its polls fail or are too old; null = it is confirmed */
  unconfirmedSince: EpochMs | null
  /** true = no poll of any subscription shows a session */
  isBlind: boolean
  impact: PrefixCounts & { routes: RoutesSeenState }
  /** true = all tables were read after the start of the incident's latest event; false for a closed incident */
  isReadSinceLast: boolean
  /**
   * true = all tables were read after the start of the incident's latest event, and one of them is too old now; null =
   * no table is too old
   */
  isEffectLastKnown: boolean | null
  /** minimum number of paths that the prefixes affected by the incident have left; null = unknown */
  pathsLeft: number | null
  /**
   * parts of the impact's `prefixesLost` and `prefixesOnDefault` that only customers' routers report; no table confirms
   * them yet
   */
  reported: { lost: number; onDefault: number }
  /** true = prefixes that the incident cut off have not returned */
  isStillLost: boolean
}

/**
 * Event kinds that report the loss of every path of a resource. Its traffic is cut off unless tables show that it
 * moved.
 */
const WHOLE_LOSSES: readonly EventKind[] = [
  'circuit_down',
  'gateway_isolated',
  'connection_down',
  'hub_connection_emptied',
  'provider_state_changed',
  'peering_disabled',
  'resource_removed',
]

/** Event kinds that mean lost packets even if route tables show nothing. Values are texts for the reason. */
const UNFORWARDED: Readonly<Partial<Record<EventKind, string>>> = {
  no_path: 'a prefix has no path',
  green_but_dead: 'no traffic flows, although the sessions are up',
  one_way_traffic: 'traffic flows in one direction only',
  network_peering_disconnected: 'a network peering is disconnected',
  global_reach_disconnected: 'Global Reach is disconnected',
}

/** Event kinds that report a lost path. Two of them can be the loss of all paths of a peering. */
const PATH_LOSSES: readonly EventKind[] = ['path_down', 'router_session_down']

/** Kinds that the verdict reads, in addition to the kinds of the impact. */
export const neededEventKinds: readonly EventKind[] = [
  ...WHOLE_LOSSES,
  ...PATH_LOSSES,
  ...(Object.keys(UNFORWARDED) as EventKind[]),
]

/** Minimum number of paths that count as a path in use with a spare path. */
const MIN_PATHS_WITH_SPARE = 2
/** Minimum number of incidents in 24 hours that count as repeated, so that somebody must look for the reason. */
const MIN_REPEATS = 3

/**
 * Decides whether an incident needs a person now, today or not at all (docs/rules/events.md, "Does it need you?"). The
 * verdict is `nobody` only if every fact that it depends on is known. Anything that is unknown makes it at least
 * `today`, and an unknown effect of a loss of all paths makes it `now`.
 */
export function judgeUserActionNeed(facts: UserActionNeedInput, now: EpochMs): UserActionNeed {
  const { phase, events } = facts
  if (phase !== 'ongoing') return judgeEnded(facts, now)
  const open = events.filter(({ ended }) => ended === null)
  const isMonitoring =
    facts.rootKind !== null &&
    monitoringEventKinds.has(facts.rootKind) &&
    open.every(({ kind }) => monitoringEventKinds.has(kind))
  if (isMonitoring) return judgeMonitoring(facts, open)
  const cut = findCut(facts, open)
  if (cut !== null) return { when: 'now', reason: cut }
  const doubts = findDoubts(facts, open, now)
  if (doubts.length > 0) return { when: 'today', reason: doubts.join('; ') }
  const until = Math.min(...listWorkOfEvents(open, facts.windows).map(({ to }) => to))
  return {
    when: 'nobody',
    reason: `${formatMoved(facts)}, within announced work until ${formatUtcMinute(until)}`,
  }
}

/** Decides about an incident that has recovered or is closed. */
function judgeEnded(facts: UserActionNeedInput, now: EpochMs): UserActionNeed {
  const { closedAt, events, rootKind, repeats, isStillLost } = facts
  if (closedAt !== null && now - closedAt > MS_PER_DAY) return { when: 'nobody', reason: 'closed more than a day ago' }
  const unrestored = events.map(formatEndWithoutRecovery).find((reason) => reason !== null)
  const isRemoved = rootKind === 'resource_removed' || events.some(({ kind }) => kind === 'resource_removed')
  if (isRemoved) return { when: 'today', reason: 'a resource was removed and has not returned' }
  if (unrestored) return { when: 'today', reason: `ended, but the former state is not restored: ${unrestored}` }
  const unconfirmed = formatUnconfirmedRecovery(facts)
  if (unconfirmed !== null) return { when: 'today', reason: unconfirmed }
  if (isStillLost) return { when: 'today', reason: 'ended, but some of its prefixes have not returned' }
  if (repeats >= MIN_REPEATS) return { when: 'today', reason: `ended, but it happened ${repeats} times in 24 h` }
  return { when: 'nobody', reason: closedAt === null ? 'recovered, and closes once it stays up' : 'it is over' }
}

/**
 * Returns the reason if no recent poll confirms that a recovered incident stays recovered; null = a poll confirms it, or
 * the incident is closed.
 */
function formatUnconfirmedRecovery({
  closedAt,
  endedAt,
  unconfirmedSince,
  isStillLost,
  repeats,
}: UserActionNeedInput): string | null {
  if (closedAt !== null || endedAt === null || unconfirmedSince === null) return null
  return [
    `recovered at ${formatUtcMinute(endedAt)}, but not confirmed since ${formatUtcMinute(unconfirmedSince)}, because its polls are late`,
    isStillLost ? 'some of its prefixes had not returned' : null,
    repeats >= MIN_REPEATS ? `it happened ${repeats} times in 24 h` : null,
  ]
    .filter((reason) => reason !== null)
    .join('; ')
}

/**
 * Decides about an incident that is only about monitoring. The network may work, but an outage would not be noticed.
 */
function judgeMonitoring(
  { isBlind, rootKind }: UserActionNeedInput,
  open: readonly UserActionNeedEvent[],
): UserActionNeed {
  const silent = open.filter(({ kind }) => kind === 'nothing_polled')
  const isAll = silent.some(({ subject }) => subject === ALL_SUBSCRIPTIONS_SUBJECT)
  const need = judgeUnpolledNeed(isAll ? 'all' : silent.length > 0 ? 'one' : 'none', isBlind)
  const isUnproved = need.when !== 'now' && rootKind === 'alerting_unproved'
  return isUnproved ? { when: 'now', reason: 'an outage may not be notified' } : need
}

/** Returns the reason if traffic is cut off, or if a total loss may have cut it off; null = neither. */
function findCut(
  { impact, reported, unconfirmedSince, isReadSinceLast }: UserActionNeedInput,
  open: readonly UserActionNeedEvent[],
): string | null {
  const { prefixesLost: lost, prefixesOnDefault: onDefault } = impact
  if (lost && lost.atLeast > 0) return `${formatMinCount(lost)} cut off${formatReported(reported.lost, lost.atLeast)}`
  if (onDefault && onDefault.atLeast > 0)
    return `${formatMinCount(onDefault)} on a default route only${formatReported(reported.onDefault, onDefault.atLeast)}`
  const unforwarded = open.map(({ kind }) => UNFORWARDED[kind]).find((reason) => reason !== undefined)
  if (unforwarded) return unforwarded
  if (lost?.atMost) return `up to ${formatCount(lost.atMost)} cut off`
  if (onDefault?.atMost) return `up to ${formatCount(onDefault.atMost)} on a default route only`
  const whole = open.filter((event) => WHOLE_LOSSES.includes(event.kind) || isOtherPathLost(event, open))
  const isKnown =
    isReadSinceLast && unconfirmedSince === null && isNone(impact.prefixesLost) && isNone(impact.prefixesOnDefault)
  const isMoved = isKnown && (impact.prefixesRerouted?.atLeast ?? 0) > 0
  const names = [...new Set(whole.map(({ scopeName }) => scopeName))].join(' and ')
  return whole.length > 0 && !isMoved ? `no path on ${names}, and it is unknown whether its traffic moved` : null
}

/** Formats how many of some prefixes only customers' routers report as lost; '' if tables prove all of these losses. */
function formatReported(reported: number, all: number): string {
  if (reported === 0) return ''
  return reported < all ? ` (${reported} of them${REPORTED_LOSS_TEXT})` : REPORTED_LOSS_TEXT
}

/** Reports whether an event is about a lost path of a peering whose other path is lost too, by other open events. */
function isOtherPathLost(event: UserActionNeedEvent, open: readonly UserActionNeedEvent[]): boolean {
  const lost = open.filter(({ scope }) => scope === event.scope).flatMap(listLostPaths)
  return listLostPaths(event).some((subject) => {
    const { peering } = parsePathSubject(subject)
    return peering !== null && circuitPaths.every((path) => lost.includes(formatPathSubject(peering, path)))
  })
}

/** Returns the path that an event reports as lost, for example `AzurePrivatePeering/primary`, as a list of 0 or 1. */
function listLostPaths({ kind, subject, flags }: UserActionNeedEvent): string[] {
  if (!PATH_LOSSES.includes(kind)) return []
  if (kind === 'path_down') return [subject]
  return flags.filter((flag) => flag.startsWith(FALLEN_PATH_FLAG)).map((flag) => flag.slice(FALLEN_PATH_FLAG.length))
}

/**
 * Returns the reasons for which a person must look at an incident in which no traffic is cut off, most important first.
 */
function findDoubts(facts: UserActionNeedInput, open: readonly UserActionNeedEvent[], now: EpochMs): string[] {
  const { impact, pathsLeft, isFlapping, unconfirmedSince, isDiagnosing, isReadSinceLast } = facts
  const isMoved = isNone(impact.prefixesLost) && isNone(impact.prefixesOnDefault) && isNone(impact.prefixesCovered)
  const hasNoSpare = pathsLeft !== null && pathsLeft < MIN_PATHS_WITH_SPARE
  // The paths that are left may all depend on one circuit, place, provider or gateway.
  const isStranding = !hasNoSpare && open.some(({ kind }) => kind === 'n1_stranding')
  const isReported = open.some(({ evidence }) => evidence.some(({ field }) => field === ROUTER_STATE_EVIDENCE_FIELD))
  const work = findWorkDoubt(facts, open, now)
  const isRead = impact.routes === 'read' && isReadSinceLast
  if (isFlapping && open.length === 0) return ['it recovers and fails again']
  const doubts = [
    isFlapping ? 'it recovers and fails again' : null,
    unconfirmedSince === null ? null : 'its polls are late',
    isRead ? null : formatUnreadEffect(facts),
    isRead && !isMoved ? 'not all of its prefixes have another route that is as specific' : null,
    isRead && pathsLeft === null ? 'it is unknown whether a spare path is left' : null,
    hasNoSpare ? 'no spare path is left' : null,
    isStranding ? NEXT_FAILURE_CUTS_OFF_TEXT : null,
    isDiagnosing ? 'its cause is not known yet' : null,
  ].filter((doubt) => doubt !== null)
  if (doubts.length > 0) return [...doubts.slice(0, 2), ...(isReported ? ['the other end reports it too'] : [])]
  return work === null ? [] : [`${formatMoved(facts)}, but ${work}`]
}

/** Returns the reason for which the effect of an incident on routes is not certain, if tables do not show it now. */
function formatUnreadEffect({ impact, unconfirmedSince, isEffectLastKnown }: UserActionNeedInput): string {
  if (impact.routes === 'not_polled') return 'routes are not polled'
  if (isEffectLastKnown === true) return 'its effect on routes is last known, because polls are late'
  const isLate = isEffectLastKnown !== null || unconfirmedSince !== null
  return isLate ? 'its effect on routes is unknown, because polls are late' : 'its effect on routes is not read yet'
}

/** Returns the reason for which announced work does not cover an incident; null = it covers all open events. */
function findWorkDoubt(
  { isPlanned, windows }: UserActionNeedInput,
  open: readonly UserActionNeedEvent[],
  now: EpochMs,
): string | null {
  if (open.some(({ flags }) => flags.some((flag) => flag.startsWith(MAINTENANCE_OVERRUN_FLAG))))
    return 'the announced work should be over'
  const roots = open.filter(({ partOf }) => partOf === null)
  if (!isPlanned || roots.length === 0 || !roots.every(isExpectedByMaintenance))
    return open.some(isExpectedByMaintenance) ? 'announced work covers only a part of it' : 'it was not announced'
  const work = listWorkOfEvents(roots, windows)
  const isCovered = roots.every((event) => listWorkOfEvents([event], work).some(({ to }) => to > now))
  if (!isCovered) return 'the announced work should be over'
  return work.some(({ scopes }) => scopes.length === 0) ? 'the announced work names no resource' : null
}

/** Returns the windows that the flags of events name. */
const listWorkOfEvents = (
  events: readonly UserActionNeedEvent[],
  windows: readonly AnnouncedWorkWindow[],
): AnnouncedWorkWindow[] =>
  windows.filter(({ id }) => events.some(({ flags }) => flags.includes(`${MAINTENANCE_FLAG}${id}`)))

const isNone = (count: PrefixCounts['prefixesLost']) => count !== null && count.atLeast === 0 && count.atMost === 0

const formatCount = (count: number) => `${count} ${count === 1 ? 'prefix' : 'prefixes'} ${count === 1 ? 'is' : 'are'}`

/** Formats a number of prefixes of which at least one is certain: `10 prefixes are`, or `at least 10 prefixes are`. */
const formatMinCount = ({ atLeast, atMost }: NonNullable<PrefixCounts['prefixesLost']>) =>
  `${atLeast === atMost ? '' : 'at least '}${formatCount(atLeast)}`

/**
 * Formats how many prefixes moved and the minimum number of spare paths of a prefix: its paths that are left, without
 * the one path that it needs. The text names the counted paths, because next to it the impact counts the paths in use
 * (`8 prefixes now on one active path`), and the state `ONE PATH LEFT` of a circuit counts only the paths of the
 * circuit.
 */
function formatMoved({ impact: { prefixesRerouted: moved }, pathsLeft }: UserActionNeedInput): string {
  const count = moved?.atMost ?? moved?.atLeast ?? 0
  const spare = (pathsLeft ?? 1) - 1
  const paths = `, next to its active path, at least ${spare} spare ${spare === 1 ? 'path' : 'paths'} over all circuits and VPNs`
  if (count === 0) return `no prefix had to move, and each has${paths}`
  return count === 1 ? `its only prefix moved and has${paths}` : `all ${count} prefixes moved and each has${paths}`
}
