/** The views of the Routes page, in the order of its tabs: most come to ask about an address. */
export const routeViews = [
  { view: 'lookup', name: 'Look-up' },
  { view: 'table', name: 'Table' },
  { view: 'diff', name: 'Compare' },
  { view: 'changes', name: 'Changes' },
  { view: 'history', name: 'Prefix history' },
  { view: 'churn', name: 'Most changes' },
] as const
export type RouteView = (typeof routeViews)[number]['view']

/** What only the table asks for: an address that names one of them and no view is an older one of the table. */
const tableFilters = ['prefix', 'within', 'origin', 'asn', 'table', 'neighbor', 'cursor', 'paths'] as const

type Address = Readonly<Record<string, string | null | undefined>>

/** The view in an address: named, or derived from its parameters. */
export function routeViewOf(address: Address): RouteView {
  const named = routeViews.find(({ view }) => view === address['view'])
  return named?.view ?? (!address['ip'] && tableFilters.some((name) => address[name]) ? 'table' : 'lookup')
}

/** Address of a view of routes; what its parameters say anyway is not named. */
export function routesHref(view: RouteView, parameters: Address = {}): string {
  const search = new URLSearchParams(routeViewOf({ ...parameters, view: null }) === view ? {} : { view })
  for (const [name, value] of Object.entries(parameters)) if (value) search.set(name, value)
  const query = search.toString()
  return query ? `/routes?${query}` : '/routes'
}
