import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

/** What cost says moves by the hour, and takes 10 ms or so for each circuit even from what is kept. */
const GOOD_FOR_MS = 5 * 60_000
/** How many months stay in memory when several are viewed in turn. */
const MOST = 12

interface Kept {
  at: EpochMs
  made: Promise<unknown>
}
const kept = new WeakMap<Queryable, Map<string, Kept>>()

/**
 * What was made under a key five minutes ago at most, or else made now. The key names all that it is made from, so that an answer ends
 * with that; only the usage of these minutes is left out. A failure is not remembered, nor is null.
 */
export function recently<T>(q: Queryable, key: string, now: EpochMs, make: () => Promise<T>): Promise<T> {
  const own = kept.get(q) ?? new Map<string, Kept>()
  kept.set(q, own)
  const last = own.get(key)
  if (last && last.at <= now && now < last.at + GOOD_FOR_MS) return last.made as Promise<T>
  const made = make()
  own.delete(key)
  own.set(key, { at: now, made })
  const [oldest] = own.keys()
  if (own.size > MOST && oldest !== undefined) own.delete(oldest)
  const forget = () => {
    if (own.get(key)?.made === made) own.delete(key)
  }
  made.then((value) => value === null && forget(), forget)
  return made
}
