/** Time range parameters of an address. */
export const rangeNames: readonly string[] = ['range', 'from', 'to']
/** All time parameters of an address. */
const timeParameters = [...rangeNames, 'at', 'since']

/** An address with the time range, `range=7d`, unless it has a time of its own. */
export function withRange(href: string, chosen: string): string {
  const [address = '', hash] = href.split('#')
  const [path = '', own] = address.split('?')
  const search = new URLSearchParams(own)
  if (chosen === '' || timeParameters.some((name) => search.has(name))) return href
  for (const [name, value] of new URLSearchParams(chosen)) search.set(name, value)
  return `${path}?${search}${hash === undefined ? '' : `#${hash}`}`
}
