/** Polls that read a route table. */
export const routeKinds = ['learned', 'advertised', 'tables'] as const
export type RouteKind = (typeof routeKinds)[number]
