import { type Closed, closed, type Open, opened, openedAfter } from './interval.ts'
import type { Reading } from './reading.ts'

/**
 * One step of a session's prefix count. It is kept apart from the session's state, because it moves more often; null = none
 * told, as while the session is down.
 */
export function stepPrefixes(
  before: { prefixesReceived: number | null; prefixesOpen: Open | null },
  value: number | null,
  reading: Reading,
  instance: string,
): { value: number | null; open: Open | null; past: Closed | null } {
  const { prefixesReceived, prefixesOpen } = before
  if (prefixesOpen && value === prefixesReceived) return { value, open: prefixesOpen, past: null }
  const past = prefixesOpen && closed(prefixesOpen, reading, instance)
  if (value === null) return { value, open: null, past }
  return { value, open: past ? openedAfter(reading, past.lastPresent) : opened(reading, instance), past }
}
