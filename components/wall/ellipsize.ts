/** Splits a tile's text into parts with their separators: `Secondary path alone, ` and `0 prefixes lost`. */
export const ellipsisParts = (text: string): string[] => text.split(/(?<=, | · )/)

/** A number of lost prefixes has priority, unless it is zero. */
const isLoss = (part: string) => /^[1-9][\d,]* prefix(es)? lost/.test(part)

/**
 * The parts of a tile's text in ever shorter versions: later parts are dropped first, words are never cut,
 * and an ellipsis marks what is left out.
 */
export function shorterForms(text: string): string[][] {
  const parts = ellipsisParts(text)
  const later = [...parts.keys()].slice(1)
  const loss = later.filter((index) => isLoss(parts[index] ?? ''))
  const leastFirst = [...later.filter((index) => !loss.includes(index)).toReversed(), ...loss.toReversed()]
  const byParts = leastFirst.map((_, count) => without(parts, new Set(leastFirst.slice(0, count + 1))))
  const words = (parts[0] ?? '').replace(ENDING, '').split(' ')
  const byWords = words.slice(1).map((_, count) => [`${words.slice(0, -count - 1).join(' ')} `, MARK])
  return [parts, ...byParts, ...byWords]
}

/** A text of sentences in ever shorter versions: whole sentences are dropped from the end, then words of the first one. */
export const shorterSentences = (text: string): string[] => shorterBy(text, /(?<=\.) (?=[A-Z])/)

/** The same of a sentence of clauses: `2 prefixes lost; no path on erc-london.` */
export const shorterClauses = (text: string): string[] =>
  shorterBy(text, /(?<=;) /).map((form) => form.replace(/;$/, '.'))

function shorterBy(text: string, between: RegExp): string[] {
  const sentences = text.split(between)
  const bySentence = sentences.map((_, left) => sentences.slice(0, sentences.length - left).join(' '))
  const words = (sentences[0] ?? '').split(' ')
  return [...bySentence, ...words.slice(1).map((_, left) => `${words.slice(0, -left - 1).join(' ')} ${MARK}`)]
}

const MARK = '…'
/** Separator at the end of a part. */
const ENDING = /(, | · )$/

function without(parts: readonly string[], left: ReadonlySet<number>): string[] {
  const shown = parts.flatMap((part, index) => {
    if (!left.has(index)) return part
    return left.has(index - 1) ? [] : `${MARK} `
  })
  if (!left.has(parts.length - 1)) return shown
  return [...shown.slice(0, -2), (shown.at(-2) ?? '').replace(ENDING, ' '), MARK]
}
