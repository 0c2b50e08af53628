import type { Circuit } from '#lib/contract/index.ts'
import { plural } from '../format/quantity.ts'

/** How many paths are up, within bounds: `1 of 2 paths is up`, `At least 1 of 2 paths is up, possibly 2`. */
export function redundancyWords({ paths, atLeastPaths, atMostPaths, redundancy }: Circuit): string {
  const of = plural(paths.length, 'path')
  if (redundancy === 'disabled') return 'Administratively disabled.'
  if (atLeastPaths === atMostPaths) {
    if (atLeastPaths === 0) return `None of ${of} is up.`
    if (atLeastPaths === paths.length) return paths.length === 2 ? 'Both paths are up.' : `${of} up.`
    return `${atLeastPaths} of ${of} ${atLeastPaths === 1 ? 'is' : 'are'} up.`
  }
  if (atLeastPaths === 0) return `At most ${atMostPaths} of ${of} can be up; none is confirmed.`
  return `At least ${atLeastPaths} of ${of} is up, possibly ${atMostPaths}.`
}

/** The connectivity model determines who runs BGP. */
export function callWords(connectivity: Circuit['connectivity']): string | null {
  switch (connectivity) {
    case 'exchange':
      return 'cloud exchange: your routers run BGP'
    case 'telco':
      return 'telco: the provider runs BGP'
    case 'direct':
      return 'ExpressRoute Direct: your routers run BGP'
    case null:
      return null
  }
}
