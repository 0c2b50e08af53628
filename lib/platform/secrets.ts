import { MASKED_TEXT, maskCredentials } from './bootstrap/mask-credentials.ts'

export { readOrCreateSecret } from './bootstrap/secrets.ts'

/** Forms in which each registered secret may appear in a text (plain, in JSON, in URLs), by the name of the secret. */
const known = new Map<string, readonly string[]>()

/**
 * Registers a secret, so that {@link maskSecretsInLine} masks it in every log line. A value with fewer than 8
 * characters is not registered, because masking it would damage ordinary words.
 * @param value null = the secret with this name is no longer masked
 * @param name identifies the secret. A new value replaces the previous value of the same name, so that the list does
 *   not grow
 */
export function registerSecret(value: string | undefined | null, name: string = value ?? ''): void {
  if (!value || value.length < 8) known.delete(name)
  else known.set(name, [...new Set([value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)])])
}

/** Returns a line in which registered secrets, and texts that look like credentials, are masked. */
export function maskSecretsInLine(line: string): string {
  let clean = line
  for (const forms of known.values()) for (const form of forms) clean = clean.replaceAll(form, MASKED_TEXT)
  return maskCredentials(clean)
}
