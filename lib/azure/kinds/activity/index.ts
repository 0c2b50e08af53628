import { armTypes } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { type KindDefinition, getWholeResourcePaths } from '../kind.ts'
import { readActivity } from './read.ts'

/**
 * Polls the changes that people made to a subscription's network, from the Activity Log and Resource Graph. Each period
 * is read again later (`againMs`) for two reasons: entries of the log arrive several minutes late
 * (docs/rules/polling.md), and a Service Health notice can still explain an incident up to an hour later
 * (docs/rules/detection.md 7).
 */
export const activityPollKind: KindDefinition<'activity'> = {
  types: [armTypes.subscription],
  // `changes/read` is needed too, because in Azure a change is a separate resource below the changed resource
  actions: [
    'Microsoft.Insights/eventtypes/values/read',
    'Microsoft.ResourceGraph/resources/read',
    'Microsoft.Resources/changes/read',
  ],
  command: () => 'az monitor activity-log list --offset 6h --namespace Microsoft.Network',
  isOfMonitor: true,
  requests: 4,
  interval: 'activityMs',
  subresources: getWholeResourcePaths,
  window: {
    lateMs: 10 * MS_PER_MINUTE,
    firstMs: MS_PER_DAY,
    mostMs: 14 * MS_PER_DAY,
    againMs: [25 * MS_PER_MINUTE, 65 * MS_PER_MINUTE],
  },
  // after a pause in polling, the poll must read 80 minutes of the log. In a subscription with the maximum number of
  // polls, this can be 384 pages, mostly of entries about Peerwatch's own POSTs.
  deadlineMs: 15 * MS_PER_MINUTE,
  nothing: () => [],
  read: readActivity,
}
