/**
 * Runs tasks with the same key one after the other, others side by side. ARM refuses a second diagnostic
 * POST on a gateway or circuit that is still busy with one (409 AnotherOperationInProgress).
 */
export class Queues {
  readonly #tails = new Map<string, Promise<void>>()

  /** @throws the signal's reason if it is aborted while waiting; the task is not run then */
  async run<T>(key: string, signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key)
    const { promise: mine, resolve: finish } = Promise.withResolvers<void>()
    const tail = (before ?? Promise.resolve()).then(() => mine)
    this.#tails.set(key, tail)
    try {
      if (before) await untilAborted(before, signal)
      return await task()
    } finally {
      finish()
      if (this.#tails.get(key) === tail) this.#tails.delete(key)
    }
  }
}

/** The promise's result, or the signal's reason, whichever is first. What the abandoned work does later is nobody's. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([aborted, work])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** @throws the signal's reason */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, milliseconds)
  try {
    await untilAborted(promise, signal)
  } finally {
    clearTimeout(timer)
  }
}
