export const MASKED_TEXT = '[redacted]'

/**
 * Patterns of credentials in messages of libraries: passwords in URLs, bearer tokens, client secrets and tokens of
 * OAuth, tokens of Peerwatch, JSON web tokens. A repetition in a pattern never matches the characters with which the
 * pattern begins. Therefore the search takes linear time, even in long texts that are built to slow it down
 * (lab/scrub.ts).
 */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/:\/\/([^\s:/@"]*):[^\s@"/]+@/g, `://$1:${MASKED_TEXT}@`],
  [/\b(Bearer\s{1,8})[A-Za-z0-9._~+/=-]{8,}/g, `$1${MASKED_TEXT}`],
  [/\b(client_secret|client_assertion|access_token|refresh_token)=[^&\s"]+/gi, `$1=${MASKED_TEXT}`],
  [/\bpw_[A-Za-z0-9_-]{43}/g, MASKED_TEXT],
  [/(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, MASKED_TEXT],
]

/** Masks the parts of a text that look like credentials. */
export function maskCredentials(text: string) {
  let clean = text
  for (const [shape, replacement] of SHAPES) clean = clean.replace(shape, replacement)
  return clean
}
