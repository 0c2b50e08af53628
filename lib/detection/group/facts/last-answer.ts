import type { EpochMs, PollKind } from '#lib/contract/index.ts'
import { type FoldContext, scopeOf } from '../../model/context.ts'
import type { RecheckAt } from '../../model/recheck.ts'
import { polledKey } from '../../model/subject.ts'
import { type FreshnessState, freshnessAt, isUsable, staleAfterIntervalMs } from '../../verdict/index.ts'

/** A kind of poll of a resource from which a rule draws a conclusion. */
export interface AnsweredSource {
  scope: string
  /** part of the resource that is polled; '' = the whole gateway or circuit */
  subresource: string
  kind: PollKind
}

interface LastAnswer {
  /** freshness by the age of the last good answer; a refused, failed, missing or late poll makes the answer older */
  state: FreshnessState
  /** begin of the last poll that was completely good; null = no such poll, or it is not known */
  at: EpochMs | null
}

/**
 * Returns the last answer of a source and its age. Every rule that combines several sources, or that concludes
 * something from a missing row (a path, a session, a prefix, an end), must call this first, because data that was not
 * polled meanwhile is neither absent nor unchanged.
 */
export function getLastAnswer(context: FoldContext, { scope, subresource, kind }: AnsweredSource): LastAnswer {
  const now = context.mark.finishedAt
  const polled = context.lastGoodPolls?.[polledKey(scope, subresource, kind)]
  const failing = scopeOf(context, scope).failing[`${subresource} ${kind}`]
  // the last answer of a paused source is never valid, however recent it is
  if (failing?.paused) return { state: 'stale', at: failing.lastGoodAt }
  // polls are recorded approximately in the order in which they end, so that a poll that was read after the current
  // poll counts as fresh
  if (polled) return { state: freshnessAt(Math.max(now, polled.readAt), polled.readAt, polled.everyMs), at: polled.at }
  if (!failing) return { state: 'fresh', at: null }
  return { state: freshnessAt(now, failing.lastGoodAt, failing.everyMs), at: failing.lastGoodAt }
}

/** Reports whether the last answer of a source is too old to rely on. */
export const isStale = (context: FoldContext, source: AnsweredSource): boolean =>
  !isUsable(getLastAnswer(context, source).state)

/** Reports whether the last answer of a source is older than the usual time between two polls. */
export const isLate = (context: FoldContext, source: AnsweredSource): boolean =>
  getLastAnswer(context, source).state !== 'fresh'

/** Reports whether a source was polled completely since the given time; false for a source that was never read. */
export const isReadSince = (context: FoldContext, source: AnsweredSource, since: EpochMs): boolean =>
  (getLastAnswer(context, source).at ?? Number.NEGATIVE_INFINITY) >= since

/**
 * Returns when the last answer of a source becomes stale unless it is polled before; null = it is already stale, or has
 * no known answer.
 */
export function getStaleTime(context: FoldContext, { scope, subresource, kind }: AnsweredSource): RecheckAt {
  const polled = context.lastGoodPolls?.[polledKey(scope, subresource, kind)]
  const failing = scopeOf(context, scope).failing[`${subresource} ${kind}`]
  const [at, everyMs] = polled ? [polled.readAt, polled.everyMs] : [failing?.lastGoodAt ?? null, failing?.everyMs ?? 0]
  const turn = at === null ? null : at + staleAfterIntervalMs(everyMs) + 1
  return turn !== null && turn > context.mark.finishedAt ? turn : null
}
