/** What a tile says in its parts, each with what parts it from the next: `Secondary path alone, ` and `0 prefixes lost`. */
export const partsOf = (text: string): string[] => text.split(/(?<=, | · )/)

/** How much is lost matters more than where; that nothing is lost does not. */
const isLoss = (part: string) => /^[1-9][\d,]* prefix(es)? lost/.test(part)

/**
 * The parts of a tile's text, and of the same ever shorter, for whoever has less room: what stands first goes last, nothing is cut
 * within a word, and what is left out leaves a mark.
 */
export function shorterForms(text: string): string[][] {
  const parts = partsOf(text)
  const later = [...parts.keys()].slice(1)
  const loss = later.filter((index) => isLoss(parts[index] ?? ''))
  const leastFirst = [...later.filter((index) => !loss.includes(index)).toReversed(), ...loss.toReversed()]
  const byParts = leastFirst.map((_, count) => without(parts, new Set(leastFirst.slice(0, count + 1))))
  const words = (parts[0] ?? '').replace(ENDING, '').split(' ')
  const byWords = words.slice(1).map((_, count) => [`${words.slice(0, -count - 1).join(' ')} `, MARK])
  return [parts, ...byParts, ...byWords]
}

const MARK = '…'
/** What parts one from the next. */
const ENDING = /(, | · )$/

function without(parts: readonly string[], left: ReadonlySet<number>): string[] {
  const shown = parts.flatMap((part, index) => {
    if (!left.has(index)) return part
    return left.has(index - 1) ? [] : `${MARK} `
  })
  if (!left.has(parts.length - 1)) return shown
  return [...shown.slice(0, -2), (shown.at(-2) ?? '').replace(ENDING, ' '), MARK]
}
