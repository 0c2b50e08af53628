import { armTypes } from '#lib/contract/index.ts'
import { DAY, HOUR } from '../../durations.ts'
import { good, type KindDefinition, wholeResource } from '../kind.ts'
import { readActivity } from './read.ts'

/**
 * The Activity Log of a subscription. Entries arrive several minutes late (docs/rules/polling.md), and a notice of Service Health may explain an
 * incident for an hour (docs/rules/detection.md 7).
 */
export const activity: KindDefinition<'activity'> = {
  types: [armTypes.subscription],
  interval: 'activityMs',
  subresources: wholeResource,
  window: { lateMs: HOUR, firstMs: DAY, mostMs: 14 * DAY },
  nothing: () => [],
  read: async (read) => good(await readActivity(read)),
}
