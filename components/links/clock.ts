/** Parameters of an address that set the time that its page shows. */
export const clockNames = ['at', 'range', 'from', 'to'] as const

/**
 * Time in an address: `at` for a moment, `range` for a length that ends now, `from` and `to` for a range. All null =
 * now.
 */
export type ClockAddress = Record<(typeof clockNames)[number], string | null>

export interface ShownTime {
  kind: 'now' | 'moment' | 'range'
  /** moment of the state that is shown: the chosen moment, or the end of a range in the past. ISO 8601; null = now */
  at: string | null
}

const NOW: ShownTime = { kind: 'now', at: null }

/**
 * Reads the time in an address. A moment takes precedence over a range; charts then still show the range. Invalid
 * values are ignored, and future times count as now.
 * @param now epoch milliseconds
 */
export function readClock({ at, to }: Pick<ClockAddress, 'at' | 'to'>, now: number): ShownTime {
  const moment = pastInstant(at, now)
  if (moment !== null) return { kind: 'moment', at: moment }
  const end = pastInstant(to, now)
  return end === null ? NOW : { kind: 'range', at: end }
}

function pastInstant(text: string | null, now: number): string | null {
  const at = Date.parse(text ?? '')
  return Number.isNaN(at) || at >= now ? null : new Date(at).toISOString()
}
