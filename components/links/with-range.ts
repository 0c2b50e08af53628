import { clockNames } from './clock.ts'

const isTime = (name: string) => clockNames.some((known) => known === name)
/** Parameters by which an address has a time of its own. */
const ownTime = [...clockNames, 'since']

/** An address with what was chosen for all pages: the clock, `at=…` or `range=7d`, unless it has a time of its own, and the customer. */
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
