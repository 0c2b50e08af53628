/** Time range parameters of an address. */
export const rangeNames: readonly string[] = ['range', 'from', 'to']
const isRange = (name: string) => rangeNames.includes(name)
/** All time parameters of an address. */
const timeParameters = [...rangeNames, 'at', 'since']

/** An address with what was chosen for all pages: the time range, `range=7d`, unless it has a time of its own, and the customer. */
export function withRange(href: string, chosen: string): string {
  const [address = '', hash] = href.split('#')
  const [path = '', own] = address.split('?')
  const search = new URLSearchParams(own)
  const hasTime = timeParameters.some((name) => search.has(name))
  const added = [...new URLSearchParams(chosen)].filter(([name]) => !search.has(name) && !(hasTime && isRange(name)))
  if (added.length === 0) return href
  for (const [name, value] of added) search.set(name, value)
  return `${path}?${search}${hash === undefined ? '' : `#${hash}`}`
}
