import { BundleSafeError } from '#lib/platform/branded-error.ts'
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { readOrCreateSecret, registerSecret } from '#lib/platform/secrets.ts'
import type { ProcessSettings } from '#lib/platform/settings.ts'

/**
 * Encrypts values that Peerwatch must read again, such as a webhook's secret. A copy of the database alone does not
 * reveal them.
 */
export interface SecretBox {
  seal(text: string): string
  /**
   * Returns the decrypted text.
   * @throws SecretDecryptionError if the text was encrypted with another key, or altered
   */
  open(sealed: string): string
}

export class SecretDecryptionError extends BundleSafeError {
  static override readonly brand = 'SecretDecryptionError'
}

const ALGORITHM = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16
const VERSION = 'v1.'

/**
 * Returns a secret box for a key.
 * @param key text of any length with 256 bits of entropy, such as base64url of 32 random bytes
 */
export function createSecretBox(key: string): SecretBox {
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
        throw new SecretDecryptionError(
          'the secret cannot be read: it was saved with another SECRETS_KEY. Restore that key, or set the secret again',
        )
      }
    },
  }
}

/**
 * Returns a secret box with the configured key. Without a configured key, it reads the key from the data folder; the
 * key is created there on first use.
 */
export function createConfiguredSecretBox({
  dataDir,
  secretsKey,
}: Pick<ProcessSettings, 'dataDir' | 'secretsKey'>): SecretBox {
  let made: SecretBox | undefined
  const box = () => {
    if (made) return made
    const key = secretsKey ?? readOrCreateSecret(dataDir, 'secrets-key')
    registerSecret(key)
    made = createSecretBox(key)
    return made
  }
  return { seal: (text) => box().seal(text), open: (sealed) => box().open(sealed) }
}
