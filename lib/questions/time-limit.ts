import { setTimeout as delay } from 'node:timers/promises'

/**
 * Returns the result of `work`, or throws after `withinMs`. The work itself continues in the background.
 * @throws Error at the limit; all errors of `work`
 */
export async function withTimeLimit<T>(work: Promise<T>, withinMs: number): Promise<T> {
  const done = new AbortController()
  const limit = delay(withinMs, undefined, { signal: done.signal, ref: false }).then(() => {
    throw new Error(`no answer within ${withinMs} ms`)
  })
  // When one promise has settled first, the other has no handler any more. A later rejection of it is ignored here,
  // because it would otherwise be reported as unhandled.
  limit.catch(() => {})
  work.catch(() => {})
  try {
    return await Promise.race([work, limit])
  } finally {
    done.abort()
  }
}
