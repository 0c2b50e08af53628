import { oncePerProcess } from '#lib/bgp/once.ts'
import type { openFront } from './open-front.ts'

/** Next calls instrumentation.ts at once, and does not wait for it; slow disks are read within so long. */
const OFFERED_WITHIN_MS = 60_000

type Front = typeof openFront

/** The build of Next and the code that starts it have modules of their own, and meet here. */
const offer = oncePerProcess('front', () => Promise.withResolvers<Front>())

/** From what Next built, while Next starts. */
export function offerFront(front: Front): void {
  offer().resolve(front)
}

/**
 * What opens the front, as {@link offerFront} was given it. So the front, and the contract that it reads its paths from, is in memory once: what
 * starts Next would load it again beside it.
 * @throws if nothing was offered in a minute: instrumentation.ts was not built, or failed
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
