import type { EpochMs } from '#lib/contract/index.ts'
import { end } from '../estate/condition.ts'
import { type Estate, isOpen, liveEvents } from '../estate/estate.ts'
import { concluded, type FoldedEstate } from '../estate/fold-estate.ts'
import type { EstateState } from '../estate/state.ts'
import type { Topology } from '../estate/topology.ts'
import { markOfCollector } from '../look-mark.ts'
import { copyPlain } from '../plain.ts'
import { type DetectionSettings, defaultSettings } from '../settings.ts'

/** Ends events that nothing will end by itself, some time before now, in the group that they stand in. */
export function endEvents(
  state: EstateState,
  topology: Topology,
  keys: ReadonlySet<string>,
  { scope, now }: { scope: string; now: EpochMs },
  settings: DetectionSettings = defaultSettings,
): FoldedEstate {
  const mark = markOfCollector(scope, 0, now)
  const estate: Estate = { topology, scopes: copyPlain(state), mark, everyMs: 0, settings }
  const ending = liveEvents(estate).filter((live) => isOpen(live) && keys.has(live.event.key))
  for (const live of ending) end(live, { earliest: live.event.started.earliest, latest: now })
  return concluded(estate, state, [])
}
