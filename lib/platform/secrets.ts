export { readOrCreateSecret } from './bootstrap/secrets.mjs'

const MASK = '[redacted]'
const known = new Set<string>()

/** Forms of credentials inside messages of libraries: URL passwords, bearer tokens, client secrets. */
const SHAPES: [RegExp, string][] = [
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@"]*):[^\s@"/]+@/gi, `$1:${MASK}@`],
  [/\b(Bearer\s+)[A-Za-z0-9._~+/=-]{8,}/g, `$1${MASK}`],
  [/\b(client_secret|client_assertion|access_token|refresh_token)=[^&\s"]+/gi, `$1=${MASK}`],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, MASK],
]

/**
 * Registers a secret: from now on {@link scrub}, and so every log line, masks it.
 * Values under 8 characters are ignored, because masking them would corrupt ordinary words.
 */
export function registerSecret(value: string | undefined | null): void {
  if (!value || value.length < 8) return
  known.add(value)
  known.add(JSON.stringify(value).slice(1, -1))
  known.add(encodeURIComponent(value))
}

/** Masks every registered secret, and text in the form of a credential, in a line of text. */
export function scrub(line: string): string {
  let clean = line
  for (const secret of known) clean = clean.replaceAll(secret, MASK)
  for (const [shape, replacement] of SHAPES) clean = clean.replace(shape, replacement)
  return clean
}
