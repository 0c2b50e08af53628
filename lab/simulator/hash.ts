/**
 * Deterministic stand-ins for chance: every "random" value is a function of names and numbers, so that the same question
 * at the same virtual time has the same answer in any process.
 */

/** 32-bit FNV-1a of a text, with a final mix so that near texts give far values. */
export function hash32(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return mix(h)
}

/** Mixes a seed with an integer (a slot number, for instance) to 32 bits. */
export function mix(h: number, n = 0): number {
  let x = Math.imul((h ^ Math.imul(n | 0, 0x9e3779b1)) >>> 0, 0x85ebca6b) >>> 0
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35) >>> 0
  return (x ^ (x >>> 16)) >>> 0
}

/** A value in [-1, 1) for a seed and an integer. */
export const signed = (seed: number, n: number): number => mix(seed, n) / 0x80000000 - 1

/** A value in [0, 1) for a text. */
export const unit = (text: string): number => hash32(text) / 0x100000000

/** A GUID that is visibly made up (it begins with `5eed`), the same for the same text. */
export function madeUpGuid(text: string): string {
  const hex = (n: number): string => n.toString(16).padStart(8, '0')
  const [a, b, c] = [hex(hash32(text)), hex(hash32(`${text}/1`)), hex(hash32(`${text}/2`))]
  return `5eed${a.slice(0, 4)}-${b.slice(0, 4)}-4${b.slice(4, 7)}-8${a.slice(4, 7)}-${c}${b.slice(4)}`
}
