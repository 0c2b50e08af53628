import { createHmac, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'

/**
 * Function from texts to artificial texts, which depends on a key. Equal texts have equal results; linking a result to
 * its original requires the key.
 */
export class Keyed {
  readonly #key: Buffer

  constructor(key: Buffer) {
    this.#key = key
  }

  /** Returns a number of lower-case hexadecimal digits, at most 64. */
  hex(kind: string, text: string, digits: number): string {
    return this.#digest(kind, text).toString('hex').slice(0, digits)
  }

  bit(kind: string, text: string): 0 | 1 {
    return ((this.#digest(kind, text)[0] ?? 0) & 1) as 0 | 1
  }

  #digest(kind: string, text: string): Buffer {
    return createHmac('sha256', this.#key).update(`${kind}\n${text}`).digest()
  }
}

/**
 * Returns the key of a recording from a file next to it; creates the file if it is missing. Anyone who has the key can
 * test whether a certain text was in the original data, so the key must not be passed on with the recording.
 */
export function keyBeside(recording: string): Buffer {
  const path = `${recording}.key`
  if (!existsSync(path)) {
    writeFileSync(path, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 })
    chmodSync(path, 0o600)
  }
  return Buffer.from(readFileSync(path, 'utf8').trim(), 'hex')
}
