/** Parameters of an address that say what time its page shows. */
export const clockNames = ['at', 'range', 'from', 'to'] as const

/** `at` for a moment, `range` for a length that ends now, `from` and `to` for a range; all null = now. */
export type ClockAddress = Record<(typeof clockNames)[number], string | null>

export interface ShownTime {
  kind: 'now' | 'moment' | 'range'
  /** the moment that state is shown as of: the moment, or the end of a range that lies in the past. ISO 8601; null = now */
  at: string | null
}

const NOW: ShownTime = { kind: 'now', at: null }

/**
 * Reads an address. A moment counts before a range, which is then what charts show beside it. What can't be read is not said, and what is
 * still to come is now.
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
