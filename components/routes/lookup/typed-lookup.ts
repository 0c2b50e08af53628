import { canonicalAddress } from '#lib/bgp/index.ts'

interface TypedLookup {
  ip: string
  /** ISO 8601; null = now */
  at: string | null
}

/**
 * Reads an address as it is typed, alone or with a moment behind it: `10.10.4.7 at 03:12 last night`, `10.10.4.7@03:12`.
 * @param momentOf ISO 8601; null = no moment that has passed
 * @returns null where it begins with no address, or goes on with no moment
 */
export function typedLookup(text: string, momentOf: (text: string) => string | null): TypedLookup | null {
  const typed = text.trim()
  const [, before = typed, after = ''] = /^(\S+?)(?:\s*@\s*|\s+at\s+|\s+)(.+)$/.exec(typed) ?? []
  const ip = canonicalAddress(before)
  if (ip === null) return null
  if (after === '' || after === 'now') return { ip, at: null }
  const at = momentOf(after)
  return at === null ? null : { ip, at }
}
