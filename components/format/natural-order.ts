type Order = (a: string, b: string) => number

/** The collator is made when something is first compared: each takes milliseconds, which a page's scripts would take before it can be used. */
function naturally(options: Intl.CollatorOptions): Order {
  let collator: Intl.Collator | null = null
  return (a, b) => {
    collator ??= new Intl.Collator('en', { numeric: true, ...options })
    return collator.compare(a, b)
  }
}

/** Ascending, numbers in a text by their value: `erc-9` before `erc-10`. */
export const naturalOrder = naturally({})

/** The same, whatever the case and the accents. */
export const naturalOrderOfAnyCase = naturally({ sensitivity: 'base' })

/** Letters that a word shares with another at its start to be taken for it. */
const ALIKE = 4

const wordsIn = (text: string) => text.toLowerCase().split(/[^a-z0-9]+/)

/** Whether a part of an address that leads nowhere may mean this: `/circuit/x` the circuits, `/circuits/london` erc-london. */
export function mayMean(pathname: string, text: string): boolean {
  const begins = wordsIn(pathname).filter(({ length }) => length >= ALIKE)
  return wordsIn(text).some((word) => begins.some((begin) => word.slice(0, ALIKE) === begin.slice(0, ALIKE)))
}

/** Every word of the filter must occur in some value of the row. */
export function matchesFilter(values: readonly (string | number | null)[], filter: string): boolean {
  const text = values
    .map((value) => (value === null ? '' : String(value)))
    .join('\n')
    .toLowerCase()
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
