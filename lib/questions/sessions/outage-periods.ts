import { commonSpans } from '#lib/contract/time/spans.ts'
import type { EventKind, PollKind } from '#lib/contract/index.ts'
import type { PeriodOutage } from '#lib/detection/index.ts'
import {
  type expectedMaintenance,
  listEvents,
  type Period,
  type SourceStatus,
  type StoredEvent,
} from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { unseenByScope as timesUnseen } from '../store/index.ts'

/** An outage that goes on may have begun so long before the month. */
const BEFORE_MS = 92 * 24 * 60 * 60_000
const PAGE = 1_000

/** When work on the whole of a resource was announced: that on one path of a circuit is none of the circuit. */
export const workOn = (id: string, windows: Awaited<ReturnType<typeof expectedMaintenance>>): Period[] =>
  windows
    .filter(({ scopes, paths }) => (scopes.length === 0 || scopes.includes(id)) && paths.length !== 1)
    .map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to) }))

export const outageOf = ({ started, ended, causes }: StoredEvent): PeriodOutage => ({
  started,
  ended,
  owner: causes[0]?.owner ?? 'unknown',
})

/** Events of some kinds that may touch the period. */
export async function outagesIn(
  q: Queryable,
  { from, to }: Period,
  kinds: readonly EventKind[],
): Promise<StoredEvent[]> {
  const all: StoredEvent[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await listEvents(q, { kinds, from: from - BEFORE_MS, to, limit: PAGE, cursor })
    all.push(...page.rows.filter(({ ended }) => ended === null || ended.latest > from))
    if (page.nextCursor === null) return all
    cursor = page.nextCursor
  }
}

/**
 * Times in which no poll of a kind saw a resource: while one path of a circuit is seen to be up, the circuit is. One that is not polled
 * has no entry.
 * @param statuses of all sources
 */
export async function unseenSpansByScope(
  q: Queryable,
  { from, to }: Period,
  kind: PollKind,
  statuses: readonly SourceStatus[],
): Promise<Map<string, readonly Period[]>> {
  if (from >= to) return new Map()
  const polls = statuses.filter(({ poll, scheduled }) => poll.kind === kind && scheduled)
  return timesUnseen(q, { kind, sources: polls.map(({ sourceId }) => sourceId), from, to })
}

/** Times in which no poll of any session succeeded. */
export async function unseenSessions(
  q: Queryable,
  range: Period,
  sources: readonly SourceStatus[],
): Promise<readonly Period[]> {
  const peers = await unseenSpansByScope(q, range, 'peers', sources)
  const summaries = await unseenSpansByScope(q, range, 'summary', sources)
  return unseenByAll(range, [...peers.values(), ...summaries.values()])
}

/** What none of several polls saw of a period. Without a poll nothing was seen. */
export function unseenByAll(period: Period, unseen: readonly (readonly Period[])[]): readonly Period[] {
  const [first = [period], ...others] = unseen
  return others.reduce(commonSpans, first)
}
