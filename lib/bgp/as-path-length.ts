import { parseAsPath } from './as-path.ts'

/**
 * The length of a printed AS path as best-path selection counts it: every ASN, prepends included; an AS_SET `{1,2}`
 * counts 1 (RFC 4271 section 9.1.2.2 a); confederation segments `(1 2)` and `[1,2]` count nothing (RFC 5065 section
 * 5.3). Empty segments, the best-path `*` and the origin letter are no ASNs.
 * @returns null if a segment is no number
 */
export function asPathLength(text: string): number | null {
  const sets = text.match(/\{[^{}]*\}/g) ?? []
  const counted = parseAsPath(text.replace(/\{[^{}]*\}|\([^()]*\)|\[[^[\]]*\]/g, ' '))
  if (!counted || sets.some((set) => parseAsPath(set) === null)) return null
  return counted.length + sets.filter((set) => parseAsPath(set)?.length).length
}
