/** Polls that read a route table. */
export const routeKinds = ['learned', 'advertised', 'tables', 'effective'] as const
export type RouteKind = (typeof routeKinds)[number]
export const isRouteKind = (kind: string): kind is RouteKind => routeKinds.some((one) => one === kind)
