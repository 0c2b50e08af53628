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
