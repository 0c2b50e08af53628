/** The views of the Routes page, in the order of its tabs. */
export const routeViews = [
  { view: 'table', name: 'Table' },
  { view: 'lookup', name: 'Look-up' },
  { view: 'diff', name: 'Compare' },
  { view: 'changes', name: 'Changes' },
  { view: 'history', name: 'Prefix history' },
  { view: 'churn', name: 'Most changes' },
] as const
export type RouteView = (typeof routeViews)[number]['view']

/** The view in an address: named, or derived from its parameters. */
export function routeViewOf({ view, ip }: { view: string | null; ip: string | null }): RouteView {
  return routeViews.find((known) => known.view === view)?.view ?? (ip ? 'lookup' : 'table')
}

/** Address of a view of routes. */
export function routesHref(view: RouteView, parameters: Record<string, string | null | undefined> = {}): string {
  const search = new URLSearchParams(view === 'table' ? {} : { view })
  for (const [name, value] of Object.entries(parameters)) if (value) search.set(name, value)
  const query = search.toString()
  return query ? `/routes?${query}` : '/routes'
}
