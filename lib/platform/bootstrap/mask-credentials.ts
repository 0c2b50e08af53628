export const MASK = '[redacted]'

/**
 * Forms of credentials inside messages of libraries: URL passwords, bearer tokens, client secrets, JSON web tokens. Each begins with
 * characters that its own repetition excludes, so that no part of a text is scanned again for each place where a match may begin:
 * the work is linear in the length of the text (lab/scrub.ts).
 */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/:\/\/([^\s:/@"]*):[^\s@"/]+@/g, `://$1:${MASK}@`],
  [/\b(Bearer\s{1,8})[A-Za-z0-9._~+/=-]{8,}/g, `$1${MASK}`],
  [/\b(client_secret|client_assertion|access_token|refresh_token)=[^&\s"]+/gi, `$1=${MASK}`],
  [/\bpw_[A-Za-z0-9_-]{43}/g, MASK],
  [/(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, MASK],
]

/** Masks text in the form of a credential. */
export function maskCredentials(text: string) {
  let clean = text
  for (const [shape, replacement] of SHAPES) clean = clean.replace(shape, replacement)
  return clean
}
