import { type EpochMs, parseHubConnectionName, type PollKind } from '#lib/contract/index.ts'
import { type DetectionContext, ensureResourceState } from '../../model/context.ts'
import type { DetectionRecheckTime } from '../../model/recheck.ts'
import { formatPollKey } from '../../model/subject.ts'
import {
  type FreshnessState,
  judgeFreshness,
  isFreshnessUsable,
  computeIntervalStaleAgeMs,
} from '../../verdict/index.ts'

/** A polled source whose last successful poll is used by a rule: a resource, a part of it and a kind of poll. */
export interface PolledSourceKey {
  scope: string
  /** part of the resource that is polled; '' = the whole gateway or circuit */
  subresource: string
  kind: PollKind
}

interface LastAnswer {
  /**
   * freshness by the age of the last successful poll. The age grows while polls are refused, fail, are missing or late.
   */
  state: FreshnessState
  /** begin of the last poll that was completely good (read all rows); null = no such poll, or it is not known */
  at: EpochMs | null
}

/**
 * Returns the freshness and the time of the last successful poll of a source. If a source was not polled recently, its
 * data may have changed, and a missing row may exist. Therefore a rule must call this function first if it combines
 * several sources, or if it concludes something from a missing row (a path, a session, a prefix).
 */
export function getSourceFreshness(
  context: DetectionContext,
  { scope, subresource, kind }: PolledSourceKey,
): LastAnswer {
  const now = context.mark.finishedAt
  const polled = context.lastGoodPolls?.[formatPollKey(scope, subresource, kind)]
  const failing = ensureResourceState(context, scope).failing[`${subresource} ${kind}`]
  // An operator paused the polls of this source, so its last poll never counts as fresh, however recent it is.
  if (failing?.paused) return { state: 'stale', at: failing.lastGoodAt }
  // Polls are evaluated only approximately in the order in which they ended. Therefore the last poll of another source
  // may be later than the current poll; it then counts as fresh.
  if (polled)
    return { state: judgeFreshness(Math.max(now, polled.readAt), polled.readAt, polled.everyMs), at: polled.at }
  if (!failing) return { state: 'fresh', at: null }
  return { state: judgeFreshness(now, failing.lastGoodAt, failing.everyMs), at: failing.lastGoodAt }
}

/**
 * Returns the last successful polls of the routes of hub gateways' connections; `at` is the start of the poll (null =
 * not known).
 */
export const listHubConnectionPolls = ({
  lastGoodPolls = {},
}: DetectionContext): { gateway: string; connection: string; at: EpochMs | null }[] =>
  Object.entries(lastGoodPolls).flatMap(([key, { at }]) => {
    const [gateway = '', ...rest] = key.split(' ')
    const connection = rest.at(-1) === 'learned' ? parseHubConnectionName(rest.slice(0, -1).join(' ')) : null
    return connection === null ? [] : [{ gateway, connection, at }]
  })

/**
 * Reports whether the inventory of a subscription of the group was last read before the given time, so that it may not
 * show a change that caused an event; false if no poll of an inventory is known.
 */
export const isInventoryUnread = ({ lastGoodPolls = {} }: DetectionContext, since: EpochMs): boolean =>
  Object.entries(lastGoodPolls).some(([key, { readAt }]) => key.endsWith(' inventory') && readAt < since)

/** Reports whether the last successful poll of a source is too old to be used. */
export const isLastPollStale = (context: DetectionContext, source: PolledSourceKey): boolean =>
  !isFreshnessUsable(getSourceFreshness(context, source).state)

/**
 * Reports whether the last successful poll of a source is older than expected, so that a poll is late, failed or stale.
 */
export const isLastPollLate = (context: DetectionContext, source: PolledSourceKey): boolean =>
  getSourceFreshness(context, source).state !== 'fresh'

/**
 * Reports whether a poll of the source that read all rows began at or after the given time; false if no such poll is
 * known.
 */
export const isSourceReadSince = (context: DetectionContext, source: PolledSourceKey, since: EpochMs): boolean =>
  (getSourceFreshness(context, source).at ?? Number.NEGATIVE_INFINITY) >= since

/**
 * Returns the time at which the data of a source becomes stale if no further poll succeeds; null = it is already stale,
 * or no successful poll is known.
 */
export function getTimeOfBecomingStale(
  context: DetectionContext,
  { scope, subresource, kind }: PolledSourceKey,
): DetectionRecheckTime {
  const polled = context.lastGoodPolls?.[formatPollKey(scope, subresource, kind)]
  const failing = ensureResourceState(context, scope).failing[`${subresource} ${kind}`]
  const [at, everyMs] = polled ? [polled.readAt, polled.everyMs] : [failing?.lastGoodAt ?? null, failing?.everyMs ?? 0]
  const turn = at === null ? null : at + computeIntervalStaleAgeMs(everyMs) + 1
  return turn !== null && turn > context.mark.finishedAt ? turn : null
}
