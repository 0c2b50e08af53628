import { MASK, maskCredentials } from './bootstrap/mask-credentials.ts'

export { readOrCreateSecret } from './bootstrap/secrets.ts'

/** Each secret's forms, by its name. */
const known = new Map<string, readonly string[]>()

/**
 * Registers a secret: from now on {@link scrub}, and so every log line, masks it.
 * Values under 8 characters are ignored, because masking them would corrupt ordinary words.
 * @param value null = forget the secret of this name
 * @param name the secret's owner; a new value replaces the former one, so that secrets that are set again and again do not add up
 */
export function registerSecret(value: string | undefined | null, name: string = value ?? ''): void {
  if (!value || value.length < 8) known.delete(name)
  else known.set(name, [...new Set([value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)])])
}

/** Masks every registered secret, and text in the form of a credential, in a line of text. */
export function scrub(line: string): string {
  let clean = line
  for (const forms of known.values()) for (const form of forms) clean = clean.replaceAll(form, MASK)
  return maskCredentials(clean)
}
