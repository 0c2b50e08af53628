import { clockNames } from './clock.ts'

const isTime = (name: string) => clockNames.some((known) => known === name)
/** Parameters that give an address its own time. */
const ownTime = [...clockNames, 'since']

/**
 * Adds the choices for all pages to an address: the customer, and the selected time (`at=…` or `range=7d`) unless the
 * address has its own time.
 */
export function withRange(href: string, chosen: string): string {
  const [address = '', hash] = href.split('#')
  const [path = '', own] = address.split('?')
  const search = new URLSearchParams(own)
  const hasTime = ownTime.some((name) => search.has(name))
  const added = [...new URLSearchParams(chosen)].filter(([name]) => !search.has(name) && !(hasTime && isTime(name)))
  if (added.length === 0) return href
  for (const [name, value] of added) search.set(name, value)
  return `${path}?${search}${hash === undefined ? '' : `#${hash}`}`
}
