import type { Span } from './audit.ts'

const boundsIn = (value: unknown): Span & { to: number } => {
  const [from, to] = (Array.isArray(value) && value.length === 2 ? value : []).map((one) =>
    typeof one === 'string' && /^\d{4}-.*Z$/.test(one) ? Date.parse(one) : Number.NaN,
  )
  return { from: from ?? Number.NaN, to: to ?? Number.NaN }
}

/**
 * The first place where an answer about the past became another one; null = nowhere. Bounds on an instant may move with the
 * ages that a session's later polls print, and still hold the same instant: they overlap.
 * @param offMs by how much a clock that dated them was ahead or behind
 */
export function changeOf(before: unknown, now: unknown, offMs = 0, place = ''): string | null {
  const [old, present] = [boundsIn(before), boundsIn(now)]
  if (present.from <= old.to + offMs && old.from <= present.to + offMs) return null
  if (typeof before !== 'object' || typeof now !== 'object' || before === null || now === null)
    return before === now ? null : `${place}: ${JSON.stringify(before)} became ${JSON.stringify(now)}`
  const [was, is] = [before, now] as Record<string, unknown>[]
  for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
    const change = changeOf(was?.[key], is?.[key], offMs, `${place}.${key}`)
    if (change !== null) return change
  }
  return null
}
