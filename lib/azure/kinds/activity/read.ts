import { z } from 'zod'
import type { ActivityRow, EpochMs } from '#lib/contract/index.ts'
import { failureOfError } from '../../classify.ts'
import { decodeRows } from '../../decode.ts'
import { textOrNull } from '../../fields.ts'
import type { Json } from '../../json.ts'
import { distinct, sortedBy } from '../../order.ts'
import { plainRows } from '../../paging.ts'
import type { Read } from '../../read.ts'
import { entryFields, entryOf } from './entry.ts'
import { serviceHealthRow } from './service-health.ts'

const ACTIVITY_VERSION = '2015-04-01'
const DEFAULT_WINDOW_MS = 15 * 60_000

/** The customer's log lists our own polls as operations. Compared in lower case, by the end of the name. */
const OWN_POLLS = [
  '/getbgppeerstatus/action',
  '/getlearnedroutes/action',
  '/getadvertisedroutes/action',
  '/arptables/action',
  '/routetables/action',
  '/routetablessummary/action',
  '/arptables/read',
  '/routetables/read',
  '/routetablessummary/read',
]

/** An Activity Log entry; claims and request bodies are never decoded. Source: Azure Monitor REST, Activity Logs - List. */
const activityRow = z
  .object({ ...entryFields, caller: textOrNull })
  .transform(({ caller, ...entry }): ActivityRow => ({ ...entryOf(entry), caller }))

function isOwnPoll({ operation }: ActivityRow): boolean {
  const name = operation.toLowerCase()
  return OWN_POLLS.some((own) => name.endsWith(own))
}

/** Entries of Service Health name no resource provider of the network; Azure's own portal finds them by this one. */
const HEALTH_PROVIDER = 'Azure.Health'

/**
 * Operations on the subscription's network resources in the window, and the notices of Service Health. Notices are additional
 * evidence: where they can't be read, the log is complete without them.
 */
export async function readActivity(read: Read): Promise<ActivityRow[]> {
  const { call, params } = read
  const to = params.to ?? call.now()
  const from = params.from ?? to - DEFAULT_WINDOW_MS
  const rows = decodeRows(activityRow, await entries(read, 'Microsoft.Network', from, to))
  const notices = await healthNotices(read, from, to)
  const single = distinct([...rows.filter((row) => !isOwnPoll(row)), ...notices], (row) => row.eventDataId)
  return sortedBy(single, (row) => `${time(row.at)} ${row.eventDataId}`)
}

async function healthNotices(read: Read, from: EpochMs, to: EpochMs): Promise<ActivityRow[]> {
  try {
    const rows = decodeRows(serviceHealthRow, await entries(read, HEALTH_PROVIDER, from, to))
    return rows.filter(({ category }) => category.toLowerCase() === 'servicehealth')
  } catch (error) {
    // throws on what is no failure of Azure's
    failureOfError(error, read.call)
    return []
  }
}

const time = (at: EpochMs) => new Date(at).toISOString()

async function entries({ call, arm, id }: Read, provider: string, from: EpochMs, to: EpochMs): Promise<Json[]> {
  const filter = [
    `eventTimestamp ge '${time(from)}'`,
    `eventTimestamp le '${time(to)}'`,
    `resourceProvider eq '${provider}'`,
  ].join(' and ')
  const query = new URLSearchParams({ 'api-version': ACTIVITY_VERSION, $filter: filter })
  const path = `/subscriptions/${encodeURIComponent(id.subscriptionId)}/providers/Microsoft.Insights`
  return plainRows(call, arm, `${path}/eventtypes/management/values?${query.toString()}`)
}
