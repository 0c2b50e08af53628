/** Views of the Routes page in tab order. The lookup is first because it is used most. */
export const routesPageTabs = [
  { view: 'lookup', name: 'Look-up' },
  { view: 'table', name: 'Table' },
  { view: 'diff', name: 'Compare' },
  { view: 'changes', name: 'Changes' },
  { view: 'history', name: 'Prefix history' },
  { view: 'churn', name: 'Most changes' },
] as const
export type RoutesPageTab = (typeof routesPageTabs)[number]['view']

/**
 * URL parameters that belong only to the table view. Earlier versions of Peerwatch created URLs with such a parameter,
 * but without `view` and `ip`. Such a URL opens the table.
 */
const tableFilters = ['prefix', 'within', 'origin', 'asn', 'table', 'neighbor', 'cursor', 'paths'] as const

type Address = Readonly<Record<string, string | null | undefined>>

/**
 * Returns the view that a URL opens: the view in the parameter `view`, otherwise the view that the other parameters
 * imply.
 */
export function findRoutesPageTab(address: Address): RoutesPageTab {
  const named = routesPageTabs.find(({ view }) => view === address['view'])
  return named?.view ?? (!address['ip'] && tableFilters.some((name) => address[name]) ? 'table' : 'lookup')
}

/** Returns the URL of a view of the Routes page. The `view` parameter is left out if the other parameters imply it. */
export function buildRoutesHref(view: RoutesPageTab, parameters: Address = {}): string {
  const search = new URLSearchParams(findRoutesPageTab({ ...parameters, view: null }) === view ? {} : { view })
  for (const [name, value] of Object.entries(parameters)) if (value) search.set(name, value)
  const query = search.toString()
  return query ? `/routes?${query}` : '/routes'
}
