import type { ActivityRow, EpochMs } from '#lib/contract/index.ts'
import { iso, MINUTE } from '#lib/contract/time/time.ts'
import { failureOfError } from '../../call/classify.ts'
import { decodeRows } from '../../decode/decode.ts'
import { PollFailure } from '../../call/failure.ts'
import { textOrNull } from '../../decode/fields.ts'
import { isJsonObject, type Json } from '../../decode/json.ts'
import { distinct, sortedBy } from '../../order.ts'
import { plainRows } from '../../call/paging.ts'
import { REPORT_ACTIONS } from '../../gateway-reports.ts'
import type { Read } from '../../read.ts'
import { advertised } from '../advertised.ts'
import { arp } from '../arp.ts'
import { effective } from '../effective.ts'
import { good, type Result } from '../kind.ts'
import { learned } from '../learned.ts'
import { peers } from '../peers/index.ts'
import { summary } from '../summary.ts'
import { tables } from '../tables.ts'
import { entryFields, entryOf } from './entry.ts'
import { serviceHealthRow } from './service-health.ts'
import { partly, Unread } from '../../decode/unread.ts'
import { armRow, member } from '../../decode/members.ts'

const ACTIVITY_VERSION = '2015-04-01'
const DEFAULT_WINDOW_MS = 15 * MINUTE
/** Read to its end before the next: what a poll that ends early has read of a busy log stays read. */
const PIECE_MS = 15 * MINUTE

/** Entries of the log arrive 3 to 20 minutes after the fact, mostly within this. */
const MOSTLY_ARRIVED_MS = 10 * MINUTE

/**
 * What our own polls are called in the log, by the last name before `/action`, or `/read` as circuits have it; lower case. The log lists them as
 * operations: one to three entries for each POST, most of all that it holds, and the server can't leave them out. They change nothing, whoever
 * sent them.
 */
const OWN_POLLS: ReadonlySet<string> = new Set(
  [
    ...[peers, summary, arp, learned, advertised, tables, effective].map(({ actions }) => actions),
    REPORT_ACTIONS,
  ].flatMap((actions) =>
    actions.flatMap((action) => (action.endsWith('/read') ? [] : (action.toLowerCase().split('/').at(-2) ?? []))),
  ),
)

/** An Activity Log entry; claims and request bodies are never asked for. Source: Azure Monitor REST, Activity Logs - List. */
const activityRow = armRow({ ...entryFields, caller: textOrNull }).transform(
  ({ caller, ...entry }): ActivityRow => ({ ...entryOf(entry), caller }),
)

const SELECTED = [...Object.keys(entryFields), 'caller'].join(',')

/** A member that the log wraps as `{value, localizedValue}`. */
function wordOf(entry: Json, name: string): Json | undefined {
  const word = isJsonObject(entry) ? member(entry, name) : undefined
  return isJsonObject(word) ? member(word, 'value') : word
}

function isNotice(entry: Json): boolean {
  const category = wordOf(entry, 'category')
  return typeof category !== 'string' || category.toLowerCase() === 'servicehealth'
}

function isOwnPoll(entry: Json): boolean {
  const value = wordOf(entry, 'operationName')
  if (typeof value !== 'string') return false
  const [verb = '', last = ''] = value.toLowerCase().split('/').toReversed()
  return /^(action|read)$/.test(verb) && OWN_POLLS.has(last)
}

/** Entries of Service Health name no resource provider of the network; Azure's own portal finds them by this one. */
const HEALTH_PROVIDER = 'Azure.Health'

/**
 * Who changed the subscription's network resources in the window, and the notices of Service Health. Notices are additional
 * evidence: where they can't be read, the log is complete without them. A window that can't be read to its end is `incomplete`, with
 * what was read of it from its beginning on; `readUpTo` says how far that is.
 *
 * Where Resource Graph answers, it has all that was written or deleted, sooner than the log and without our own polls. What it lacks, such as
 * a reset, stands in the log alone, and so would everything where it answers with nothing for want of a right: the log is read beside it, each
 * moment when most of its entries have arrived, and once more an hour later.
 * @throws PollFailure if nothing could be read
 */
export async function readActivity(read: Read): Promise<Result<ActivityRow[]>> {
  const { call, arm, id, params, changes } = read
  const to = params.to ?? call.now()
  const from = params.from ?? to - DEFAULT_WINDOW_MS
  const again = params.again ?? []
  const first = Math.min(from, ...again.map((period) => period.from))
  const changed = await changes.rows({ call, arm, subscriptionId: id.subscriptionId, from: first, to })
  const unread = new Unread()
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
    // our own polls may be all that a busy log has: what was read of it stays read
    if (rows.length === 0 && readUpTo === null) throw failure
    const until = readUpTo === null ? 'the log was not read' : `read up to ${iso(readUpTo)}`
    const error = { ...failure.error, detail: `${until}, continued with the next poll: ${failure.error.detail}` }
    return { ...good(inOrder(rows)), outcome: 'incomplete', error, ...(readUpTo !== null && { readUpTo }) }
  }
  const notices = await healthNotices(read, unread, first, to)
  return { ...partly(inOrder([...rows, ...notices]), unread), readUpTo: to }
}

interface LogPart {
  rows: ActivityRow[]
  /** null = nothing of the window */
  readUpTo: EpochMs | null
  failure: PollFailure | null
}

/** The log of earlier periods, then of the window in pieces, up to what could not be read. */
async function readLog(
  read: Read,
  unread: Unread,
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
  sortedBy(
    distinct(rows, (row) => row.eventDataId),
    (row) => `${iso(row.at)} ${row.eventDataId}`,
  )

/** What was done to network resources, our own polls left out. */
async function operations(read: Read, unread: Unread, from: EpochMs, to: EpochMs): Promise<ActivityRow[]> {
  const rows = await entries(read, 'Microsoft.Network', { from, to, select: SELECTED })
  return decodeRows(
    activityRow,
    rows.filter((row) => !isOwnPoll(row)),
    'value',
    unread,
  )
}

async function healthNotices(read: Read, unread: Unread, from: EpochMs, to: EpochMs): Promise<ActivityRow[]> {
  try {
    const found = (await entries(read, HEALTH_PROVIDER, { from, to })).filter(isNotice)
    const own = new Unread()
    const rows = decodeRows(serviceHealthRow, found, 'value', own)
    // of notices that are none at all nothing is missed
    if (rows.length > 0) unread.include(own)
    return rows
  } catch (error) {
    // throws on what is no failure of Azure's
    failureOfError(error, read.call)
    return []
  }
}

async function entries(
  { call, arm, id }: Read,
  provider: string,
  { from, to, select }: { from: EpochMs; to: EpochMs; select?: string },
): Promise<Json[]> {
  const filter = [
    `eventTimestamp ge '${iso(from)}'`,
    `eventTimestamp le '${iso(to)}'`,
    `resourceProvider eq '${provider}'`,
  ].join(' and ')
  const query = new URLSearchParams({
    'api-version': ACTIVITY_VERSION,
    $filter: filter,
    ...(select && { $select: select }),
  })
  const path = `/subscriptions/${encodeURIComponent(id.subscriptionId)}/providers/Microsoft.Insights`
  return plainRows(call, arm, `${path}/eventtypes/management/values?${query.toString()}`)
}
