import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

/** What cost says moves by the hour, and takes 10 ms or so for each circuit even from what is kept. */
const GOOD_FOR_MS = 5 * 60_000
/** How many months stay in memory when several are viewed in turn. */
const MOST = 12

/** An answer that may be kept. */
export interface KeptAs {
  /** which one: another one of this name takes its place */
  name: string
  /** all that it is made from: it ends with that. An estate of thousands of circuits has answers of 30 MB, so that none is kept beside its successor. */
  madeFrom: string
}
interface Kept {
  madeFrom: string
  at: EpochMs
  made: Promise<unknown>
}
const kept = new WeakMap<Queryable, Map<string, Kept>>()

/**
 * What was made from the same five minutes ago at most, or else made now; only the usage of these minutes is left out. A failure is not
 * remembered, nor is null.
 */
export function recently<T>(
  q: Queryable,
  { name, madeFrom }: KeptAs,
  now: EpochMs,
  make: () => Promise<T>,
): Promise<T> {
  const own = kept.get(q) ?? new Map<string, Kept>()
  kept.set(q, own)
  for (const [other, { at }] of own) if (now >= at + GOOD_FOR_MS) own.delete(other)
  const last = own.get(name)
  if (last && last.madeFrom === madeFrom && last.at <= now) return last.made as Promise<T>
  const made = make()
  own.delete(name)
  own.set(name, { madeFrom, at: now, made })
  const [oldest] = own.keys()
  if (own.size > MOST && oldest !== undefined) own.delete(oldest)
  const forget = () => {
    if (own.get(name)?.made === made) own.delete(name)
  }
  made.then((value) => value === null && forget(), forget)
  return made
}
