import { clockNames } from './clock.ts'

const isTime = (name: string) => clockNames.some((known) => known === name)
/** Parameters that mean that an address already contains a time. */
const ownTime = [...clockNames, 'since']

/**
 * Adds the choices that apply to all pages to an address: the customer and the selected time (`at=…` or `range=7d`).
 * The time is left out if the address already contains a time.
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
