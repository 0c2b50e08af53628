/** Retry-After in the client's seconds: those of the machine, of which a fast simulator needs fewer. */

/**
 * @param ms virtual
 * @param speed virtual seconds a second
 * @returns whole seconds, and what is less than one as `retry-after-ms` as well, which Azure knows for some services
 */
export function retryAfter(ms: number, speed: number): Record<string, string> {
  const waitMs = Math.ceil(ms / speed)
  const seconds = { 'retry-after': String(Math.ceil(waitMs / 1000)) }
  return waitMs > 0 && waitMs < 1000 ? { ...seconds, 'retry-after-ms': String(waitMs) } : seconds
}
