/**
 * Returns the promise's result, or throws the signal's reason if the signal aborts first. A later result or error of
 * the abandoned work is ignored.
 */
export async function raceWithAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
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

/** Waits for a number of milliseconds. @throws the signal's reason if the signal aborts */
export async function waitOrThrowIfAborted(milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, milliseconds)
  try {
    await raceWithAbort(promise, signal)
  } finally {
    clearTimeout(timer)
  }
}
