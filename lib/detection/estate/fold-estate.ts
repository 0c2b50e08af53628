import type { DetectedEvent, DetectedIncident, PollMark } from '#lib/contract/index.ts'
import type { Signal } from '../fold/signal.ts'
import { type DetectionSettings, defaultSettings } from '../settings.ts'
import { attachCauses } from './causes/index.ts'
import { circuitRules } from './circuit-rules.ts'
import { confirmAll } from './condition.ts'
import { configRules, type ScopeOfResource } from './config-rules.ts'
import { type Estate, isGood, liveEvents, put, scopeOf } from './estate.ts'
import { gatewayRules } from './gateway-rules.ts'
import { groupIncidents } from './incidents.ts'
import { foldIntoParents } from './parents.ts'
import { noticeOfTime } from './passing.ts'
import { routeRules, type RouteTable } from './route-rules.ts'
import type { EstateState, LiveEvent } from './state.ts'
import { takeLogged } from './take-logged.ts'
import { isStale, takeSignals } from './take-signals.ts'
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
  scopeOfResource: ScopeOfResource
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
  const estate: Estate = { topology, scopes: structuredClone(state), mark, everyMs: input.everyMs, settings }
  takeSignals(estate, signals)
  takeLogged(estate, signals, input.scopeOfResource)
  configRules(estate, signals, input.scopeOfResource)
  takeEvents(estate, events)
  const holding = [...gatewayRules(estate), ...circuitRules(estate)]
  if (isGood(mark)) confirmAll(estate, holding)
  routeRules(estate, signals, input.routes ?? null)
  if (isGood(mark)) confirmAll(estate, liveEvents(estate).filter(isUnsure))
  foldIntoParents(estate)
  attachCauses(estate)
  groupIncidents(estate)
  noticeOfTime(estate)
  const { scopes } = estate
  return {
    state: scopes,
    events: changedEvents(state, scopes, events),
    incidents: changedIncidents(state, scopes),
    waits: waits(estate),
  }
}

/** A withdrawal that nothing else spoke for, and that the next table has not taken back. */
const isUnsure = ({ event }: LiveEvent) => event.kind === 'mass_withdraw' && event.ended === null

/** Events of single sources: what the estate knows of them beside stays. */
function takeEvents(estate: Estate, events: readonly DetectedEvent[]): void {
  for (const event of events) {
    const known = scopeOf(estate, event.scope).live[event.key]
    const { partOf = null, incident = null, causes } = known?.event ?? event
    put(estate, { ...event, partOf: event.partOf ?? partOf, incident, causes: known ? causes : event.causes })
  }
}

function changedEvents(before: EstateState, after: EstateState, given: readonly DetectedEvent[]): DetectedEvent[] {
  const asked = new Set(given.map(({ key }) => key))
  return Object.entries(after).flatMap(([scope, { live }]) =>
    Object.values(live).flatMap(({ event }) => {
      const known = before[scope]?.live[event.key]?.event
      const same = known !== undefined && JSON.stringify(known) === JSON.stringify(event)
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
    .filter((incident) => JSON.stringify(incident) !== JSON.stringify(known.get(incident.key)))
}

function waits({ scopes, mark }: Estate): string[] {
  return Object.entries(scopes).flatMap(([scope, state]) => {
    const { live, pending, incidents, failing } = state
    // once it is stale, what the gateways show may speak for the circuit
    const isStaleSoon = Object.keys(failing).some((key) => {
      const [part = '', kind = ''] = key.split(' ')
      return kind === 'summary' && !isStale(state, part, kind, mark.finishedAt)
    })
    const waiting =
      pending.length > 0 ||
      isStaleSoon ||
      incidents.some(({ closedAt, healthySince }) => closedAt === null && healthySince !== null) ||
      Object.values(live).some(({ confirm }) => confirm !== null)
    return waiting ? [scope] : []
  })
}
