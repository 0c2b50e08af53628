import { createHmac, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'

/** Maps texts to made-up ones: the same to the same, and nobody without the key can tie one to the other. */
export class Keyed {
  readonly #key: Buffer

  constructor(key: Buffer) {
    this.#key = key
  }

  /** Lower-case hexadecimal digits, 64 at most. */
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
 * The key of a recording, in a file beside it: whoever has it can test whether an original is in the recording, so that it stays with
 * whoever records. Made if it is missing.
 */
export function keyBeside(recording: string): Buffer {
  const path = `${recording}.key`
  if (!existsSync(path)) {
    writeFileSync(path, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 })
    chmodSync(path, 0o600)
  }
  return Buffer.from(readFileSync(path, 'utf8').trim(), 'hex')
}
