import { type TimestampBounds, isCompletedChange } from '#lib/contract/index.ts'
import type { ActivityEntry, ConfigChangeRow } from '#lib/history/index.ts'

/**
 * Time window around a change in which an Activity Log entry can explain it, in ms. BEFORE_MS: an entry may be dated
 * earlier than the earliest possible time of the change by at most this time. AFTER_MS: an entry may be dated later
 * than the poll that shows the change by at most this time.
 */
const BEFORE_MS = 15 * 60_000
const AFTER_MS = 60_000

/**
 * Returns the earliest and latest time of an Activity Log entry that can explain a change
 * (docs/rules/configuration.md).
 */
export function computeExplanationBounds({ earliest, latest }: TimestampBounds): TimestampBounds {
  return { earliest: earliest - BEFORE_MS, latest: latest + AFTER_MS }
}

/**
 * Returns the completed write operation that best explains a change; null if there is none. Entries are preferred in
 * this order:
 * - an entry about the changed part (for example a peering of the circuit) over an entry about the resource itself
 * - an entry whose operation matches the change (a delete if the resource was removed)
 * - an entry from before the change was seen
 * - an entry with the status "Succeeded"
 * - the newest entry
 */
export function findActivityEntryExplainingChange(
  change: ConfigChangeRow,
  entries: readonly ActivityEntry[],
): ActivityEntry | null {
  const { earliest, latest } = computeExplanationBounds(change.between)
  const fitting = entries.filter(({ at, ...entry }) => at >= earliest && at <= latest && isCompletedChange(entry))
  const scored = fitting.map((entry) => ({ entry, score: scoreOf(entry, change) }))
  const [best] = scored.toSorted((a, b) => compare(b.score, a.score))
  return best?.entry ?? null
}

type Score = [aboutPart: number, fits: number, beforeSeen: number, done: number, at: number]

function scoreOf(entry: ActivityEntry, change: ConfigChangeRow): Score {
  const below = entry.resourceKey.slice(change.resourceId.length).split('/').filter(Boolean)
  const isDelete = /\/delete$/i.test(entry.operation)
  return [
    aboutPart(below, change),
    Number(change.op === 'changed' || isDelete === (change.op === 'removed')),
    Number(entry.at <= change.between.latest),
    Number(/^succeeded$/i.test(entry.status)),
    entry.at,
  ]
}

/**
 * Returns 2 if the Activity Log entry is about the part that changed, 1 if it is about the resource itself, 0 if it is
 * about another part of the resource.
 */
function aboutPart(below: readonly string[], { fields }: ConfigChangeRow): number {
  if (below.length === 0) return 1
  const [, name = ''] = below
  const named = fields.some(({ path }) => path.toLowerCase().split('/').includes(name))
  return named ? 2 : 0
}

function compare(a: Score, b: Score): number {
  for (const [i, value] of a.entries()) {
    const difference = value - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
