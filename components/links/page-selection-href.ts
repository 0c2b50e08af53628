import { timeParameterNames } from './page-time.ts'

const isTime = (name: string) => timeParameterNames.some((known) => known === name)
/** URL parameters for a time. A URL that contains any of them keeps its own time. */
const ownTime = [...timeParameterNames, 'since']

/**
 * Adds the customer and the page time (`at=…` or `range=7d`) to a URL, because both apply to all pages. The page time
 * is not added if the URL already contains a time.
 */
export function addPageSelections(href: string, chosen: string): string {
  const [address = '', hash] = href.split('#')
  const [path = '', own] = address.split('?')
  const search = new URLSearchParams(own)
  const hasTime = ownTime.some((name) => search.has(name))
  const added = [...new URLSearchParams(chosen)].filter(([name]) => !search.has(name) && !(hasTime && isTime(name)))
  if (added.length === 0) return href
  for (const [name, value] of added) search.set(name, value)
  return `${path}?${search}${hash === undefined ? '' : `#${hash}`}`
}
