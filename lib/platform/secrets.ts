import { MASK, maskCredentials } from './bootstrap/mask-credentials.ts'

export { readOrCreateSecret } from './bootstrap/secrets.ts'

/** Text forms of each registered secret (plain, in JSON, in URLs), by its name. */
const known = new Map<string, readonly string[]>()

/**
 * Registers a secret, so that {@link scrub} masks it in every log line. Values with less than 8 characters are not
 * masked, because that would corrupt ordinary words.
 * @param value null = forget the secret with this name
 * @param name identifies the secret; a new value replaces the previous value, so that the list does not grow
 */
export function registerSecret(value: string | undefined | null, name: string = value ?? ''): void {
  if (!value || value.length < 8) known.delete(name)
  else known.set(name, [...new Set([value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)])])
}

/** Masks every registered secret in a line, and text that looks like a credential. */
export function scrub(line: string): string {
  let clean = line
  for (const forms of known.values()) for (const form of forms) clean = clean.replaceAll(form, MASK)
  return maskCredentials(clean)
}
