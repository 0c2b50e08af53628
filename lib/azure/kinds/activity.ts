import { z } from 'zod'
import type { ActivityRow } from '#lib/contract/index.ts'
import { decodeRows } from '../decode.ts'
import { instant, instantOrNull, text, textOrNull, wrappedText } from '../fields.ts'
import { distinct, sortedBy } from '../order.ts'
import { plainRows } from '../paging.ts'
import type { Read } from '../read.ts'

const ACTIVITY_VERSION = '2015-04-01'
const DEFAULT_WINDOW_MS = 15 * 60_000

/** Our own polls stand in the customer's log as operations. Compared in lower case, by the end of the name. */
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
export const activityRow = z
  .object({
    eventDataId: text,
    correlationId: textOrNull,
    eventTimestamp: instant,
    submissionTimestamp: instantOrNull,
    operationName: wrappedText,
    status: wrappedText,
    resourceId: textOrNull,
    caller: textOrNull,
    category: wrappedText,
  })
  .transform(
    ({ eventTimestamp, submissionTimestamp, operationName, resourceId, ...row }): ActivityRow => ({
      ...row,
      resourceId: resourceId ?? '',
      at: eventTimestamp,
      submittedAt: submissionTimestamp,
      operation: operationName,
    }),
  )

export function isOwnPoll({ operation }: ActivityRow): boolean {
  const name = operation.toLowerCase()
  return OWN_POLLS.some((own) => name.endsWith(own))
}

/** What was done to the subscription's network resources in the window. */
export async function readActivity({ call, arm, id, params }: Read): Promise<ActivityRow[]> {
  const to = params.to ?? call.now()
  const from = params.from ?? to - DEFAULT_WINDOW_MS
  const time = (at: number) => new Date(at).toISOString()
  const filter = [
    `eventTimestamp ge '${time(from)}'`,
    `eventTimestamp le '${time(to)}'`,
    `resourceProvider eq 'Microsoft.Network'`,
  ].join(' and ')
  const query = new URLSearchParams({ 'api-version': ACTIVITY_VERSION, $filter: filter })
  const path = `/subscriptions/${encodeURIComponent(id.subscriptionId)}/providers/Microsoft.Insights`
  const rows = await plainRows(call, arm, `${path}/eventtypes/management/values?${query.toString()}`)
  const entries = decodeRows(activityRow, rows).filter((row) => !isOwnPoll(row))
  const single = distinct(entries, (row) => row.eventDataId)
  return sortedBy(single, (row) => `${time(row.at)} ${row.eventDataId}`)
}
