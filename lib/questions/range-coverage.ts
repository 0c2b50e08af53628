import { type EpochMs, parsePeeringType, type PollKind, type UnpolledIntervalToEncode } from '#lib/contract/index.ts'
import {
  readPollCoverageOfMoment,
  listSources,
  type ResourceIdFilter,
  type SourceRef,
  type SourceStatus,
  readUncoveredTimes,
} from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { getLastGoodTime, buildFreshnessFields, pickPollsOfKinds, readSources } from './freshness.ts'
import { type ReadableDatabase, getSqlExecutor } from './db.ts'
import { resolveRangeWithinHistory } from './retention.ts'

export interface PollCoverageOfRange {
  covered: boolean
  uncovered: UnpolledIntervalToEncode[]
  /**
   * Only in responses about a past time. True = all polls around that time were recorded, so that no later poll can
   * change the response
   */
  settled?: boolean
}

/**
 * Reports whether successful polls of these kinds cover a moment for every source (polled table) in scope; false if
 * there is no source. Also returns, for each source that is not covered, the uncovered time around the moment. Sources
 * that were polled for the first time after the moment, or that were retired before it, are ignored.
 */
export async function readPollCoverageAtMoment(
  db: SqlExecutor,
  query: { scope?: string | undefined; kinds: readonly PollKind[]; at: EpochMs; now: EpochMs },
): Promise<PollCoverageOfRange> {
  const { scope, kinds, at, now } = query
  const sources = (await listSources(db, { scope })).filter(({ poll }) => kinds.includes(poll.kind))
  const retired = retiredSince(sources)
  const moments = ofThen(
    [...(await readPollCoverageOfMoment(db, { scope, kinds, at, now }))],
    ([, { polled }]) => polled,
  )
  const uncovered: UnpolledIntervalToEncode[] = []
  for (const [key, moment] of moments) {
    if (moment.covered) continue
    const { from, to, outcome } = moment.gap ?? { from: at, to: at, outcome: 'not_polled' as const }
    if (from >= (retired.get(key) ?? Number.POSITIVE_INFINITY)) continue
    uncovered.push({ ...placeOf(moment), kind: moment.kind, from, to: to ?? Math.max(now, at), outcome })
  }
  return { covered: moments.length > 0 && uncovered.length === 0, uncovered, settled: isSettled(sources, at) }
}

/**
 * Returns the items of sources that were already polled at a moment. A source that was found later has no gap before.
 * If no source was polled at the moment, all items are returned.
 */
function ofThen<One>(all: One[], isPolled: (one: One) => boolean): One[] {
  const polled = all.filter(isPolled)
  return polled.length > 0 ? polled : all
}

/**
 * Reports whether no later poll can change the response about a moment. A poll reads the state at the time of its
 * start. Therefore each source must have been read by a poll that started at the moment or later. Sources that are no
 * longer polled are ignored.
 */
const isSettled = (sources: readonly SourceStatus[], at: EpochMs) =>
  sources.every(({ scheduled, poll }) => !scheduled || at <= (poll.lastReadAt ?? Number.NEGATIVE_INFINITY))

interface Range {
  from: EpochMs
  to: EpochMs
  now: EpochMs
  /** status of all sources in scope, if the caller already read it; absent = it is read here */
  sources?: readonly SourceStatus[] | undefined
}

interface Place {
  kinds: readonly PollKind[]
  /** selects the sources to check; absent = all sources of these kinds */
  of?: ((source: SourceRef) => boolean) | undefined
}

/**
 * Returns the parts of a time range for which some source of these kinds in scope has no successful poll, with the
 * source of each part.
 */
export const readCoverageBetween = async (
  db: SqlExecutor,
  { scope, kinds, of, ...range }: Place & Range & { scope?: string | undefined },
): Promise<PollCoverageOfRange> => coveredIn(await coverageOf(db, scope, kinds, range), { kinds, of })

/**
 * Returns the coverage of several resources with as few SQL statements as for one resource.
 * @param places.scope short id of the resource
 */
export async function readCoverageOfResources(
  db: SqlExecutor,
  places: readonly (Place & { scope: string })[],
  range: Range,
): Promise<PollCoverageOfRange[]> {
  const scopes = [...new Set(places.map(({ scope }) => scope))]
  const read = await coverageOf(db, scopes, [...new Set(places.flatMap(({ kinds }) => kinds))], range)
  return places.map(({ scope, kinds, of: isOf = () => true }) =>
    coveredIn(read, { kinds, of: (source) => source.scope === scope && isOf(source) }),
  )
}

async function coverageOf(
  db: SqlExecutor,
  scope: ResourceIdFilter,
  kinds: readonly PollKind[],
  { from, now, ...range }: Range,
) {
  const to = Math.min(range.to, now)
  const sources = range.sources ?? (await listSources(db, { scope }))
  return { to, sources, times: from < to ? await readUncoveredTimes(db, { scope, kinds, from, to }) : [] }
}

function coveredIn(
  read: Awaited<ReturnType<typeof coverageOf>>,
  { kinds, of: isOf = () => true }: Place,
): PollCoverageOfRange {
  const sources = read.sources.filter((one) => kinds.includes(one.poll.kind) && isOf(one))
  const retired = retiredSince(sources)
  const uncovered = ofThen(
    read.times.filter((time) => kinds.includes(time.kind) && isOf(time)),
    ({ polled }) => polled,
  )
    .filter((time) => time.from < (retired.get(`${time.sourceId}/${time.kind}`) ?? Number.POSITIVE_INFINITY))
    .map(({ kind, from, to, outcome, ...time }) => ({ ...placeOf(time), kind, from, to, outcome }))
  const covered = sources.some(({ poll }) => getLastGoodTime(poll) !== null) && uncovered.length === 0
  return { covered, uncovered, settled: isSettled(sources, read.to) }
}

function placeOf({ scope, scopeName, peering, path }: Pick<SourceRef, 'scope' | 'scopeName' | 'peering' | 'path'>) {
  const type = parsePeeringType(peering)
  return { scope, scopeName, ...(type && { peering: type }), ...(path && { path }) }
}

/**
 * Returns the end of the last successful poll for each source that is no longer polled. The time after it does not
 * count as a gap. The key is `sourceId/kind`.
 */
function retiredSince(sources: readonly SourceStatus[]): Map<string, EpochMs> {
  const retired = sources.filter(({ scheduled }) => !scheduled)
  return new Map(retired.map(({ sourceId, poll }) => [`${sourceId}/${poll.kind}`, getLastGoodTime(poll) ?? 0]))
}

interface RangeRequest {
  parameters: Parameters<typeof resolveRangeWithinHistory>[0]
  /** length of the range in milliseconds, if the request does not contain the start of the range */
  lasting: number
  /** short id of the resource; absent = the whole estate */
  scope?: string | undefined
  kinds: readonly PollKind[]
  /** selects the sources; absent = all sources of these kinds */
  of?: (source: SourceRef) => boolean
  now: EpochMs
}

/**
 * Returns the requested time range and two functions that build the response. `answer` adds the freshness of the polls
 * of `kinds` and the parts of the range without a successful poll. `page` does the same and adds the cursor of the next
 * page.
 * @throws InvalidRequestError as {@link resolveRangeWithinHistory}
 */
export function createRangeResponse(
  db: ReadableDatabase,
  { parameters, lasting, scope, kinds, of, now }: RangeRequest,
) {
  const q = getSqlExecutor(db)
  const { from, to, cursor, wrap } = resolveRangeWithinHistory(parameters, now, lasting)
  const answer = async <Data>(data: Data, known?: readonly SourceStatus[]) => ({
    data,
    ...buildFreshnessFields(pickPollsOfKinds(known ?? (await readSources(q, scope)), kinds, of), now),
    ...(await readCoverageBetween(q, { scope, kinds, from, to, now, ...(of && { of }) })),
  })
  const page = async <Row, View>(read: { rows: readonly Row[]; nextCursor: string | null }, views: View[]) => ({
    ...(await answer(views)),
    nextCursor: wrap(read.nextCursor),
  })
  return { q, range: { scope, from, to, cursor }, answer, page }
}
