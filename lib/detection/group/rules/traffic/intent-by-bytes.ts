import { createSampleEvidence } from '../../../model/create-event.ts'
import {
  INSTANT_BEFORE_MONITORING,
  type TimestampBounds,
  type EventKind,
  type Evidence,
  findMainPeering,
} from '#lib/contract/index.ts'
import { judgePeeringState } from '../../facts/circuit-facts.ts'
import { updateEventByCondition } from '../../../model/event-condition.ts'
import {
  type DetectionContext,
  isEventOpen,
  listLiveEvents,
  findOpenEvent,
  ensureResourceState,
} from '../../../model/context.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import type { CircuitNode, GroupTopology } from '../../../model/topology.ts'
import type { AverageTrafficOfTimeWindow, CircuitTrafficState } from '../../../model/traffic.ts'
import { trafficDirections } from '../../../model/traffic-baseline.ts'

/** Flag of an intent_deviation event that was found by byte counters only and not by routes. */
export const FOUND_BY_BYTES_FLAG = 'by_bytes'

/** The primary circuit of an active-standby policy and its standby circuits, all in one group. */
interface Pair {
  primary: CircuitNode
  backups: readonly CircuitNode[]
}

/**
 * Raises intent_deviation from byte counters only. Over a window of the counters, the standby circuits of an
 * `active_standby` policy must carry the traffic and the primary circuit almost none, in each direction with traffic.
 * The check applies only to policies without prefixes, and to standby circuits that no other declaration makes primary,
 * because otherwise the traffic of the standby circuits may belong to another declaration. No event begins while
 * another event already explains the deviation.
 */
export function detectIntentDeviationByBytes(context: DetectionContext): LiveEvent[] {
  const pairs = pairsIn(context.topology)
  endFormer(context, pairs)
  return pairs.flatMap((pair) => deviation(context, pair) ?? [])
}

function pairsIn({ policies, sites, circuits }: GroupTopology): Pair[] {
  const nodeOf = new Map(circuits.map((circuit) => [circuit.scope, circuit]))
  const general = policies.filter(({ kind, prefixes }) => kind === 'active_standby' && prefixes.length === 0)
  const primaries = new Set([
    ...sites.flatMap(({ home }) => home ?? []),
    ...policies.flatMap(({ kind, circuits: own }) => (kind === 'active_standby' ? own.slice(0, 1) : own)),
  ])
  return general.flatMap(({ circuits: [first = '', ...others] }) => {
    const primary = nodeOf.get(first)
    const backups = others.flatMap((scope) => nodeOf.get(scope) ?? [])
    const isWhole = backups.length === others.length && others.length > 0
    return primary && isWhole && !others.some((scope) => primaries.has(scope)) ? [{ primary, backups }] : []
  })
}

const subjectOf = ({ primary, backups }: Pair) =>
  `${primary.name} > ${backups
    .map(({ name }) => name)
    .toSorted()
    .join(',')} by bytes`

function deviation(context: DetectionContext, pair: Pair): LiveEvent | null {
  const { primary, backups } = pair
  const open = findOpenEvent(context, 'intent_deviation', primary.scope, subjectOf(pair))
  const facts = [primary, ...backups].map(({ scope }) => ensureResourceState(context, scope).traffic?.fact)
  const windows = facts.flatMap((fact) => fact?.shares.full ?? [])
  const [own, ...waiting] = windows
  const isTogether = windows.every((one) => windows.every(({ latest }) => one.earliest <= latest))
  if (!own || windows.length < facts.length || !isTogether) return open
  if (!open && isAccountedFor(context, primary)) return null
  const limit = context.settings[open ? 'intent.bytes.clear' : 'intent.bytes.share']
  const shares = trafficDirections.flatMap((direction) => {
    const carried = bothPaths(own, direction)
    const total = waiting.reduce((sum, one) => sum + bothPaths(one, direction), carried)
    return total < context.settings['traffic.expected.least'] ? [] : [carried / total]
  })
  const since: TimestampBounds = {
    earliest: Math.min(...windows.map(({ earliest }) => earliest)),
    latest: Math.max(...windows.map(({ latest }) => latest)),
  }
  const isFirst = facts.some((fact) => isFirstWindow(fact))
  return updateEventByCondition(context, {
    kind: 'intent_deviation',
    scope: primary.scope,
    subject: subjectOf(pair),
    holds: shares.length === 0 ? null : shares.every((share) => share < limit),
    since: isFirst && !open ? { ...since, earliest: INSTANT_BEFORE_MONITORING } : since,
    severity: 'minor',
    flags: [FOUND_BY_BYTES_FLAG],
    atFirstSight: true,
    evidence: [primary, ...backups].flatMap((circuit, n) => evidenceOf(circuit, windows[n])),
  })
}

/** Reports whether a circuit has no earlier windows of traffic. A deviation may then have existed before monitoring. */
const isFirstWindow = (fact: CircuitTrafficState | null | undefined) => (fact?.shares.before.length ?? 0) === 0

const bothPaths = ({ paths }: AverageTrafficOfTimeWindow, direction: 'in' | 'out') =>
  paths.primary[direction] + paths.secondary[direction]

/**
 * Kinds of events that explain why a primary circuit carries no traffic: OF_PRIMARY about this circuit, OF_GROUP about
 * its group.
 */
const OF_PRIMARY: ReadonlySet<EventKind> = new Set<EventKind>([
  'circuit_down',
  'green_but_dead',
  'one_way_traffic',
  'intent_deviation',
])
const OF_GROUP: ReadonlySet<EventKind> = new Set<EventKind>([
  'failover',
  'best_path_shift',
  'site_state_changed',
  'mass_withdraw',
  'no_path',
])

function isAccountedFor(context: DetectionContext, { scope, peerings }: CircuitNode): boolean {
  if (Object.values(context.scopes).some(({ pending }) => pending.length > 0)) return true
  const isSeen = listLiveEvents(context).some(
    (live) =>
      isEventOpen(live) &&
      (OF_GROUP.has(live.event.kind) || (OF_PRIMARY.has(live.event.kind) && live.event.scope === scope)),
  )
  if (isSeen) return true
  const circuit = context.topology.circuits.find((one) => one.scope === scope)
  const main = findMainPeering(peerings)
  const paths = circuit && main ? Object.values(judgePeeringState(context, circuit, main).paths) : []
  return paths.length > 0 && paths.every(({ state }) => state === 'down' || state === 'disabled')
}

function evidenceOf({ name }: CircuitNode, window: AverageTrafficOfTimeWindow | undefined): Evidence[] {
  if (!window) return []
  const { earliest, latest } = window
  return trafficDirections.map((direction) =>
    createSampleEvidence(`${name} ${direction}`, `${Math.round(bothPaths(window, direction))} bit/s`, {
      earliest,
      latest,
    }),
  )
}

/** Ends open events about pairs of primary and standby circuits that are declared no longer. */
function endFormer(context: DetectionContext, pairs: readonly Pair[]): void {
  const { mark } = context
  const known = new Set(pairs.map((pair) => `${pair.primary.scope} ${subjectOf(pair)}`))
  for (const live of listLiveEvents(context)) {
    const { kind, scope, subject, flags } = live.event
    if (!isEventOpen(live) || kind !== 'intent_deviation' || !flags.includes(FOUND_BY_BYTES_FLAG)) continue
    if (known.has(`${scope} ${subject}`)) continue
    updateEventByCondition(context, {
      kind,
      scope,
      subject,
      holds: false,
      since: { earliest: mark.previousOkAt ?? mark.startedAt, latest: mark.finishedAt },
      severity: 'minor',
    })
  }
}
