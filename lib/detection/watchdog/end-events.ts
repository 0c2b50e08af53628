import type { EpochMs } from '#lib/contract/index.ts'
import { closeEvent } from '../model/event-condition.ts'
import { type DetectionContext, isEventOpen, listLiveEvents } from '../model/context.ts'
import { correlateEvents, type GroupDetectionResult } from '../group/run-group-detection.ts'
import { copyGroupState } from '../model/group-draft.ts'
import type { GroupState } from '../model/scope-state.ts'
import type { GroupTopology } from '../model/topology.ts'
import { createWatchdogPollRecord } from '../model/tick-mark.ts'
import { defaultSettings, type DetectionSettings } from '../model/settings.ts'

/**
 * Ends the open events with these keys. Used for events that no rule would end. The exact time is unknown, so the end
 * is between the event's begin and now.
 */
export function endOpenEventsByKey(
  state: GroupState,
  topology: GroupTopology,
  keys: ReadonlySet<string>,
  { scope, now }: { scope: string; now: EpochMs },
  settings: DetectionSettings = defaultSettings,
): GroupDetectionResult {
  const mark = createWatchdogPollRecord(scope, 0, now)
  const context: DetectionContext = { topology, scopes: copyGroupState(state), mark, everyMs: 0, settings }
  const ending = listLiveEvents(context).filter((live) => isEventOpen(live) && keys.has(live.event.key))
  for (const live of ending) closeEvent(live, { earliest: live.event.started.earliest, latest: now })
  return correlateEvents(context, state, [])
}
