import { createHmac, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'

/**
 * Computes artificial texts from texts and a secret key. Equal texts give equal results. Without the key, the original
 * text of a result cannot be found.
 */
export class KeyedPseudonyms {
  readonly #key: Buffer

  constructor(key: Buffer) {
    this.#key = key
  }

  /** Returns hexadecimal digits in lower case, at most 64. */
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
 * Returns the key of a recording from a file next to it. The file is created if it does not exist. Never pass on the
 * key together with the recording: a person who has both can test whether a certain text was in the original data.
 */
export function readOrCreateRecordingKey(recording: string): Buffer {
  const path = `${recording}.key`
  if (!existsSync(path)) {
    writeFileSync(path, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 })
    chmodSync(path, 0o600)
  }
  return Buffer.from(readFileSync(path, 'utf8').trim(), 'hex')
}
