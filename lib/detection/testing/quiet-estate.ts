import { defaultSettings } from '../model/settings.ts'
import type { DetectionContext } from '../model/context.ts'
import { createTwoCircuitEstate } from './estates.ts'

/**
 * Returns T2 at its first poll, without events.
 * @param at epoch ms
 */
export function quietEstate(at: number): DetectionContext {
  const mark: DetectionContext['mark'] = {
    sourceId: 1,
    scope: 'ckt-lon',
    subresource: '',
    kind: 'learned',
    startedAt: at,
    finishedAt: at,
    outcome: 'ok',
    previousOkAt: null,
    previousAttemptAt: null,
    silentInstances: [],
  }
  return { topology: createTwoCircuitEstate().topology(), scopes: {}, mark, everyMs: 60_000, settings: defaultSettings }
}
