import { armTypes } from '#lib/contract/index.ts'
import { DAY, MINUTE } from '../../durations.ts'
import { type KindDefinition, wholeResource } from '../kind.ts'
import { readActivity } from './read.ts'

/**
 * The Activity Log of a subscription. Entries arrive several minutes late (docs/rules/polling.md), and a notice of Service Health may explain an
 * incident for an hour (docs/rules/detection.md 7).
 */
export const activity: KindDefinition<'activity'> = {
  types: [armTypes.subscription],
  actions: ['Microsoft.Insights/eventtypes/values/read'],
  interval: 'activityMs',
  subresources: wholeResource,
  window: { lateMs: 10 * MINUTE, firstMs: DAY, mostMs: 14 * DAY, againMs: [25 * MINUTE, 65 * MINUTE] },
  deadlineMs: 5 * MINUTE,
  nothing: () => [],
  read: readActivity,
}
