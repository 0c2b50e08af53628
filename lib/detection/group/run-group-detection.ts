import type { AwaitedPollData, DetectedEvent, DetectedIncident, EpochMs } from '#lib/contract/index.ts'
import { type DetectionContext, listLiveEvents } from '../model/context.ts'
import { isEqualPlainJson } from '../model/plain-json.ts'
import { findEarliestRecheck } from '../model/recheck.ts'
import { copyGroupState } from '../model/group-draft.ts'
import type { GroupState, LiveEvent } from '../model/scope-state.ts'
import { defaultSettings, type DetectionSettings } from '../model/settings.ts'
import type { GroupTopology } from '../model/topology.ts'
import { recordLightLevels } from './facts/record-light.ts'
import type { GroupEvaluationInput } from './group-input.ts'
import { correlationStages, pollEvaluationStages } from './stages.ts'

export interface GroupDetectionResult {
  state: GroupState
  /** new events, and new versions of known events */
  events: DetectedEvent[]
  /** incidents that are new or were changed by this evaluation */
  incidents: DetectedIncident[]
  /**
   * for each scope (circuit or gateway), the time from which the next poll must be evaluated even if it shows no
   * change. A scope without an entry needs only polls with changes.
   */
  recheckAt: Record<string, EpochMs>
  /** for each scope, the kinds of data whose next poll must be evaluated even if it shows no change */
  awaits: Record<string, readonly AwaitedPollData[]>
}

/**
 * Applies one poll to the state of its group (gateways and circuits that are connected with each other). Evaluates the
 * states of paths, circuits and gateways, and the events that need several sources (docs/rules/detection.md 2.3-2.6,
 * 3). The current time is the time of the poll. The given state is not changed.
 */
export function runGroupDetection(
  state: GroupState,
  topology: GroupTopology,
  input: GroupEvaluationInput,
  settings: DetectionSettings = defaultSettings,
): GroupDetectionResult {
  const { mark, everyMs, runsOut, otherGroups, lastGoodPolls } = input
  const context: DetectionContext = { topology, scopes: copyGroupState(state), mark, everyMs, settings }
  if (runsOut) context.runsOut = runsOut
  if (otherGroups) context.otherGroups = otherGroups
  if (lastGoodPolls) context.lastGoodPolls = lastGoodPolls
  if (input.routerEnds) context.routerEnds = input.routerEnds
  if (input.units) context.units = input.units
  if (input.light) recordLightLevels(context, input.light)
  for (const stage of pollEvaluationStages) stage.run(context, input)
  return correlateEvents(context, state, input.events)
}

/**
 * Evaluates the consequences of the current events: parent events, causes and incidents. Also determines when the next
 * poll must be evaluated.
 * @param given events that are always returned, even if this evaluation did not change them
 */
export function correlateEvents(
  context: DetectionContext,
  before: GroupState,
  given: readonly DetectedEvent[],
): GroupDetectionResult {
  const held = listLiveEvents(context)
  for (const stage of correlationStages) stage.run(context)
  const { scopes } = context
  return {
    state: scopes,
    events: changedEvents(
      before,
      [...held.filter((live) => endedNow(before, live)), ...listLiveEvents(context)],
      given,
    ),
    incidents: changedIncidents(before, scopes),
    recheckAt: recheckOf(context),
    awaits: Object.fromEntries(
      Object.keys(scopes).map((scope) => {
        const awaited = stages.flatMap((stage) => stage.awaits?.(context, scope) ?? [])
        return [scope, [...new Set(awaited)].toSorted()]
      }),
    ),
  }
}

const stages = [...pollEvaluationStages, ...correlationStages]

function recheckOf(context: DetectionContext): Record<string, EpochMs> {
  const times = Object.keys(context.scopes).flatMap((scope): [string, EpochMs][] => {
    const at = findEarliestRecheck(stages.map((stage) => stage.recheckAt?.(context, scope) ?? null))
    return at === null ? [] : [[scope, at]]
  })
  return Object.fromEntries(times)
}

/**
 * Reports whether an event ended in this evaluation. If the event ended long ago by its times, it is deleted from the
 * state immediately, but its end must still be saved.
 */
function endedNow(before: GroupState, { event }: LiveEvent): boolean {
  const known = before[event.scope]?.live[event.key]?.event
  return event.ended !== null && (known === undefined || known.ended === null)
}

function changedEvents(
  before: GroupState,
  lives: readonly LiveEvent[],
  given: readonly DetectedEvent[],
): DetectedEvent[] {
  const asked = new Set(given.map(({ key }) => key))
  const latest = new Map(lives.map(({ event }) => [event.key, event]))
  return [...latest.values()].filter((event) => {
    const known = before[event.scope]?.live[event.key]?.event
    return asked.has(event.key) || known === undefined || !isEqualPlainJson(known, event)
  })
}

function changedIncidents(before: GroupState, after: GroupState): DetectedIncident[] {
  const known = new Map(
    Object.values(before).flatMap(({ incidents }) => incidents.map((one) => [one.key, one] as const)),
  )
  return Object.values(after)
    .flatMap(({ incidents }) => incidents)
    .filter((incident) => !isEqualPlainJson(incident, known.get(incident.key)))
}
