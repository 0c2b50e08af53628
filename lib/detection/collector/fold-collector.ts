import { concluded, type FoldedEstate } from '../estate/fold-estate.ts'
import type { Estate } from '../estate/estate.ts'
import type { EstateState } from '../estate/state.ts'
import { NOTHING_CONNECTED } from '../estate/topology.ts'
import { markOfCollector } from '../look-mark.ts'
import { copyPlain } from '../plain.ts'
import { type DetectionSettings, defaultSettings } from '../settings.ts'
import type { DetectedEvent } from '#lib/contract/index.ts'
import { put } from '../estate/estate.ts'
import { type CollectorFacts, collectorRules } from './watch.ts'

/**
 * Folds one look at the timetable, taken outside of any poll, into what is known of the collector and of each subscription.
 * Looks may be taken by several processes, one at a time: who looks makes no difference.
 * @param state the scopes of the collector and of every subscription that the facts name
 * @param given events that whoever looked brings with it
 */
export function foldCollector(
  state: EstateState,
  facts: CollectorFacts,
  { sourceId, given = [] }: { sourceId: number; given?: readonly DetectedEvent[] },
  settings: DetectionSettings = defaultSettings,
): FoldedEstate {
  const mark = markOfCollector(facts.collector, sourceId, facts.now)
  const estate: Estate = { topology: NOTHING_CONNECTED, scopes: copyPlain(state), mark, everyMs: 0, settings }
  for (const event of given) put(estate, event)
  collectorRules(estate, facts)
  return concluded(estate, state, given)
}
