/** Marks, embeddings, overrides and isolates of direction. @source Unicode Standard Annex 9, "Directional Formatting Characters" */
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** A text in which signs that turn others around are seen and not obeyed: a name may be spelled so that it is read as another one's. */
export const visibleText = (text: string): string =>
  text.replace(DIRECTION, (sign) => `⟨U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`)

/** An answer, all of whose texts are such. */
export function visibleAnswer<Body>(answer: Body): Body {
  const json = JSON.stringify(answer)
  const text = visibleText(json)
  return text === json ? answer : (JSON.parse(text) as Body)
}
