type Order = (a: string, b: string) => number

/**
 * Returns a comparison function for texts. Its collator is created at the first comparison, because creating a collator
 * takes milliseconds that would delay the loading of a page.
 */
function naturally(options: Intl.CollatorOptions): Order {
  let collator: Intl.Collator | null = null
  return (a, b) => {
    collator ??= new Intl.Collator('en', { numeric: true, ...options })
    return collator.compare(a, b)
  }
}

/** Compares texts in ascending order; numbers in them are compared by value: `erc-9` before `erc-10`. */
export const naturalOrder = naturally({})

/** Compares like `naturalOrder`, but ignores case and accents. */
export const naturalOrderOfAnyCase = naturally({ sensitivity: 'base' })

/** Number of equal letters at the start of two words from which the words count as similar. */
const ALIKE = 4

const wordsIn = (text: string) => text.toLowerCase().split(/[^a-z0-9]+/)

/**
 * Reports whether a text may be the intended target of an unknown address: `/circuit/x` may mean the circuits,
 * `/circuits/london` may mean erc-london.
 */
export function mayMatchAddress(pathname: string, text: string): boolean {
  const begins = wordsIn(pathname).filter(({ length }) => length >= ALIKE)
  return wordsIn(text).some((word) => begins.some((begin) => word.slice(0, ALIKE) === begin.slice(0, ALIKE)))
}

/** Reports whether each word of the filter occurs in at least one of the values of a row. */
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
