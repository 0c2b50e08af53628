import type { DetectedEvent } from '#lib/contract/index.ts'
import { correlateEvents, type GroupDetectionResult } from '../group/run-group-detection.ts'
import { type DetectionContext, storeEventInScope } from '../model/context.ts'
import { copyGroupState } from '../model/group-draft.ts'
import type { GroupState } from '../model/scope-state.ts'
import { EMPTY_TOPOLOGY } from '../model/topology.ts'
import { createWatchdogPollRecord } from '../model/tick-mark.ts'
import { defaultSettings, type DetectionSettings } from '../model/settings.ts'
import { type CollectorRuleInput, applyCollectorRules } from './collector-rules.ts'

/**
 * Evaluates one check of whether polls work, for Peerwatch as a whole and for each subscription. Checks are made
 * independently of polls. Several processes may make checks, one at a time, and they get the same results.
 * @param state the states of the collector and of every subscription in the facts
 * @param given events that the calling process adds
 */
export function applyWatchdogTick(
  state: GroupState,
  facts: CollectorRuleInput,
  { sourceId, given = [] }: { sourceId: number; given?: readonly DetectedEvent[] },
  settings: DetectionSettings = defaultSettings,
): GroupDetectionResult {
  const mark = createWatchdogPollRecord(facts.collector, sourceId, facts.now)
  const context: DetectionContext = {
    topology: EMPTY_TOPOLOGY,
    scopes: copyGroupState(state),
    mark,
    everyMs: 0,
    settings,
  }
  for (const event of given) storeEventInScope(context, event)
  applyCollectorRules(context, facts)
  return correlateEvents(context, state, given)
}
