import type { ActivityRow, EpochMs } from '#lib/contract/index.ts'
import { formatIso, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { decodeRowsWithSchema } from '../../decode/decode.ts'
import { PollFailure } from '../../call/failure.ts'
import { armTextOrNullSchema } from '../../decode/fields.ts'
import { isJsonObject, type ExactJson } from '../../decode/json.ts'
import { removeDuplicates, sortByKey } from '../../sort-keys.ts'
import { fetchListRows } from '../../call/paging.ts'
import { GATEWAY_REPORT_ROLE_ACTIONS } from '../../gateway-reports.ts'
import type { PollInput } from '../../poll-input.ts'
import { advertisedRoutesPollKind } from '../advertised.ts'
import { arpPollKind } from '../arp.ts'
import { effectiveRoutesPollKind } from '../effective.ts'
import { createOkResult, type KindPollResult } from '../kind.ts'
import { learnedRoutesPollKind } from '../learned.ts'
import { peersPollKind } from '../peers/index.ts'
import { summaryPollKind } from '../summary.ts'
import { tablesPollKind } from '../tables.ts'
import { activityEntryFields, renameEntryFields } from './entry.ts'
import { serviceHealthRowSchema } from './service-health.ts'
import { buildResultWithUnreadCount, UnreadRowCounter } from '../../decode/unread-row-counter.ts'
import { createArmRowSchema, getArmMember } from '../../decode/members.ts'

const ACTIVITY_VERSION = '2015-04-01'
const DEFAULT_WINDOW_MS = 15 * MS_PER_MINUTE
/**
 * Length in milliseconds of the pieces in which a long period of the log is read. The pieces are read one after
 * another, so that a poll that fails keeps the pieces before the failure.
 */
const PIECE_MS = 15 * MS_PER_MINUTE

/**
 * Age in milliseconds at which most entries of the log are available. An entry appears 3 to 20 minutes after the
 * operation that it describes.
 */
const MOSTLY_ARRIVED_MS = 10 * MS_PER_MINUTE

/**
 * Operation names, in lower case, by which Peerwatch's own polls appear in the log, for example `getbgppeerstatus`. The
 * name is the segment before `/action`, or before `/read` for circuits. The log has one to three entries for each POST.
 * They are most of the log, and Azure cannot filter them. These operations change nothing, so their entries are also
 * dropped if another client sent them.
 */
const OWN_POLLS: ReadonlySet<string> = new Set(
  [
    ...[
      peersPollKind,
      summaryPollKind,
      arpPollKind,
      learnedRoutesPollKind,
      advertisedRoutesPollKind,
      tablesPollKind,
      effectiveRoutesPollKind,
    ].map(({ actions }) => actions),
    GATEWAY_REPORT_ROLE_ACTIONS,
  ].flatMap((actions) =>
    actions.flatMap((action) => (action.endsWith('/read') ? [] : (action.toLowerCase().split('/').at(-2) ?? []))),
  ),
)

/**
 * Schema of an Activity Log entry. Claims and request bodies are not requested. Source: Azure Monitor REST, Activity
 * Logs - List.
 */
const activityRow = createArmRowSchema({ ...activityEntryFields, caller: armTextOrNullSchema }).transform(
  ({ caller, ...entry }): ActivityRow => ({ ...renameEntryFields(entry), caller }),
)

const SELECTED = [...Object.keys(activityEntryFields), 'caller'].join(',')

/**
 * Returns the value of a member. The log contains some values as plain text and others as `{value, localizedValue}`.
 */
function wordOf(entry: ExactJson, name: string): ExactJson | undefined {
  const word = isJsonObject(entry) ? getArmMember(entry, name) : undefined
  return isJsonObject(word) ? getArmMember(word, 'value') : word
}

function isNotice(entry: ExactJson): boolean {
  const category = wordOf(entry, 'category')
  return typeof category !== 'string' || category.toLowerCase() === 'servicehealth'
}

function isOwnPoll(entry: ExactJson): boolean {
  const value = wordOf(entry, 'operationName')
  if (typeof value !== 'string') return false
  const [verb = '', last = ''] = value.toLowerCase().split('/').toReversed()
  return /^(action|read)$/.test(verb) && OWN_POLLS.has(last)
}

/**
 * Resource provider in the query for Service Health entries. These entries do not name a network resource provider.
 * Azure's portal sends the same query.
 */
const HEALTH_PROVIDER = 'Azure.Health'

/**
 * Returns the changes of a subscription's network resources in a period, with their authors, and the notices of Service
 * Health. If Resource Graph responds, its result contains all writes and deletions, earlier than the log and without
 * Peerwatch's own polls. The log is read in addition, for two reasons: only the log contains other operations, such as
 * a reset, and Resource Graph returns an empty result without an error if a permission is missing. If Resource Graph
 * responds, each part of the log is read only twice: when it is so old that most of its entries are available, and
 * again an hour later. If the period cannot be read to its end, the outcome is `incomplete`, and `readUpTo` is the end
 * of the part that was read. Notices are additional information: if they cannot be read, the result still counts as
 * complete.
 * @throws PollFailure if nothing could be read
 */
export async function readActivity(read: PollInput): Promise<KindPollResult<ActivityRow[]>> {
  const { call, arm, id, params, changes } = read
  const to = params.to ?? call.now()
  const from = params.from ?? to - DEFAULT_WINDOW_MS
  const again = params.again ?? []
  const first = Math.min(from, ...again.map((period) => period.from))
  const changed = await changes.rows({ call, arm, subscriptionId: id.subscriptionId, from: first, to })
  const unread = new UnreadRowCounter()
  if (changed) unread.include(changed.unread)
  const log = await readLog(
    read,
    unread,
    changed === null ? again : again.slice(0, 1),
    changed === null ? { from, to } : { from, to: Math.max(from, to - MOSTLY_ARRIVED_MS) },
  )
  const rows = [...(changed?.rows ?? []), ...log.rows]
  if (log.failure) {
    const { failure, readUpTo } = log
    // a busy log may contain only entries of Peerwatch's own polls, so an empty result is valid if a piece was read
    if (rows.length === 0 && readUpTo === null) throw failure
    const until = readUpTo === null ? 'the log was not read' : `read up to ${formatIso(readUpTo)}`
    const error = { ...failure.error, detail: `${until}, continued with the next poll: ${failure.error.detail}` }
    return { ...createOkResult(inOrder(rows)), outcome: 'incomplete', error, ...(readUpTo !== null && { readUpTo }) }
  }
  const notices = await healthNotices(read, unread, first, to)
  return { ...buildResultWithUnreadCount(inOrder([...rows, ...notices]), unread), readUpTo: to }
}

interface LogPart {
  rows: ActivityRow[]
  /** end of the part of the current period that was read; null = nothing of it was read */
  readUpTo: EpochMs | null
  failure: PollFailure | null
}

/** Reads the earlier periods of the log, then the current period in pieces. Stops at the first failure. */
async function readLog(
  read: PollInput,
  unread: UnreadRowCounter,
  again: readonly { from: EpochMs; to: EpochMs }[],
  { from, to }: { from: EpochMs; to: EpochMs },
): Promise<LogPart> {
  const rows: ActivityRow[] = []
  let readUpTo: EpochMs | null = null
  try {
    for (const period of again) for (const row of await operations(read, unread, period.from, period.to)) rows.push(row)
    for (let start = from; start < to; start += PIECE_MS) {
      const end = Math.min(start + PIECE_MS, to)
      for (const row of await operations(read, unread, start, end)) rows.push(row)
      readUpTo = end
    }
    return { rows, readUpTo, failure: null }
  } catch (error) {
    if (!(error instanceof PollFailure)) throw error
    return { rows: readUpTo === null ? [] : rows, readUpTo, failure: error }
  }
}

const inOrder = (rows: readonly ActivityRow[]): ActivityRow[] =>
  sortByKey(
    removeDuplicates(rows, (row) => row.eventDataId),
    (row) => `${formatIso(row.at)} ${row.eventDataId}`,
  )

/** Returns the operations on network resources in the log, without Peerwatch's own polls. */
async function operations(
  read: PollInput,
  unread: UnreadRowCounter,
  from: EpochMs,
  to: EpochMs,
): Promise<ActivityRow[]> {
  const rows = await entries(read, 'Microsoft.Network', { from, to, select: SELECTED })
  return decodeRowsWithSchema(
    activityRow,
    rows.filter((row) => !isOwnPoll(row)),
    'value',
    unread,
  )
}

async function healthNotices(
  read: PollInput,
  unread: UnreadRowCounter,
  from: EpochMs,
  to: EpochMs,
): Promise<ActivityRow[]> {
  try {
    const found = (await entries(read, HEALTH_PROVIDER, { from, to })).filter(isNotice)
    const own = new UnreadRowCounter()
    const rows = decodeRowsWithSchema(serviceHealthRowSchema, found, 'value', own)
    // if no notice could be decoded, the rows are ignored and not counted as invalid
    if (rows.length > 0) unread.include(own)
    return rows
  } catch {
    // notices are optional, so every error is ignored
    return []
  }
}

async function entries(
  { call, arm, id }: PollInput,
  provider: string,
  { from, to, select }: { from: EpochMs; to: EpochMs; select?: string },
): Promise<ExactJson[]> {
  const filter = [
    `eventTimestamp ge '${formatIso(from)}'`,
    `eventTimestamp le '${formatIso(to)}'`,
    `resourceProvider eq '${provider}'`,
  ].join(' and ')
  const query = new URLSearchParams({
    'api-version': ACTIVITY_VERSION,
    $filter: filter,
    ...(select && { $select: select }),
  })
  const path = `/subscriptions/${encodeURIComponent(id.subscriptionId)}/providers/Microsoft.Insights`
  return fetchListRows(call, arm, `${path}/eventtypes/management/values?${query.toString()}`)
}
