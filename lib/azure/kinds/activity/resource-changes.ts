import { type ActivityRow, type EpochMs, RESOURCE_CHANGE_CATEGORY } from '#lib/contract/index.ts'
import type { ArmClient } from '../../call/arm.ts'
import type { AzurePollContext } from '../../call/call.ts'
import { requireJsonArray, parseResponseBody, decodeRowsWithSchema, requireBodyObject } from '../../decode/decode.ts'
import { createMalformedFailure } from '../../call/failure.ts'
import { armInstantSchema, armTextSchema, armTextOrNullSchema } from '../../decode/fields.ts'
import type { ExactJson } from '../../decode/json.ts'
import { sendThroughSdk } from '../../call/send-request.ts'
import { createArmRowSchema, getArmMember } from '../../decode/members.ts'
import { UnreadRowCounter } from '../../decode/unread-row-counter.ts'

const GRAPH_VERSION = '2022-10-01'
/** Path of queries to Resource Graph, with the API version. */
export const RESOURCE_GRAPH_PATH = `/providers/Microsoft.ResourceGraph/resources?api-version=${GRAPH_VERSION}`
/** Maximum number of rows that Resource Graph returns in one page. */
const PAGE_ROWS = 1_000
/**
 * Maximum number of pages. A subscription's network changes only a few times a day, so a higher number of pages means
 * that the links to the next page form a loop.
 */
const MAX_PAGES = 100

/**
 * Schema of a change with its author. The values before and after the change are not requested. Source: Azure Resource
 * Graph, "Get resource changes", properties of a change.
 */
const changeRow = createArmRowSchema({
  id: armTextSchema,
  subscriptionId: armTextSchema,
  target: armTextSchema,
  at: armInstantSchema,
  operation: armTextOrNullSchema,
  changedBy: armTextOrNullSchema,
  correlationId: armTextOrNullSchema,
}).transform(({ id, target, changedBy, ...row }) => ({
  ...row,
  eventDataId: id,
  resourceId: target,
  caller: changedBy,
}))

interface ChangesAnswer {
  /** each row with the ID of its subscription in lower case */
  rows: { subscriptionId: string; row: ActivityRow }[]
  /** counts rows that could not be decoded */
  unread: UnreadRowCounter
  /**
   * the number of queries that the identity may still send in the current quota period, and the milliseconds until this
   * period ends; null = the response did not contain them
   */
  quota: { left: number; resetsInMs: number } | null
}

/**
 * Returns the changes of network resources in the given subscriptions within a period, with their authors. They are
 * read from Resource Graph's table `resourcechanges`, which contains the last 14 days. The table has no entries for
 * POST requests, so it contains neither Peerwatch's own polls nor resets by users. Changes without an author, which
 * Azure itself made, are left out (ADR 0133).
 * @throws PollFailure
 */
export async function fetchResourceChanges(
  { call, arm }: { call: AzurePollContext; arm: ArmClient },
  subscriptions: readonly string[],
  { from, to }: { from: EpochMs; to: EpochMs },
): Promise<ChangesAnswer> {
  const found: ExactJson[] = []
  let quota: ChangesAnswer['quota'] = null
  let skipToken: string | undefined
  for (let page = 0; page === 0 || skipToken !== undefined; page++) {
    if (page === MAX_PAGES)
      throw createMalformedFailure(`the changes have more than ${MAX_PAGES} pages`, 'LOOPING_LINK')
    const options = { resultFormat: 'objectArray', $top: PAGE_ROWS, ...(skipToken && { $skipToken: skipToken }) }
    const question = { subscriptions: [...subscriptions], query: queryOf(from, to), options }
    const answer = await sendThroughSdk(call, () => arm.post(RESOURCE_GRAPH_PATH, question))
    const body = requireBodyObject(parseResponseBody(answer))
    found.push(...requireJsonArray(getArmMember(body, 'data'), 'data'))
    quota = quotaOf(answer.header)
    const token = getArmMember(body, '$skipToken')
    skipToken = typeof token === 'string' && token !== '' ? token : undefined
    if (getArmMember(body, 'resultTruncated') === 'true' && skipToken === undefined) {
      throw createMalformedFailure('the changes were cut short, and name no further page', 'TRUNCATED')
    }
  }
  const unread = new UnreadRowCounter()
  const rows = decodeRowsWithSchema(ofSubscriptions(subscriptions), found, 'data', unread).flatMap(
    ({ subscriptionId, operation, caller, ...change }) => {
      if (operation === null || caller === null || isUnspecified(caller)) return []
      const row = {
        ...change,
        operation,
        caller,
        submittedAt: null,
        status: 'Succeeded',
        category: RESOURCE_CHANGE_CATEGORY,
      }
      return [{ subscriptionId: subscriptionId.toLowerCase(), row }]
    },
  )
  if (rows.length === 0 && unread.hasUnreadRows) throw unread.failure(true)
  return { rows, unread, quota }
}

/** Defines the schema of a row. A row is invalid if its subscription was not requested. */
function ofSubscriptions(subscriptions: readonly string[]) {
  const asked = new Set(subscriptions.map((id) => id.toLowerCase()))
  return changeRow.refine(({ subscriptionId }) => asked.has(subscriptionId.toLowerCase()), {
    path: ['subscriptionId'],
    message: 'expected a subscription that was asked about',
  })
}

/**
 * Builds the query. It renames the columns to the names in the schema. It includes `id`, because Resource Graph needs
 * this column for paging.
 */
function queryOf(from: EpochMs, to: EpochMs): string {
  const time = (at: EpochMs) => `datetime(${new Date(at).toISOString()})`
  return [
    'resourcechanges',
    'extend at = todatetime(properties.changeAttributes.timestamp), target = tostring(properties.targetResourceId)',
    `where at >= ${time(from)} and at <= ${time(to)}`,
    "where tostring(properties.targetResourceType) startswith 'microsoft.network/'",
    [
      'project id, subscriptionId, target, at',
      'operation = tostring(properties.changeAttributes.operation)',
      'changedBy = tostring(properties.changeAttributes.changedBy)',
      'correlationId = tostring(properties.changeAttributes.correlationId)',
    ].join(', '),
    'order by id asc',
  ].join(' | ')
}

const isUnspecified = (name: string): boolean => /^unspecified$/i.test(name)

/**
 * Reads the remaining quota from the response headers; null if they are missing. Source: "Guidance for throttled
 * requests in Azure Resource Graph".
 */
function quotaOf(header: (name: string) => string | undefined): ChangesAnswer['quota'] {
  const left = header('x-ms-user-quota-remaining')
  const [, hours, minutes, seconds] = /^(\d+):(\d\d):(\d\d)/.exec(header('x-ms-user-quota-resets-after') ?? '') ?? []
  if (left === undefined || !/^\d+$/.test(left) || seconds === undefined) return null
  return { left: Number(left), resetsInMs: ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000 }
}
