import { canonicalizeAddress } from '#lib/bgp/index.ts'

interface TypedLookup {
  ip: string
  /** time of the lookup, ISO 8601; null = now */
  at: string | null
}

/**
 * Parses a typed address with an optional time: `10.10.4.7 at 03:12 last night`, `10.10.4.7@03:12`.
 * @param momentOf parses the text of the time and returns ISO 8601; null if the text is not a time in the past
 * @returns null if the text does not start with an address, or the rest is not a time
 */
export function parseTypedLookup(text: string, momentOf: (text: string) => string | null): TypedLookup | null {
  const typed = text.trim()
  const [, before = typed, after = ''] = /^(\S+?)(?:\s*@\s*|\s+at\s+|\s+)(.+)$/.exec(typed) ?? []
  const ip = canonicalizeAddress(before)
  if (ip === null) return null
  if (after === '' || after === 'now') return { ip, at: null }
  const at = momentOf(after)
  return at === null ? null : { ip, at }
}
