/**
 * Deterministic pseudo-random values. Each value depends only on names and numbers, so that every process returns the
 * same response to a request at the same virtual time.
 */

/** Returns the 32-bit FNV-1a hash of a text, with a final mix so that similar texts have very different values. */
export function hash32(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return mixSeedWithInteger(h)
}

/** Mixes a seed with an integer (for example a slot number) to 32 bits. */
export function mixSeedWithInteger(h: number, n = 0): number {
  let x = Math.imul((h ^ Math.imul(n | 0, 0x9e3779b1)) >>> 0, 0x85ebca6b) >>> 0
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35) >>> 0
  return (x ^ (x >>> 16)) >>> 0
}

/** Returns a value in [-1, 1) for a seed and an integer. */
export const hashSeedToSignedFraction = (seed: number, n: number): number =>
  mixSeedWithInteger(seed, n) / 0x80000000 - 1

/** Returns a value in [0, 1) for a text. */
export const hashTextToUnitFraction = (text: string): number => hash32(text) / 0x100000000

/** Returns a GUID that is recognizably artificial (it begins with `5eed`), and constant for a text. */
export function madeUpGuid(text: string): string {
  const hex = (n: number): string => n.toString(16).padStart(8, '0')
  const [a, b, c] = [hex(hash32(text)), hex(hash32(`${text}/1`)), hex(hash32(`${text}/2`))]
  return `5eed${a.slice(0, 4)}-${b.slice(0, 4)}-4${b.slice(4, 7)}-8${a.slice(4, 7)}-${c}${b.slice(4)}`
}
