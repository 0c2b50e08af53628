import { setTimeout as delay } from 'node:timers/promises'

/** What `work` gives, unless it takes longer than `withinMs`; it is not stopped then. @throws Error at the limit */
export async function inTime<T>(work: Promise<T>, withinMs: number): Promise<T> {
  const done = new AbortController()
  const limit = delay(withinMs, undefined, { signal: done.signal, ref: false }).then(() => {
    throw new Error(`no answer within ${withinMs} ms`)
  })
  // whichever loses is nobody's business any more
  limit.catch(() => {})
  work.catch(() => {})
  try {
    return await Promise.race([work, limit])
  } finally {
    done.abort()
  }
}
