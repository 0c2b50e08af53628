/**
 * Control characters for text direction: marks, embeddings, overrides and isolates.
 * @source Unicode Standard Annex 9, "Directional Formatting Characters"
 */
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/**
 * Replaces control characters for text direction with visible codes, because these characters can make a name look like
 * a different name.
 */
export const revealDirectionMarks = (text: string): string =>
  text.replace(DIRECTION, (sign) => `⟨U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`)

/** Applies {@link revealDirectionMarks} to all texts in a response. */
export function revealDirectionMarksInResponse<Body>(answer: Body): Body {
  const json = JSON.stringify(answer)
  const text = revealDirectionMarks(json)
  return text === json ? answer : (JSON.parse(text) as Body)
}
