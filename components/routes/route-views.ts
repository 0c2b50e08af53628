/** The questions that the Routes page answers, in the order of its tabs. */
export const routeViews = [
  { view: 'table', name: 'Table as of a moment' },
  { view: 'lookup', name: 'Look up an address' },
  { view: 'diff', name: 'Compare two moments' },
  { view: 'history', name: 'History of a prefix' },
  { view: 'moved', name: 'What moved most' },
] as const
export type RouteView = (typeof routeViews)[number]['view']

/** The view that an address asks for: named, or told by what it asks about. */
export function routeViewOf({ view, ip }: { view: string | null; ip: string | null }): RouteView {
  return routeViews.find((known) => known.view === view)?.view ?? (ip ? 'lookup' : 'table')
}

/** Address of a view of routes. */
export function routesHref(view: RouteView, asked: Record<string, string | null | undefined> = {}): string {
  const search = new URLSearchParams(view === 'table' ? {} : { view })
  for (const [name, value] of Object.entries(asked)) if (value) search.set(name, value)
  const query = search.toString()
  return query ? `/routes?${query}` : '/routes'
}
