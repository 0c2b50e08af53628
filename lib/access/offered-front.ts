import type { openFront } from './open-front.ts'

/** By this name what Next built and what starts it find each other in their process: each has modules of its own. */
const FRONT = Symbol.for('peerwatch.front')
/** Next calls instrumentation.ts at once, and does not wait for it; slow disks are read within so long. */
const OFFERED_WITHIN_MS = 60_000

type Front = typeof openFront

const shared = globalThis as { [FRONT]?: PromiseWithResolvers<Front> }

const offer = (): PromiseWithResolvers<Front> => {
  shared[FRONT] ??= Promise.withResolvers<Front>()
  return shared[FRONT]
}

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
