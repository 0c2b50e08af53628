/** Retry-After in the client's seconds: those of the machine, of which a fast simulator needs fewer. */

/** @param ms virtual; @param speed virtual seconds a second */
export const retryAfter = (ms: number, speed: number): { 'retry-after': string } => ({
  'retry-after': String(Math.ceil(ms / 1000 / speed)),
})
