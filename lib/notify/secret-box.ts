import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

/** Seals what must be read back, such as a webhook's secret, so that a copy of the database alone does not tell it. */
export interface SecretBox {
  seal(text: string): string
  /** @throws SealError when it was sealed with another key, or changed */
  open(sealed: string): string
}

export class SealError extends Error {
  override name = 'SealError'
}

const ALGORITHM = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16
const VERSION = 'v1.'

/** @param key of any length, with 256 bits of entropy: base64url of 32 random bytes is meant */
export function secretBox(key: string): SecretBox {
  const bytes = createHash('sha256').update(key).digest()
  return {
    seal(text) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv(ALGORITHM, bytes, iv)
      const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return VERSION + sealed.toString('base64url')
    },
    open(sealed) {
      const raw = Buffer.from(sealed.slice(VERSION.length), 'base64url')
      try {
        const decipher = createDecipheriv(ALGORITHM, bytes, raw.subarray(0, IV_BYTES))
        decipher.setAuthTag(raw.subarray(-TAG_BYTES))
        return decipher.update(raw.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
      } catch {
        throw new SealError(
          'its secret can not be read: it was written with another SECRETS_KEY; set that key, or set the secret anew',
        )
      }
    },
  }
}
