import { createHash } from 'node:crypto'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/** The first characters of the base32 text (RFC 4648, lower case) of a SHA-256. Each holds 5 bits. */
export function shortHash(text: string, length: number): string {
  const digest = createHash('sha256').update(text).digest()
  let bits = 0n
  for (const byte of digest) bits = (bits << 8n) | BigInt(byte)
  return Array.from({ length }, (_, i) => ALPHABET[Number((bits >> BigInt(256 - 5 * (i + 1))) & 31n)]).join('')
}

/** Peerwatch's own id of an ARM resource: ten characters, the same on every machine, whatever capitals ARM uses. */
export function shortIdOf(armId: string): string {
  return shortHash(armId.toLowerCase(), 10)
}
