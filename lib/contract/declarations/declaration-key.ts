import { normalizeArmId } from '../arm-id.ts'
import type { DeclarationListItem, DeclarationList } from '../api/declarations.ts'

const keys: { [List in DeclarationList]: (item: DeclarationListItem<List>) => string } = {
  sites: (site) => site.name,
  mappings: ({ gateway, neighbor }) => `${gateway} ${neighbor}`,
  routerNeighbors: ({ router, name, distinguisher, neighbor }) =>
    [router, name, distinguisher, neighbor].filter((part) => part !== '').join(' '),
  policies: ({ kind, circuits, prefixes }) => [kind, ...circuits, ...prefixes].join(' '),
  maintenance: ({ id }) => id,
  cards: ({ scope, part }) => `${scope} ${part}`.trimEnd(),
  pauses: ({ id }) => id,
  watched: ({ prefix }) => prefix,
  exclusions: ({ match }) => match.toLowerCase(),
  customers: ({ name }) => name.toLowerCase(),
  interfaces: (one) => normalizeArmId(one.interface),
  circuits: ({ circuit }) => circuit,
  customerTags: ({ name }) => name.toLowerCase(),
}

/** Returns the key of a declared item, for example its name or id. The key is unique within the list of the item. */
export function formatDeclarationKey<List extends DeclarationList>(
  list: List,
  item: DeclarationListItem<List>,
): string {
  return keys[list](item)
}
