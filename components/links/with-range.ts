/** How an address names a interval of time. */
export const rangeNames: readonly string[] = ['range', 'from', 'to']
/** What says in an address which time it is about. */
const timeParameters = [...rangeNames, 'at', 'since']

/** An address with the chosen interval of time, `range=7d`, unless it names a time of its own. */
export function withRange(href: string, chosen: string): string {
  const [address = '', hash] = href.split('#')
  const [path = '', own] = address.split('?')
  const search = new URLSearchParams(own)
  if (chosen === '' || timeParameters.some((name) => search.has(name))) return href
  for (const [name, value] of new URLSearchParams(chosen)) search.set(name, value)
  return `${path}?${search}${hash === undefined ? '' : `#${hash}`}`
}
