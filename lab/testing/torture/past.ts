import type { LocalClockTimeRange } from './audit.ts'

const boundsIn = (value: unknown): LocalClockTimeRange & { to: number } => {
  const [from, to] = (Array.isArray(value) && value.length === 2 ? value : []).map((one) =>
    typeof one === 'string' && /^\d{4}-.*Z$/.test(one) ? Date.parse(one) : Number.NaN,
  )
  return { from: from ?? Number.NaN, to: to ?? Number.NaN }
}

/**
 * Returns the first place in which an answer about the past changed; null = unchanged. Bounds of a time may change with
 * the ages in later polls of a session, as long as they overlap with the old bounds.
 * @param offMs maximum error of the clocks that dated the bounds
 */
export function findFirstChangeInPastAnswer(before: unknown, now: unknown, offMs = 0, place = ''): string | null {
  const [old, present] = [boundsIn(before), boundsIn(now)]
  if (present.from <= old.to + offMs && old.from <= present.to + offMs) return null
  if (typeof before !== 'object' || typeof now !== 'object' || before === null || now === null)
    return before === now ? null : `${place}: ${JSON.stringify(before)} became ${JSON.stringify(now)}`
  const [was, is] = [before, now] as Record<string, unknown>[]
  for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
    const change = findFirstChangeInPastAnswer(was?.[key], is?.[key], offMs, `${place}.${key}`)
    if (change !== null) return change
  }
  return null
}
