import { armTypes } from '#lib/contract/index.ts'
import { DAY, MINUTE } from '#lib/contract/time/time.ts'
import { type KindDefinition, wholeResource } from '../kind.ts'
import { readActivity } from './read.ts'

/**
 * Changes that people made to a subscription's network, from the Activity Log and Resource Graph. Entries of the log
 * arrive several minutes late (docs/rules/polling.md), and a Service Health notice may explain an incident for an hour
 * (docs/rules/detection.md 7), so each period is read again later (`againMs`).
 */
export const activity: KindDefinition<'activity'> = {
  types: [armTypes.subscription],
  // `changes/read` is needed too, because Azure treats a change as a separate resource below the changed resource
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
  // after a long silence the poll must read 80 minutes of the log: up to 384 pages, mostly entries of Peerwatch's own
  // POSTs, in a subscription with the maximum number of polls
  deadlineMs: 15 * MINUTE,
  nothing: () => [],
  read: readActivity,
}
