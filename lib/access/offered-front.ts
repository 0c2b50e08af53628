import { oncePerProcess } from '#lib/bgp/once.ts'
import type { openFront } from './open-front.ts'

/**
 * Maximum time until instrumentation.ts offers the front server, in milliseconds. Next.js calls it immediately at the
 * start but does not wait for it; 60 s also covers slow disks.
 */
const OFFERED_WITHIN_MS = 60_000

type Front = typeof openFront

/**
 * Promise that is shared by the build of Next.js and the code that starts it, because each of them has its own
 * instances of modules.
 */
const offer = oncePerProcess('front', () => Promise.withResolvers<Front>())

/** Offers the front server to {@link takeFront}. The code built by Next.js calls it while Next.js starts. */
export function offerFront(front: Front): void {
  offer().resolve(front)
}

/**
 * Waits for the function that opens the front server, as passed to {@link offerFront}. The front server and the
 * contract with its paths are thereby in memory only once; the code that starts Next.js would otherwise load a second
 * instance.
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
