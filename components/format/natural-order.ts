type Order = (a: string, b: string) => number

/**
 * Returns a comparison function for texts. Its collator is created only at the first comparison, because creating it
 * takes milliseconds and would delay the loading of every page.
 */
function naturally(options: Intl.CollatorOptions): Order {
  let collator: Intl.Collator | null = null
  return (a, b) => {
    collator ??= new Intl.Collator('en', { numeric: true, ...options })
    return collator.compare(a, b)
  }
}

/** Compares texts in ascending order; numbers in them are compared by value: `erc-9` before `erc-10`. */
export const compareNaturally = naturally({})

/** Compares like `compareNaturally`, but ignores case and accents. */
export const compareNaturallyIgnoringCase = naturally({ sensitivity: 'base' })

/** Minimum number of equal letters at the start of two words that count as similar. */
const ALIKE = 4

const wordsIn = (text: string) => text.toLowerCase().split(/[^a-z0-9]+/)

/**
 * Reports whether the user may have meant a certain page when they opened an unknown URL. For example, `/circuit/x` may
 * mean the circuits, and `/circuits/london` may mean erc-london.
 * @param text words about the page, such as its URL and name
 */
export function mayBeMeantByUrl(pathname: string, text: string): boolean {
  const begins = wordsIn(pathname).filter(({ length }) => length >= ALIKE)
  return wordsIn(text).some((word) => begins.some((begin) => word.slice(0, ALIKE) === begin.slice(0, ALIKE)))
}

/** Reports whether each word of the filter occurs in at least one of the values of a row. */
export function doesMatchFilter(values: readonly (string | number | null)[], filter: string): boolean {
  const text = values
    .map((value) => (value === null ? '' : String(value)))
    .join('\n')
    .toLowerCase()
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
