/** Shorter intervals spread by themselves: their polls end one after the other. */
const WORTH_SPREADING_SECONDS = 10

/**
 * A whole timetable becomes due at once when it is made, and would stay in step for ever: thousands of calls in one
 * second of each minute. So the interval after a worker's first poll of a source is cut short, by another share for each.
 * It only ever adds a poll.
 * @returns seconds until the second poll
 */
export function firstInterval(sourceId: number, kind: string, everySeconds: number): number {
  if (everySeconds < WORTH_SPREADING_SECONDS) return everySeconds
  return everySeconds * share(`${sourceId}/${kind}`)
}

/** A number from 0 up to 1 that depends on the text alone (FNV-1a). */
function share(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  // the low bits of short texts are the better mixed ones
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32
}
