import { createHash } from 'node:crypto'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/** The first characters of the base32 text (RFC 4648, lower case) of a SHA-256. Each holds 5 bits. */
export function shortHash(text: string, length: number): string {
  const digest = createHash('sha256').update(text).digest()
  let bits = 0n
  for (const byte of digest) bits = (bits << 8n) | BigInt(byte)
  return Array.from({ length }, (_, i) => ALPHABET[Number((bits >> BigInt(256 - 5 * (i + 1))) & 31n)]).join('')
}

/** Short ids of the few resources that were given theirs under another ARM id, by ARM id in lower case: whoever reads resources notes them. */
const kept = new Map<string, string>()

/**
 * Peerwatch's own id of an ARM resource: ten characters, whatever capitals ARM uses. The same on every machine, unless the resource was
 * moved: then it keeps the id that it had (docs/adr/0210-a-moved-resource-keeps-its-id.md).
 */
export function shortIdOf(armId: string): string {
  const key = armId.toLowerCase()
  return kept.get(key) ?? shortHash(key, 10)
}

/** @param isKept whether the short id was given under another ARM id */
export function recordShortId(armId: string, shortId: string, isKept: boolean): void {
  const key = armId.toLowerCase()
  if (isKept || kept.has(key)) kept.set(key, shortId)
}

/** For a resource at an ARM id whose own short id went on with the one that was there before. */
export const furtherIdOf = (armKey: string): string => shortHash(`${armKey}\nagain`, 10)
