import {
  INSTANT_BEFORE_MONITORING,
  type TimestampBounds,
  type EpochMs,
  parsePathSubject,
  type PollRecord,
} from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { GroupEvaluationReads } from '../group/group-input.ts'
import { isRouteSnapshotDue, type GroupRouteSnapshot } from '../group/rules/sites/index.ts'
import { detectPeerFamily, findPrefixLimit, forecastLimitReached } from '../headroom/index.ts'
import { type RouterSideSession, mergeIntervalsAcrossShortUps } from '../model/router-side-session.ts'
import type { LightLevel } from '../model/scope-state.ts'
import { isStateChangeSignal, type PollSignal } from '../model/signal.ts'
import type { GroupTopology } from '../model/topology.ts'
import { SCALE_UNITS_LOOKBACK_MS } from '../verdict/index.ts'
import { listGatewayIds, type GroupPollEvaluationInput, getRouteSnapshotTime, addLearnedSites } from './group-poll.ts'
import {
  type DetectionReadResults,
  type RequestDetectionRead,
  leaveOutLostInstances,
  runReadPlanRound,
  type DetectionReadPlan,
} from './read.ts'
import { planRouteReads } from './routes.ts'
import { findPathsInUse, addBackupPaths, getMainPeeringTraffic } from './traffic.ts'
import { type ResourcesOfOtherGroups, WHOLE_ESTATE } from '../model/context.ts'

/**
 * Returns the scopes whose state is loaded in addition to those of the group: the scope of the whole estate (all
 * monitored resources) if the poll shows a change of traffic levels, otherwise none.
 */
export const getExtraResourceIds = (signals: readonly PollSignal[]): string[] =>
  signals.some((signal) => signal.type === 'traffic' && signal.isNews) ? [WHOLE_ESTATE] : []

/**
 * Returns the circuits and gateways of all other groups, if they are needed: a circuit of this group carries far less
 * traffic than expected, or an event about low traffic everywhere is open. Null = not needed, or there are no other
 * circuits; undefined = not read yet.
 */
function otherGroups(
  poll: GroupPollEvaluationInput,
  ask: RequestDetectionRead,
): ResourcesOfOtherGroups | null | undefined {
  if (!isAsked(poll)) return null
  const others = ask({ kind: 'otherGroups', scopes: poll.scopes })
  return others?.topology.circuits.length === 0 ? null : others
}

function isAsked(poll: GroupPollEvaluationInput): boolean {
  const { topology, mark, state } = poll
  const reported = getMainPeeringTraffic(poll)
  const isReported = Object.entries(state).some(([scope, { live }]) =>
    Object.values(live).some(
      ({ event }) => event.ended === null && (scope === WHOLE_ESTATE || event.kind === 'traffic_low_everywhere'),
    ),
  )
  return (
    isReported ||
    topology.circuits.some(({ scope }) => {
      const fact = (mark.scope === scope && reported) || state[scope]?.traffic?.fact
      const sum = fact?.meters.sum
      return sum !== undefined && (sum.in.low !== null || sum.out.low !== null)
    })
  )
}

/** The time when the number of prefixes on a path will reach its limit; null = the number is not growing. */
interface RunsOut {
  between: TimestampBounds | null
}

/** Data that was read for the evaluation of a group. */
export interface GroupReadResult {
  /**
   * topology of the group, with its learned sites and with the information whether other circuits back up each circuit
   */
  topology: GroupTopology
  reads: GroupEvaluationReads
}

/**
 * Maximum number of rounds of a read plan. The answers of the first round decide which further reads the second round
 * needs.
 */
export const MAX_READ_PLAN_ROUNDS = 2

/**
 * Returns the reads that are needed before a poll is evaluated for a group. The caller executes them and calls the
 * function again with their answers. It then returns the further reads or, if no answer is missing, the data for the
 * evaluation. The reads depend only on the arguments.
 */
export function planGroupReads(
  poll: GroupPollEvaluationInput,
  answers: DetectionReadResults,
): DetectionReadPlan<GroupReadResult> {
  return runReadPlanRound(answers, (ask) => groupReads(poll, ask))
}

function groupReads(poll: GroupPollEvaluationInput, asked: RequestDetectionRead): GroupReadResult | undefined {
  const ask = leaveOutLostInstances(asked, poll.state)
  const learned = addLearnedSites(poll)
  // All reads are requested before the function returns at the first missing answer, so that one round contains as many
  // reads as possible.
  const topology = addBackupPaths(poll, learned, ask)
  const routes = planRouteReads(poll, learned, ask)
  const inUse = findPathsInUse(poll, ask)
  const others = {
    snapshot: snapshotOf(poll, ask),
    runsOut: runsOut(poll, ask),
    light: lightOfPorts(poll, ask),
    units: unitsInUse(poll, ask),
    otherGroups: otherGroups(poll, ask),
    routerEnds: routerEnds(poll, ask),
    lastGoodPolls: ask({ kind: 'lastGoodPolls', scopes: [...poll.scopes, ...(poll.lists ?? [])] }),
  }
  if (!topology || !routes || !inUse || !isComplete(others)) return undefined
  return { topology, reads: { ...routes, inUse, ...others } }
}

type Complete<Parts> = { [Name in keyof Parts]: Exclude<Parts[Name], undefined> }

const isComplete = <Parts extends object>(parts: Parts): parts is Parts & Complete<Parts> =>
  Object.values(parts).every((part) => part !== undefined)

/** Ranges that contain all addresses. */
const EVERYTHING = ['0.0.0.0/0', '::/0']

/**
 * Reports whether a poll read the current routes of a gateway. All routes of the group are read only after such a poll.
 */
export const hasReadCurrentRoutes = ({ kind, outcome }: PollRecord) =>
  kind === 'learned' && (outcome === 'ok' || outcome === 'incomplete')

/**
 * Returns all routes of the group if reading them is due; null = not due, or too many routes; undefined = not read yet.
 */
function snapshotOf(poll: GroupPollEvaluationInput, ask: RequestDetectionRead): GroupRouteSnapshot | null | undefined {
  const { mark, topology, state, settings, maySnapshot } = poll
  if (!maySnapshot || !hasReadCurrentRoutes(mark)) return null
  if (!isRouteSnapshotDue(topology, getRouteSnapshotTime(topology, state), mark.finishedAt, settings)) return null
  return ask({ kind: 'routesWithin', gateways: listGatewayIds(topology), ranges: EVERYTHING })
}

/**
 * Returns when a path's number of prefixes will reach its limit; null = not computed, because the poll did not change
 * the number or it is far below the limit; undefined = not read yet.
 */
function runsOut(
  { topology, mark, signals, settings }: GroupPollEvaluationInput,
  ask: RequestDetectionRead,
): RunsOut | null | undefined {
  if (mark.kind !== 'summary') return null
  const { scope, subresource } = mark
  const { peering: name, path } = parsePathSubject(subresource)
  const circuit = topology.circuits.find((node) => node.scope === scope)
  const peering = circuit?.peerings.find((node) => node.name === name)
  if (!circuit || !peering || name === null || path === null) return null
  const neighbor = peering.customers[path]
  const limit = findPrefixLimit(name, circuit.premium, settings, detectPeerFamily(neighbor))
  const changed = signals.find((signal) => signal.type === 'prefixes' && signal.neighbor === neighbor)
  const count = changed?.type === 'prefixes' ? changed.after : null
  if (neighbor === null || limit === null || count === null || count < settings['headroom.clear'] * limit) return null
  const to: EpochMs = mark.finishedAt
  const from = to - settings['headroom.trend.days'] * MS_PER_DAY
  const days = ask({ kind: 'prefixMaxima', scope, subresource, neighbor, from, to })
  return days && { between: forecastLimitReached(days, limit, settings['headroom.trend.least']) }
}

/**
 * Returns the light levels behind each circuit of the group that is on an ExpressRoute Direct port; null = not needed;
 * undefined = not read yet. They are needed only if the poll has events or a change of state, because the texts of
 * causes contain the levels. A change of light alone does not update existing texts.
 */
function lightOfPorts(
  { events, signals, topology, scopes }: GroupPollEvaluationInput,
  ask: RequestDetectionRead,
): Readonly<Record<string, readonly LightLevel[]>> | null | undefined {
  const onPorts = topology.circuits.flatMap(({ scope, port }) =>
    port !== undefined && scopes.includes(scope) ? [{ scope, port }] : [],
  )
  const isReported = events.length > 0 || signals.some(isStateChangeSignal)
  if (onPorts.length === 0 || !isReported) return null
  const levels = onPorts.map(({ scope, port }) => [scope, ask({ kind: 'lightOf', port })] as const)
  return levels.some(([, own]) => own === undefined)
    ? undefined
    : Object.fromEntries(levels.map(([scope, own = []]) => [scope, own]))
}

/**
 * Returns the scale units over time of gateways with a silent instance, if Azure scales the gateway by load; null = no
 * such gateway; undefined = not read yet.
 */
function unitsInUse(
  { mark, signals, topology, state }: GroupPollEvaluationInput,
  ask: RequestDetectionRead,
): GroupEvaluationReads['units'] | undefined {
  const reported = signals.flatMap((signal) => (signal.type === 'instance' && signal.samples > 0 ? signal.since : []))
  const asked = topology.gateways.flatMap(({ scope, scales }) => {
    const silent = [...Object.values(state[scope]?.silent ?? {}), ...(mark.scope === scope ? reported : [])]
    const since = Math.min(...silent.map(({ earliest }) => earliest))
    return scales && silent.length > 0 && since > INSTANT_BEFORE_MONITORING
      ? [{ gateway: scope, from: since - SCALE_UNITS_LOOKBACK_MS }]
      : []
  })
  if (asked.length === 0) return null
  const units = asked.map((one) => [one.gateway, ask({ kind: 'unitsOf', ...one, to: mark.finishedAt })] as const)
  if (units.some(([, own]) => own === undefined)) return undefined
  return Object.fromEntries(units.map(([gateway, own = []]) => [gateway, own]))
}

/**
 * Returns the sessions of the group's circuits and VPN gateways as the routers at the customer's end report them. They
 * cover the time for which ended events are still evaluated (setting `memory.recent`). Null = the group has neither
 * circuits nor VPN gateways; undefined = not read yet.
 */
function routerEnds(
  { mark, topology, scopes, settings }: GroupPollEvaluationInput,
  ask: RequestDetectionRead,
): readonly RouterSideSession[] | null | undefined {
  const gateways = topology.gateways.filter(({ kind }) => kind === 'vpn')
  const own = [...topology.circuits, ...gateways].flatMap(({ scope }) => (scopes.includes(scope) ? [scope] : []))
  if (own.length === 0) return null
  const since = mark.finishedAt - settings['memory.recent']
  const ends = ask({ kind: 'routerEnds', scopes: own, since, at: mark.finishedAt })
  return ends?.map((end) => ({ ...end, spans: mergeIntervalsAcrossShortUps(end.spans) }))
}
