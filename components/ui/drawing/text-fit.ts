/**
 * Letter widths of the interface font relative to the font size, one for each class of letters. Each is the width of
 * the widest letter of its class, so that text never overflows.
 */
const NARROW = 0.34
const SPACE = 0.29
const WIDE = 0.92
const CAPITAL = 0.7
const LETTER = 0.62

const widthOf = (letter: string): number => {
  if (letter === ' ') return SPACE
  if (".,:;'’|()[]/-ijltfrI".includes(letter)) return NARROW
  if ('mwMW%@…'.includes(letter)) return WIDE
  return letter >= 'A' && letter <= 'Z' ? CAPITAL : LETTER
}

/**
 * Returns the estimated width of a line of text, in the unit of `size` (the font size). The text may be narrower than
 * the estimate, because each letter counts as the widest letter of its class.
 */
export function estimateTextWidth(text: string, size: number): number {
  let width = 0
  for (const letter of text) width += widthOf(letter)
  return width * size
}

/** Returns the text, shortened with an ellipsis if it does not fit. */
export function fitText(text: string, width: number, size: number): string {
  if (estimateTextWidth(text, size) <= width) return text
  let fitting = text
  while (fitting !== '' && estimateTextWidth(`${fitting}…`, size) > width) fitting = fitting.slice(0, -1)
  return fitting === '' ? '' : `${fitting.trimEnd()}…`
}

/**
 * Splits text between words into lines that fit the width. A word that is wider than a line is split too.
 * @param most maximum number of lines; the last line is shortened with an ellipsis if the text is longer
 */
export function wrapText(text: string, width: number, size: number, most: number): string[] {
  const lines: string[] = []
  let rest = text.trim()
  while (rest !== '' && lines.length < most - 1) {
    const line = firstLine(rest, width, size)
    lines.push(line)
    rest = rest.slice(line.length).trimStart()
  }
  return rest === '' ? lines : [...lines, fitText(rest, width, size)]
}

/**
 * Returns the start of the text that fits in one line: it contains as many whole words as fit. If the first word does
 * not fit, it contains the beginning of this word, at least one letter.
 */
function firstLine(text: string, width: number, size: number): string {
  let end = 0
  for (const { index } of text.matchAll(/ |$/g)) {
    if (estimateTextWidth(text.slice(0, index), size) > width) break
    end = index
  }
  if (end > 0) return text.slice(0, end)
  end = 1
  while (end < text.length && estimateTextWidth(text.slice(0, end + 1), size) <= width) end++
  return text.slice(0, end)
}
