import { createHash } from 'node:crypto'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/**
 * Returns the first characters of the base32 text (RFC 4648, lower case) of a SHA-256 hash. Each character contains 5
 * bits.
 */
export function computeShortHash(text: string, length: number): string {
  const digest = createHash('sha256').update(text).digest()
  let bits = 0n
  for (const byte of digest) bits = (bits << 8n) | BigInt(byte)
  return Array.from({ length }, (_, i) => ALPHABET[Number((bits >> BigInt(256 - 5 * (i + 1))) & 31n)]).join('')
}

/**
 * Short IDs, by lower-case ARM ID, of the few resources that have kept a short ID from another ARM ID after a move.
 * Every function that reads resources records them here.
 */
const kept = new Map<string, string>()

/**
 * Returns Peerwatch's ID of an ARM resource: ten characters, independent of capitals. It is the same on every machine,
 * unless the resource was moved; then it keeps its former ID (docs/adr/0210-a-moved-resource-keeps-its-id.md).
 */
export function computeShortId(armId: string): string {
  const key = armId.toLowerCase()
  return kept.get(key) ?? computeShortHash(key, 10)
}

/**
 * Records the short ID of a resource.
 * @param isKept whether the short ID was created under another ARM ID
 */
export function recordShortId(armId: string, shortId: string, isKept: boolean): void {
  const key = armId.toLowerCase()
  if (isKept || kept.has(key)) kept.set(key, shortId)
}

/**
 * Returns a second short ID for an ARM ID. It is used if the regular short ID of this ARM ID belongs to a resource that
 * was moved away from it.
 */
export const createAlternativeShortId = (armKey: string): string => computeShortHash(`${armKey}\nagain`, 10)
