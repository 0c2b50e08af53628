import type { EpochMs, PollKind } from '#lib/contract/index.ts'
import { type FoldContext, scopeOf } from '../../model/context.ts'
import type { RecheckAt } from '../../model/recheck.ts'
import { polledKey } from '../../model/subject.ts'
import { type FreshnessState, freshnessAt, isUsable, staleAfterIntervalMs } from '../../verdict/index.ts'

/** A kind of a source, of which something is concluded. */
export interface AnsweredSource {
  scope: string
  /** '' = all of a gateway or circuit */
  subresource: string
  kind: PollKind
}

interface LastAnswer {
  /** by how old it is: whatever was refused, failed, not polled or late since makes it older */
  state: FreshnessState
  /** begin of the last poll that was good as a whole; null = there was none, or it is not known */
  at: EpochMs | null
}

/**
 * What a source answered last, as old as it is. Whatever is concluded from several sources, and whatever is concluded from what is missing
 * (a path, a session, a prefix, an end), asks here first: what was not asked meanwhile is not absent, and not as it was either.
 */
export function lastAnswer(context: FoldContext, { scope, subresource, kind }: AnsweredSource): LastAnswer {
  const now = context.mark.finishedAt
  const polled = context.lastGoodPolls?.[polledKey(scope, subresource, kind)]
  const failing = scopeOf(context, scope).failing[`${subresource} ${kind}`]
  // who paused it vouches for nothing any more, however young it is
  if (failing?.paused) return { state: 'stale', at: failing.lastGoodAt }
  // polls are recorded in the order in which they end, or nearly so: one of after this one is no older than it
  if (polled) return { state: freshnessAt(Math.max(now, polled.readAt), polled.readAt, polled.everyMs), at: polled.at }
  if (!failing) return { state: 'fresh', at: null }
  return { state: freshnessAt(now, failing.lastGoodAt, failing.everyMs), at: failing.lastGoodAt }
}

/** What it answered last is too old to rely on. */
export const isStale = (context: FoldContext, source: AnsweredSource): boolean =>
  !isUsable(lastAnswer(context, source).state)

/** It may have changed since, by more than what lies between two polls. */
export const isLate = (context: FoldContext, source: AnsweredSource): boolean =>
  lastAnswer(context, source).state !== 'fresh'

/** It was asked since a moment, and answered in full; what was never read is not waited for. */
export const isReadSince = (context: FoldContext, source: AnsweredSource, since: EpochMs): boolean =>
  (lastAnswer(context, source).at ?? Number.NEGATIVE_INFINITY) >= since

/** When it turns stale unless it answers before; null = it is stale, or nothing is known of it. */
export function staleFrom(context: FoldContext, { scope, subresource, kind }: AnsweredSource): RecheckAt {
  const polled = context.lastGoodPolls?.[polledKey(scope, subresource, kind)]
  const failing = scopeOf(context, scope).failing[`${subresource} ${kind}`]
  const [at, everyMs] = polled ? [polled.readAt, polled.everyMs] : [failing?.lastGoodAt ?? null, failing?.everyMs ?? 0]
  const turn = at === null ? null : at + staleAfterIntervalMs(everyMs) + 1
  return turn !== null && turn > context.mark.finishedAt ? turn : null
}
