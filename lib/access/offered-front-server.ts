import { memoizePerProcess } from '#lib/bgp/memoize.ts'
import type { startFrontServer } from './start-front-server.ts'

/**
 * Maximum time in milliseconds that {@link takeFrontServer} waits for {@link offerFrontServer}, which instrumentation.ts calls
 * while Next.js starts. Usually it is called immediately, but with a slow disk it can take many seconds.
 */
const OFFERED_WITHIN_MS = 60_000

type Front = typeof startFrontServer

/**
 * The function that opens the front server, as a promise. The promise is stored per process and not per module, because
 * the code that Next.js built and the code that starts Next.js each load this module separately.
 */
const offer = memoizePerProcess('front', () => Promise.withResolvers<Front>())

/**
 * Passes the function that opens the front server to {@link takeFrontServer}. The code that Next.js built calls this while
 * Next.js starts.
 */
export function offerFrontServer(front: Front): void {
  offer().resolve(front)
}

/**
 * Waits for the function that opens the front server, which the built code passes to {@link offerFrontServer}. The code
 * that starts Next.js does not import the front server itself, because then the code of the front server and of the API
 * schemas (lib/contract) would be in memory twice.
 * @throws Error if the built code offers nothing within a minute, because instrumentation.ts was not built or failed
 */
export async function takeFrontServer(): Promise<Front> {
  const giveUp = Promise.withResolvers<never>()
  const error = new Error('what was built has no front: see the lines above, or remove .next and start again')
  const timer = setTimeout(() => giveUp.reject(error), OFFERED_WITHIN_MS)
  try {
    return await Promise.race([offer().promise, giveUp.promise])
  } finally {
    clearTimeout(timer)
  }
}
