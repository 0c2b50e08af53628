import type { Bounds, DetectedEvent, DetectedIncident, EpochMs, PollMark } from '#lib/contract/index.ts'
import type { Signal } from '../fold/signal.ts'
import { initialState } from '../collector/initial-state.ts'
import { endErrorsOfRemoved } from '../collector/removed.ts'
import { copyPlain, samePlain } from '../plain.ts'
import { type DetectionSettings, defaultSettings } from '../settings.ts'
import { awaitsLog, judgeActs } from './administrative.ts'
import { advertisedHeadroom } from './advertised-headroom.ts'
import { attachCauses, awaitsAvailability, awaitsReturn } from './causes/index.ts'
import { circuitRules } from './circuit-rules.ts'
import { confirmAll } from './condition.ts'
import { configRules, type ScopeOfResource } from './config-rules.ts'
import { type Elsewhere, type Estate, isGood, liveEvents } from './estate.ts'
import { keepLedger, noteForwardingLoss, waitsForSamples } from './failover/index.ts'
import { gatewayRules } from './gateway-rules.ts'
import { awaitsProof } from './explain-incident.ts'
import { groupIncidents } from './incidents.ts'
import { awaitsMaintenance, markMaintenance } from './maintenance.ts'
import { foldIntoParents } from './parents.ts'
import { noticeOfTime } from './passing.ts'
import { takeBackNeighbors } from './released.ts'
import { routeRules, type RouteTable } from './route-rules.ts'
import { type Compared, furtherRouteRules, waitsForRoutes } from './routes/index.ts'
import { giveUpSites, type Look, type SiteWays, takeLook } from './sites/index.ts'
import type { EstateState, LiveEvent } from './state.ts'
import { takeAvailability } from './take-availability.ts'
import { takeEvents } from './take-events.ts'
import { takeHealth } from './take-health.ts'
import { takeLogged } from './take-logged.ts'
import { type Probed, takeProbes } from './take-probes.ts'
import { isStale, takeSignals } from './take-signals.ts'
import { type PathsInUse, takeTraffic, trafficRules } from './traffic/index.ts'
import type { Topology } from './topology.ts'

/** One poll, as the fold of its source saw it. */
export interface EstateInput {
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
  siteWays?: SiteWays
  /** every way of the group, where it is time to look at them; null = it is not */
  look?: Look | null
  /** where path tables moved: how they differ now from those that they are held against */
  comparisons?: readonly Compared[]
  /** where a path's number of prefixes moved and is high: when it reaches the limit; null = it is not growing */
  runsOut?: { between: Bounds | null } | null
  scopeOfResource: ScopeOfResource
  /** by `scope part kind`: begin of the last good poll of each source of the group; absent = not looked up */
  lastGoodPollAt?: Readonly<Record<string, EpochMs>>
  /** the rest of the estate, where circuits of this group fall low; absent = not read, or there is none */
  elsewhere?: Elsewhere
  /** which circuits and gateways carry what tests try to reach; absent = not looked up */
  probed?: Probed
}

export interface FoldedEstate {
  state: EstateState
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
export function foldEstate(
  state: EstateState,
  topology: Topology,
  input: EstateInput,
  settings: DetectionSettings = defaultSettings,
): FoldedEstate {
  const { mark, signals, events } = input
  const estate: Estate = { topology, scopes: copyPlain(state), mark, everyMs: input.everyMs, settings }
  if (input.runsOut) estate.runsOut = input.runsOut
  if (input.elsewhere) estate.elsewhere = input.elsewhere
  if (input.lastGoodPollAt) estate.lastGoodPollAt = input.lastGoodPollAt
  takeSignals(estate, signals)
  takeBackNeighbors(estate)
  takeTraffic(estate, signals, input.inUse ?? {})
  initialState(estate, signals)
  takeProbes(estate, signals, input.probed ?? {})
  takeAvailability(estate, signals)
  takeLogged(estate, signals, input.scopeOfResource)
  takeHealth(estate, signals)
  configRules(estate, signals, input.scopeOfResource)
  endErrorsOfRemoved(estate, signals, input.scopeOfResource)
  takeEvents(estate, events)
  const holding = [...gatewayRules(estate), ...trafficRules(estate), ...circuitRules(estate)]
  if (isGood(mark)) confirmAll(estate, holding)
  const { routes = null, siteWays = {}, comparisons = [], look = null, scopeOfResource } = input
  routeRules(estate, signals, routes, siteWays)
  advertisedHeadroom(estate, signals)
  furtherRouteRules(estate, signals, { routes, siteWays, comparisons }, scopeOfResource)
  giveUpSites(estate, look)
  if (look && isGood(mark)) takeLook(estate, look)
  if (isGood(mark)) confirmAll(estate, liveEvents(estate).filter(isUnsure))
  return concluded(estate, state, events)
}

/**
 * What follows from the events at hand, whatever proved them: what belongs to what, why, and which of it is one incident.
 * @param given events that are told again even if nothing here changed them
 */
export function concluded(estate: Estate, before: EstateState, given: readonly DetectedEvent[]): FoldedEstate {
  keepLedger(estate)
  noteForwardingLoss(estate)
  foldIntoParents(estate)
  attachCauses(estate)
  judgeActs(estate)
  markMaintenance(estate)
  groupIncidents(estate)
  noticeOfTime(estate)
  const { scopes } = estate
  return {
    state: scopes,
    events: changedEvents(before, scopes, given),
    incidents: changedIncidents(before, scopes),
    waits: waits(estate),
  }
}

/** A withdrawal that nothing else spoke for, or a session's fall, which the next sample has not taken back. */
const isUnsure = ({ event }: LiveEvent) =>
  (event.kind === 'mass_withdraw' || event.kind === 'session_down') && event.ended === null

function changedEvents(before: EstateState, after: EstateState, given: readonly DetectedEvent[]): DetectedEvent[] {
  const asked = new Set(given.map(({ key }) => key))
  return Object.entries(after).flatMap(([scope, { live }]) =>
    Object.values(live).flatMap(({ event }) => {
      const known = before[scope]?.live[event.key]?.event
      const same = known !== undefined && samePlain(known, event)
      return same && !asked.has(event.key) ? [] : [event]
    }),
  )
}

function changedIncidents(before: EstateState, after: EstateState): DetectedIncident[] {
  const known = new Map(
    Object.values(before).flatMap(({ incidents }) => incidents.map((one) => [one.key, one] as const)),
  )
  return Object.values(after)
    .flatMap(({ incidents }) => incidents)
    .filter((incident) => !samePlain(incident, known.get(incident.key)))
}

function waits(estate: Estate): string[] {
  const { scopes, mark } = estate
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
      waitsForRoutes(estate, scope) ||
      awaitsProof(state, estate, mark.finishedAt) ||
      incidents.some(({ closedAt, healthySince }) => closedAt === null && healthySince !== null) ||
      Object.values(live).some(
        (one) =>
          one.confirm !== null ||
          awaitsMaintenance(one) ||
          awaitsLog(one) ||
          awaitsReturn(one) ||
          awaitsAvailability(estate, one) ||
          waitsForSamples(estate, one),
      )
    return waiting ? [scope] : []
  })
}
