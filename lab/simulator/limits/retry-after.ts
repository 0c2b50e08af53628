/**
 * Returns the headers for a waiting time.
 * @param ms virtual milliseconds
 * @param speed virtual seconds per real second
 * @returns whole seconds; a time below one second also as `retry-after-ms`, which some Azure services use
 */
export function retryAfter(ms: number, speed: number): Record<string, string> {
  const waitMs = Math.ceil(ms / speed)
  const seconds = { 'retry-after': String(Math.ceil(waitMs / 1000)) }
  return waitMs > 0 && waitMs < 1000 ? { ...seconds, 'retry-after-ms': String(waitMs) } : seconds
}
