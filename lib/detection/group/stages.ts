import type { AwaitedPollData, EventKind } from '#lib/contract/index.ts'
import { confirmPendingEvents } from '../model/event-condition.ts'
import { type DetectionContext, hasPollUsableRows, listLiveEvents, ensureResourceState } from '../model/context.ts'
import { findEarliestRecheck, getRecheckTimeIfNeeded, type DetectionRecheckTime } from '../model/recheck.ts'
import type { LiveEvent } from '../model/scope-state.ts'
import { adjustDeliberateChangeSeverities, findDeliberateChangeRecheckTime } from './correlate/administrative.ts'
import { assignCandidateCauses, findCausesRecheckTime } from './correlate/causes/index.ts'
import { deleteExpiredEvents } from './correlate/delete-expired-events.ts'
import {
  areFailoverBytesDue,
  recordForwardingLoss,
  findFailoversRecheckTime,
  recordFailovers,
} from './correlate/failover/index.ts'
import { groupEventsIntoIncidents, findIncidentsRecheckTime } from './correlate/incidents.ts'
import { flagMaintenanceEvents, findMaintenanceRecheckTime } from './correlate/maintenance.ts'
import { assignParentEvents } from './correlate/assign-parents.ts'
import { applyAvailabilitySignals } from './facts/apply-availability.ts'
import { storeSingleSourceEvents } from './facts/apply-events.ts'
import { applyServiceHealthSignals } from './facts/apply-service-health.ts'
import { applyActivityLogSignals } from './facts/apply-activity-log.ts'
import { applyProbeSignals } from './facts/apply-probes.ts'
import { findEmptiedConnectionsRecheckTime } from './facts/emptied-connections.ts'
import { storePollSignals, findStalenessRecheckTime } from './facts/apply-signals.ts'
import { applyTrafficSignals } from './facts/apply-traffic.ts'
import { listTrafficStates } from './facts/traffic/traffic-state.ts'
import { findMeasuredLayersRecheckTime } from './facts/by-metrics.ts'
import { deriveSessionsFromMetrics, getRecheckTimeOfMeasuredSessions } from './facts/measured-sessions.ts'
import { findReturningSessionsRecheckTime } from './facts/circuit-facts.ts'
import { narrowBoundsByRouters } from './facts/router-side-sessions.ts'
import {
  assignFallenNeighborsToRemoval,
  endReleasedSessionEvents,
  deleteEndedReleases,
} from './facts/neighbor-claims.ts'
import type { GroupEvaluationInput } from './group-input.ts'
import { detectIntentDeviations } from './rules/routes/paths/declared-primaries.ts'
import { checkAdvertisedHeadroom } from './rules/advertised-headroom.ts'
import { applyConfigRules } from './rules/config-rules.ts'
import { applyGatewayRules, findAbsentInstancesRecheckTime } from './rules/gateway-rules.ts'
import { evaluateCircuitRules } from './rules/circuit-rules.ts'
import { detectInstanceRestarts } from './rules/instance-restarts.ts'
import { detectLagLinkChanges } from './rules/lags.ts'
import { detectNetworkPeeringFaults } from './rules/network-peerings.ts'
import { reportSessionsFirstSeenDown } from './rules/polling/first-seen.ts'
import { endErrorsOfRemoved } from './rules/polling/removed-resources.ts'
import { getPollAwaitedByChurn } from './rules/routes/route-churn.ts'
import { detectPendingFailback, findFailbackRecheckTime } from './rules/routes/paths/failback-pending.ts'
import { findRouterSideRecheckTime, applyRouterSideRules } from './rules/router-side-rules.ts'
import { evaluateLearnedRoutes } from './rules/routes/index.ts'
import { applyHubConnectionRules } from './rules/routes/hub-connections.ts'
import { detectInstanceDivergence, findDivergenceRecheckTime } from './rules/routes/instance-divergence.ts'
import { findEmptiedTablesRecheckTime } from './rules/routes/emptied-table.ts'
import { detectMicrosoftPrefixLoss } from './rules/routes/microsoft-prefixes.ts'
import { applyParityRules, findParityRecheckTime } from './rules/routes/parity-rules.ts'
import { evaluatePublicPrefixes } from './rules/routes/public-prefixes.ts'
import { findShortLivedWithdrawalsRecheckTime } from './rules/routes/mass-changes.ts'
import { applyRouteRules, hasUnreadReturnedInstance } from './rules/routes/route-rules.ts'
import { applyRouteSnapshot, endEventsOfExpiredSites } from './rules/sites/index.ts'
import { applyTunnelRules } from './rules/tunnels.ts'
import { findTrafficRecheckTime, applyTrafficRules } from './rules/traffic/traffic-rules.ts'

/**
 * One step of the evaluation of a group (gateways and circuits that are connected with each other). The steps run in
 * the order of the list that contains them.
 */
export interface EvaluationStage<Input> {
  name: string
  /** reason why the step is at this place in the list */
  because: string
  run(context: DetectionContext, input: Input): void
  /**
   * Returns the time at which the scope must be evaluated again for this step, even if a poll shows no change. Called
   * after all steps.
   */
  recheckAt?(context: DetectionContext, scope: string): DetectionRecheckTime
  /** Returns the kind of data whose next poll must be evaluated for this step even if it shows no change. */
  awaits?(context: DetectionContext, scope: string): AwaitedPollData | null
}

/** Reports whether an event is open and its kind may still need a further sample to be confirmed. */
const isUnsure = ({ event }: LiveEvent) => waiting.has(event.kind) && event.ended === null
const waiting: ReadonlySet<EventKind> = new Set<EventKind>(['mass_withdraw', 'session_down', 'n1_stranding'])

/** Steps that evaluate one poll: first they store its facts, then they apply the rules. */
export const pollEvaluationStages: readonly EvaluationStage<GroupEvaluationInput>[] = [
  {
    name: 'signals',
    because: 'Everything below reads these facts.',
    run: (context, { signals }) => storePollSignals(context, signals),
    recheckAt: findStalenessRecheckTime,
  },
  {
    name: 'released neighbors',
    because: 'A session that is up again is expected again before anything judges its loss.',
    run: (context) => {
      deleteEndedReleases(context)
      assignFallenNeighborsToRemoval(context)
    },
  },
  {
    name: 'traffic',
    because: 'Suspicions count against the ARP and session facts of the same poll.',
    run: (context, { signals, inUse }) => applyTrafficSignals(context, signals, inUse ?? {}),
    recheckAt: findTrafficRecheckTime,
    awaits: ({ scopes }, scope) =>
      listTrafficStates(scopes[scope]).some(({ waits }) => waits !== false) ? 'bytes' : null,
  },
  {
    name: 'first seen',
    because: 'What is down when a source is first read is recorded before a rule takes it for a baseline.',
    run: (context, { signals }) => reportSessionsFirstSeenDown(context, signals),
  },
  {
    name: 'probes',
    because: 'Tests speak for and against a dead path, which the layers below judge.',
    run: (context, { signals, probed }) => applyProbeSignals(context, signals, probed ?? {}),
  },
  {
    name: 'availability',
    because: 'Causes are compared with it.',
    run: (context, { signals }) => applyAvailabilitySignals(context, signals),
  },
  {
    name: 'activity log',
    because: 'Configuration rules and causes name the entry of a change.',
    run: (context, { signals, scopeOfResource }) => applyActivityLogSignals(context, signals, scopeOfResource),
  },
  {
    name: 'service health',
    because: 'Causes name the notice of planned work.',
    run: (context, { signals }) => applyServiceHealthSignals(context, signals),
  },
  {
    name: 'configuration',
    because: 'A peering that was disabled is not judged as one that failed.',
    run: (context, { signals, scopeOfResource }) => applyConfigRules(context, signals, scopeOfResource),
  },
  {
    name: 'network peerings',
    because: 'It needs nothing but the configuration of this poll.',
    run: (context, { signals, scopeOfResource }) => detectNetworkPeeringFaults(context, signals, scopeOfResource),
  },
  {
    name: 'LAGs',
    because: 'It needs nothing but the configuration of this poll.',
    run: (context, { signals, scopeOfResource }) => detectLagLinkChanges(context, signals, scopeOfResource),
  },
  {
    name: 'removed resources',
    because: 'Errors of a source end with its resource, which the configuration has just removed.',
    run: (context, { signals, scopeOfResource }) => endErrorsOfRemoved(context, signals, scopeOfResource),
  },
  {
    name: 'events of the source',
    because: 'Rules search for the falls that explain what they see.',
    run: (context, { events }) => storeSingleSourceEvents(context, events),
  },
  {
    name: 'router ends',
    because: 'What is dated by the end that fell first is judged with these dates by everything below.',
    run: (context) => {
      narrowBoundsByRouters(context, context.routerEnds ?? [])
      applyRouterSideRules(context, context.routerEnds ?? [])
    },
    recheckAt: findRouterSideRecheckTime,
  },
  {
    name: 'instance restarts',
    because: 'It reads the restarts of sessions that this poll proved.',
    run: (context, { events }) => detectInstanceRestarts(context, events),
  },
  {
    name: 'layers',
    because:
      'Gateways and their tunnels, then bytes, then paths: a path is judged by all of them. What still holds is one sample nearer to proof.',
    run: (context) => {
      endReleasedSessionEvents(context)
      const holding = [
        ...deriveSessionsFromMetrics(context),
        ...applyGatewayRules(context),
        ...applyTunnelRules(context),
        ...applyTrafficRules(context),
        ...evaluateCircuitRules(context),
      ]
      if (hasPollUsableRows(context.mark)) confirmPendingEvents(context, holding)
    },
    recheckAt: (context, scope) =>
      findEarliestRecheck([
        findAbsentInstancesRecheckTime(context, scope),
        findMeasuredLayersRecheckTime(context, scope),
        getRecheckTimeOfMeasuredSessions(context, scope),
        findReturningSessionsRecheckTime(context, scope),
      ]),
  },
  {
    name: 'hub connections',
    // The step "Microsoft's prefixes" requests the second poll that confirms an empty table.
    because: 'A change of the routes of a hub is named by the connection that lost its routes.',
    run: (context, { signals }) => applyHubConnectionRules(context, signals),
    recheckAt: (context, scope) => findEmptiedConnectionsRecheckTime(context, ensureResourceState(context, scope)),
  },
  {
    name: 'best paths',
    because: 'A path change is named by the losses that the layers have just found.',
    run: (context, { signals, routes = null, siteRoutes = {}, scopeOfResource }) =>
      applyRouteRules(context, signals, routes, siteRoutes, scopeOfResource),
    recheckAt: (context, scope) => {
      const state = ensureResourceState(context, scope)
      const waits =
        state.pending.length > 0 ||
        [state.pendingDefaults, state.withheld, state.relisted].some((one) => one !== undefined)
      return findEarliestRecheck([getRecheckTimeIfNeeded(waits), findShortLivedWithdrawalsRecheckTime(state)])
    },
    awaits: (context, scope) => (hasUnreadReturnedInstance(context, scope) ? 'routes' : null),
  },
  {
    name: 'advertised headroom',
    because: 'It needs nothing but the counts of this poll.',
    run: (context, { signals }) => checkAdvertisedHeadroom(context, signals),
  },
  {
    name: 'learned routes',
    because: 'Sites and origins are compared with the path changes that the best paths found.',
    run: (context, { signals, routes = null, siteRoutes = {} }) =>
      evaluateLearnedRoutes(context, signals, { routes, siteRoutes }),
    awaits: getPollAwaitedByChurn,
  },
  {
    name: 'instance divergence',
    because: 'A table that differs for the fall of a session is dated by it.',
    run: (context, { signals }) => detectInstanceDivergence(context, signals),
    recheckAt: findDivergenceRecheckTime,
  },
  {
    name: 'path parity',
    because: 'Two tables are compared while both sessions are established.',
    run: (context, { signals, comparisons = [] }) => applyParityRules(context, signals, comparisons),
    recheckAt: findParityRecheckTime,
  },
  {
    name: "Microsoft's prefixes",
    because: 'It needs nothing but the table of this poll.',
    run: (context, { signals }) => detectMicrosoftPrefixLoss(context, signals),
    recheckAt: (context, scope) => findEmptiedTablesRecheckTime(ensureResourceState(context, scope)),
  },
  {
    name: 'public prefixes',
    because: 'It needs nothing but the configuration of this poll.',
    run: (context, { signals, scopeOfResource }) => evaluatePublicPrefixes(context, signals, scopeOfResource),
  },
  {
    name: 'pending failback',
    because: 'It asks which failovers the best paths left open.',
    run: detectPendingFailback,
    recheckAt: (context, scope) => findFailbackRecheckTime(context, ensureResourceState(context, scope)),
  },
  {
    name: 'sites that do not return',
    because: 'It ends outages that the route rules of this poll have not ended.',
    run: (context, { snapshot = null }) => endEventsOfExpiredSites(context, snapshot),
  },
  {
    name: 'declared primaries',
    because: 'What the best paths and sites of this poll report needs no deviation beside it.',
    run: (context, { snapshot = null }) => detectIntentDeviations(context, snapshot),
  },
  {
    name: 'site learning',
    because: 'What is learned from this poll is judged from the next one on.',
    run: (context, { snapshot }) => {
      if (snapshot && hasPollUsableRows(context.mark)) applyRouteSnapshot(context, snapshot)
    },
  },
  {
    name: 'confirmation',
    because: 'A loss counts as unconfirmed until no rule of a further good poll has taken it back.',
    run: (context) => {
      if (hasPollUsableRows(context.mark)) confirmPendingEvents(context, listLiveEvents(context).filter(isUnsure))
    },
    recheckAt: ({ scopes }, scope) =>
      getRecheckTimeIfNeeded(Object.values(scopes[scope]?.live ?? {}).some(({ confirm }) => confirm !== null)),
  },
]

/**
 * Steps that run after all rules and evaluate the consequences of the current events: failovers, parent events, causes
 * and incidents.
 */
export const correlationStages: readonly EvaluationStage<void>[] = [
  {
    name: 'failovers',
    because: 'The marks of a failover come from facts alone.',
    run: recordFailovers,
    recheckAt: findFailoversRecheckTime,
    awaits: (context, scope) => (areFailoverBytesDue(context, scope) ? 'bytes' : null),
  },
  {
    name: 'forwarding loss',
    because: 'It is measured where no failover has a mark of it.',
    run: recordForwardingLoss,
  },
  {
    name: 'parents',
    because: 'Causes and incidents are about what is a root event.',
    run: assignParentEvents,
  },
  {
    name: 'causes',
    because: 'Parents say which event explains another.',
    run: assignCandidateCauses,
    recheckAt: (context, scope) => findCausesRecheckTime(context, ensureResourceState(context, scope)),
  },
  {
    name: 'administrative acts',
    because: 'A cause may name who did it, which lowers what follows.',
    run: adjustDeliberateChangeSeverities,
    recheckAt: (context, scope) => findDeliberateChangeRecheckTime(context, ensureResourceState(context, scope)),
  },
  {
    name: 'maintenance',
    because: 'An incident opens only with what no window covers.',
    run: flagMaintenanceEvents,
    recheckAt: (context, scope) => findMaintenanceRecheckTime(ensureResourceState(context, scope)),
  },
  {
    name: 'incidents',
    because: 'Parents, causes and windows decide what belongs together, and how severe it is.',
    run: groupEventsIntoIncidents,
    recheckAt: (context, scope) => findIncidentsRecheckTime(context, ensureResourceState(context, scope)),
  },
  {
    name: 'expiry',
    because: 'Every stage above may still need what ended recently.',
    run: deleteExpiredEvents,
  },
]
