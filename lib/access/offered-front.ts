import { oncePerProcess } from '#lib/bgp/once.ts'
import type { openFront } from './open-front.ts'

/**
 * Maximum time in ms from the start of Next.js until instrumentation.ts offers the front server. Next.js calls it
 * immediately but does not wait for it; 60 s is enough for slow disks.
 */
const OFFERED_WITHIN_MS = 60_000

type Front = typeof openFront

/**
 * Promise of the function that opens the front server. It is shared by the build of Next.js and the code that starts
 * Next.js, because each of these has its own instances of modules.
 */
const offer = oncePerProcess('front', () => Promise.withResolvers<Front>())

/**
 * Offers the function that opens the front server to {@link takeFront}. The code built by Next.js calls this while
 * Next.js starts.
 */
export function offerFront(front: Front): void {
  offer().resolve(front)
}

/**
 * Waits for the function that opens the front server, as passed to {@link offerFront}. The code that starts Next.js
 * takes it from the build instead of importing it, so that the front server and the contract are in memory only once.
 * @throws Error if nothing was offered within a minute, because instrumentation.ts was not built or failed
 */
export async function takeFront(): Promise<Front> {
  const giveUp = Promise.withResolvers<never>()
  const error = new Error('what was built has no front: see the lines above, or remove .next and start again')
  const timer = setTimeout(() => giveUp.reject(error), OFFERED_WITHIN_MS)
  try {
    return await Promise.race([offer().promise, giveUp.promise])
  } finally {
    clearTimeout(timer)
  }
}
