import { armTypes } from '#lib/contract/index.ts'
import { DAY, MINUTE } from '#lib/contract/time/time.ts'
import { type KindDefinition, wholeResource } from '../kind.ts'
import { readActivity } from './read.ts'

/**
 * What people did to a subscription's network, by the Activity Log and by Resource Graph. Entries of the log arrive several minutes late (docs/rules/polling.md), and a notice of Service Health may explain an
 * incident for an hour (docs/rules/detection.md 7).
 */
export const activity: KindDefinition<'activity'> = {
  types: [armTypes.subscription],
  // a change is a resource of its own to Azure, below the one that was changed
  actions: [
    'Microsoft.Insights/eventtypes/values/read',
    'Microsoft.ResourceGraph/resources/read',
    'Microsoft.Resources/changes/read',
  ],
  command: () => 'az monitor activity-log list --offset 6h --namespace Microsoft.Network',
  isOfMonitor: true,
  requests: 4,
  interval: 'activityMs',
  subresources: wholeResource,
  window: { lateMs: 10 * MINUTE, firstMs: DAY, mostMs: 14 * DAY, againMs: [25 * MINUTE, 65 * MINUTE] },
  // after a long silence it goes on only once 80 minutes of the log are read: up to 384 pages, of our own POSTs, in a subscription that polls all it may
  deadlineMs: 15 * MINUTE,
  nothing: () => [],
  read: readActivity,
}
