const isPair = (value: unknown): value is [string, string] =>
  Array.isArray(value) && value.length === 2 && value.every((one) => typeof one === 'string' && /^\d{4}-.*Z$/.test(one))

/**
 * The first place where an answer about the past became another one; null = nowhere. Bounds on an instant may move with the
 * ages that a session's later polls print, and still hold the same instant: they overlap.
 */
export function changeOf(before: unknown, now: unknown, place = ''): string | null {
  if (isPair(before) && isPair(now) && now[0] <= before[1] && before[0] <= now[1]) return null
  if (typeof before !== 'object' || typeof now !== 'object' || before === null || now === null)
    return before === now ? null : `${place}: ${JSON.stringify(before)} became ${JSON.stringify(now)}`
  const [was, is] = [before, now] as Record<string, unknown>[]
  for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
    const change = changeOf(was?.[key], is?.[key], `${place}.${key}`)
    if (change !== null) return change
  }
  return null
}
