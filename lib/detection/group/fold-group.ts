import type { Bounds, DetectedEvent, DetectedIncident, EpochMs, PollMark } from '#lib/contract/index.ts'
import type { Signal } from '../model/signal.ts'
import { recordFirstSeen } from './rules/polling/first-seen.ts'
import { endErrorsOfRemoved } from './rules/polling/removed.ts'
import { copyPlain, samePlain } from '../model/plain.ts'
import { defaultSettings, type DetectionSettings } from '../model/settings.ts'
import { awaitsLog, judgeActs } from './correlate/administrative.ts'
import { advertisedHeadroom } from './rules/advertised-headroom.ts'
import { attachCauses, awaitsAvailability, awaitsReturn } from './correlate/causes/index.ts'
import { circuitRules } from './rules/paths.ts'
import { confirmAll } from '../model/condition.ts'
import { configRules } from './rules/config.ts'
import type { ScopeOfResource, Topology } from '../model/topology.ts'
import { type OtherGroups, type FoldContext, isGood, liveEvents } from '../model/context.ts'
import { recordFailovers, noteForwardingLoss, waitsForSamples } from './correlate/failover/index.ts'
import { gatewayRules } from './rules/gateways.ts'
import { awaitsProof } from './correlate/explain-incident.ts'
import { groupIncidents } from './correlate/incidents.ts'
import { awaitsMaintenance, markMaintenance } from './correlate/maintenance.ts'
import { foldIntoParents } from './correlate/parents.ts'
import { expire } from './correlate/expire.ts'
import { forgetReleased } from './facts/released.ts'
import { routeRules } from './rules/routes/route-rules.ts'
import type { RouteTable } from '../model/route.ts'
import { type Compared, furtherRouteRules, waitsForRoutes } from './rules/routes/index.ts'
import { expireSites, type RouteSnapshot, type SiteRoutes, applySnapshot } from './rules/sites/index.ts'
import type { GroupState, LiveEvent } from '../model/scope-state.ts'
import { applyAvailability } from './facts/apply-availability.ts'
import { applyEvents } from './facts/apply-events.ts'
import { applyHealth } from './facts/apply-health.ts'
import { applyLogged } from './facts/apply-logged.ts'
import { type Probed, applyProbes } from './facts/apply-probes.ts'
import { isStale, applySignals } from './facts/apply-signals.ts'
import type { PathsInUse } from '../model/traffic-state.ts'
import { applyTraffic } from './facts/apply-traffic.ts'
import { trafficRules } from './rules/traffic/traffic-rules.ts'

/** One poll, as the fold of its source saw it. */
export interface GroupInput {
  mark: PollMark
  /** how often this source is meant to be polled: what it told is too old after three times that */
  everyMs: number
  signals: readonly Signal[]
  /** the source's own events, new or in a later version */
  events: readonly DetectedEvent[]
  /** where routes moved: the ways that there are now to every prefix that did; absent = not looked up */
  routes?: RouteTable
  /** by circuit whose bytes stand still: which of its paths are a best way to anything; absent = not looked up */
  inUse?: Readonly<Record<string, PathsInUse>>
  /** the ways to sites that the moved routes touch */
  siteRoutes?: SiteRoutes
  /** every way of the group, where it is time to look at them; null = it is not */
  look?: RouteSnapshot | null
  /** where path tables moved: how they differ now from those that they are held against */
  comparisons?: readonly Compared[]
  /** where a path's number of prefixes moved and is high: when it reaches the limit; null = it is not growing */
  runsOut?: { between: Bounds | null } | null
  scopeOfResource: ScopeOfResource
  /** by `scope part kind`: begin of the last good poll of each source of the group; absent = not looked up */
  lastGoodPollAt?: Readonly<Record<string, EpochMs>>
  /** the rest of the estate, where circuits of this group fall low; absent = not read, or there is none */
  otherGroups?: OtherGroups
  /** which circuits and gateways carry what tests try to reach; absent = not looked up */
  probed?: Probed
}

export interface FoldedGroup {
  state: GroupState
  /** new events, and later versions of known ones */
  events: DetectedEvent[]
  /** incidents that are new or different now */
  incidents: DetectedIncident[]
  /** scopes of which something waits for time or a further sample: the next polls must be folded even if they tell nothing new */
  waits: string[]
}

/**
 * Folds one poll into what is known of its group: the state machines of paths, circuits and gateways, and the events that
 * need more than one source (detection.md 2.3-2.6, 3). Time is the marks'; the state passed in is left as it is.
 */
export function foldGroup(
  state: GroupState,
  topology: Topology,
  input: GroupInput,
  settings: DetectionSettings = defaultSettings,
): FoldedGroup {
  const { mark, signals, events } = input
  const context: FoldContext = { topology, scopes: copyPlain(state), mark, everyMs: input.everyMs, settings }
  if (input.runsOut) context.runsOut = input.runsOut
  if (input.otherGroups) context.otherGroups = input.otherGroups
  if (input.lastGoodPollAt) context.lastGoodPollAt = input.lastGoodPollAt
  applySignals(context, signals)
  forgetReleased(context)
  applyTraffic(context, signals, input.inUse ?? {})
  recordFirstSeen(context, signals)
  applyProbes(context, signals, input.probed ?? {})
  applyAvailability(context, signals)
  applyLogged(context, signals, input.scopeOfResource)
  applyHealth(context, signals)
  configRules(context, signals, input.scopeOfResource)
  endErrorsOfRemoved(context, signals, input.scopeOfResource)
  applyEvents(context, events)
  const holding = [...gatewayRules(context), ...trafficRules(context), ...circuitRules(context)]
  if (isGood(mark)) confirmAll(context, holding)
  const { routes = null, siteRoutes = {}, comparisons = [], look = null, scopeOfResource } = input
  routeRules(context, signals, routes, siteRoutes)
  advertisedHeadroom(context, signals)
  furtherRouteRules(context, signals, { routes, siteRoutes, comparisons }, scopeOfResource)
  expireSites(context, look)
  if (look && isGood(mark)) applySnapshot(context, look)
  if (isGood(mark)) confirmAll(context, liveEvents(context).filter(isUnsure))
  return correlate(context, state, events)
}

/**
 * What follows from the events at hand, whatever proved them: what belongs to what, why, and which of it is one incident.
 * @param given events that are told again even if nothing here changed them
 */
export function correlate(context: FoldContext, before: GroupState, given: readonly DetectedEvent[]): FoldedGroup {
  recordFailovers(context)
  noteForwardingLoss(context)
  foldIntoParents(context)
  attachCauses(context)
  judgeActs(context)
  markMaintenance(context)
  groupIncidents(context)
  expire(context)
  const { scopes } = context
  return {
    state: scopes,
    events: changedEvents(before, scopes, given),
    incidents: changedIncidents(before, scopes),
    waits: waits(context),
  }
}

/** A withdrawal that nothing else spoke for, or a session's fall, which the next sample has not taken back. */
const isUnsure = ({ event }: LiveEvent) =>
  (event.kind === 'mass_withdraw' || event.kind === 'session_down') && event.ended === null

function changedEvents(before: GroupState, after: GroupState, given: readonly DetectedEvent[]): DetectedEvent[] {
  const asked = new Set(given.map(({ key }) => key))
  return Object.entries(after).flatMap(([scope, { live }]) =>
    Object.values(live).flatMap(({ event }) => {
      const known = before[scope]?.live[event.key]?.event
      const same = known !== undefined && samePlain(known, event)
      return same && !asked.has(event.key) ? [] : [event]
    }),
  )
}

function changedIncidents(before: GroupState, after: GroupState): DetectedIncident[] {
  const known = new Map(
    Object.values(before).flatMap(({ incidents }) => incidents.map((one) => [one.key, one] as const)),
  )
  return Object.values(after)
    .flatMap(({ incidents }) => incidents)
    .filter((incident) => !samePlain(incident, known.get(incident.key)))
}

function waits(context: FoldContext): string[] {
  const { scopes, mark } = context
  return Object.entries(scopes).flatMap(([scope, state]) => {
    const { live, pending, incidents, failing } = state
    // once it is stale, what the gateways show may speak for the circuit
    const isStaleSoon = Object.keys(failing).some((key) => {
      const [part = '', kind = ''] = key.split(' ')
      return kind === 'summary' && !isStale(state, part, kind, mark.finishedAt)
    })
    const waiting =
      pending.length > 0 ||
      state.traffic?.waits === true ||
      isStaleSoon ||
      waitsForRoutes(context, scope) ||
      awaitsProof(state, context, mark.finishedAt) ||
      incidents.some(({ closedAt, healthySince }) => closedAt === null && healthySince !== null) ||
      Object.values(live).some(
        (one) =>
          one.confirm !== null ||
          awaitsMaintenance(one) ||
          awaitsLog(one) ||
          awaitsReturn(one) ||
          awaitsAvailability(context, one) ||
          waitsForSamples(context, one),
      )
    return waiting ? [scope] : []
  })
}
