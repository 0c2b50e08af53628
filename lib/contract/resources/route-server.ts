/** What a Route Server takes. Source: "Azure Route Server FAQ" and "Azure subscription and service limits", Route Server limits. */
export const ROUTE_SERVER_LIMITS = { peers: 8, routesPerPeer: 1_000 } as const
