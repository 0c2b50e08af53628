import type { DetectedEvent, DetectedIncident, EpochMs } from '#lib/contract/index.ts'
import type { FoldContext } from '../model/context.ts'
import { copyPlain, samePlain } from '../model/plain.ts'
import { earliestRecheck } from '../model/recheck.ts'
import type { GroupState } from '../model/scope-state.ts'
import { defaultSettings, type DetectionSettings } from '../model/settings.ts'
import type { Topology } from '../model/topology.ts'
import type { GroupInput } from './input.ts'
import { correlateStages, pollStages } from './stages.ts'

export interface FoldedGroup {
  state: GroupState
  /** new events, and later versions of known ones */
  events: DetectedEvent[]
  /** incidents that are new or different now */
  incidents: DetectedIncident[]
  /** by scope: from when on a poll must be folded even if it says nothing new; a scope without one needs no poll */
  recheckAt: Record<string, EpochMs>
}

/**
 * Folds one poll into what is known of its group: the state machines of paths, circuits and gateways, and the events that
 * need more than one source (docs/rules/detection.md 2.3-2.6, 3). Time is the marks'; the state passed in is left as it is.
 */
export function foldGroup(
  state: GroupState,
  topology: Topology,
  input: GroupInput,
  settings: DetectionSettings = defaultSettings,
): FoldedGroup {
  const { mark, everyMs, runsOut, otherGroups, lastGoodPollAt } = input
  const context: FoldContext = { topology, scopes: copyPlain(state), mark, everyMs, settings }
  if (runsOut) context.runsOut = runsOut
  if (otherGroups) context.otherGroups = otherGroups
  if (lastGoodPollAt) context.lastGoodPollAt = lastGoodPollAt
  for (const stage of pollStages) stage.run(context, input)
  return correlate(context, state, input.events)
}

/**
 * What follows from the events at hand, whatever proved them: parents, causes, incidents.
 * @param given events that are returned even if nothing here changed them
 */
export function correlate(context: FoldContext, before: GroupState, given: readonly DetectedEvent[]): FoldedGroup {
  for (const stage of correlateStages) stage.run(context)
  const { scopes } = context
  return {
    state: scopes,
    events: changedEvents(before, scopes, given),
    incidents: changedIncidents(before, scopes),
    recheckAt: recheckOf(context),
  }
}

const stages = [...pollStages, ...correlateStages]

function recheckOf(context: FoldContext): Record<string, EpochMs> {
  const times = Object.keys(context.scopes).flatMap((scope): [string, EpochMs][] => {
    const at = earliestRecheck(stages.map((stage) => stage.recheckAt?.(context, scope) ?? null))
    return at === null ? [] : [[scope, at]]
  })
  return Object.fromEntries(times)
}

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
