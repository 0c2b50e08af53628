import { type Bounds, isChangeMade } from '#lib/contract/index.ts'
import type { ActivityEntry, ConfigChangeRow } from '#lib/history/index.ts'

/** A write comes up to so long before what it changes is seen to differ, and its entry may be dated a little after. */
const BEFORE_MS = 15 * 60_000
const AFTER_MS = 60_000

/** When an Activity Log entry must lie to explain a change within these bounds (docs/rules/configuration.md). */
export function explainingTime({ earliest, latest }: Bounds): Bounds {
  return { earliest: earliest - BEFORE_MS, latest: latest + AFTER_MS }
}

/**
 * The entry that explains a change best, of those around it: a write that went through. First one about the part that
 * changed (a peering of the circuit), then one of the kind that fits (a delete for what is gone), then the newest that was
 * not after the change was seen.
 */
export function explanationOf(change: ConfigChangeRow, entries: readonly ActivityEntry[]): ActivityEntry | null {
  const { earliest, latest } = explainingTime(change.between)
  const fitting = entries.filter(({ at, ...entry }) => at >= earliest && at <= latest && isChangeMade(entry))
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

/** 2: about the part that changed; 1: about the resource itself; 0: about another part of it. */
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
