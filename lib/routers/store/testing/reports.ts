import type { RouterRoute, RouterRouteAttributes, RouterSessionUp } from '#lib/contract/index.ts'

/** The neighbor that the routers in tests report. */
export const testBgpPeer = { type: 'global' as const, distinguisher: '0'.repeat(16), neighbor: '192.0.2.98' }

/** Returns the report that the session with `peer` came up. */
export const createTestSessionUpReport = (at: number, more: Partial<RouterSessionUp> = {}): RouterSessionUp => ({
  type: 'sessionUp',
  peer: testBgpPeer,
  at,
  notBefore: null,
  established: null,
  localAddress: '192.0.2.97',
  localAsn: 65010,
  neighborAsn: 12076,
  neighborBgpId: '10.0.4.4',
  holdTimeSeconds: 180,
  tableName: null,
  ...more,
})

/** Returns attributes of an Azure route in the router's table. */
export const createTestRouterRouteAttributes = (
  fields: Partial<RouterRouteAttributes> = {},
): RouterRouteAttributes => ({
  nextHop: '192.0.2.98',
  asPath: [12076, 65515],
  asPathCorrected: false,
  origin: 'igp',
  med: null,
  localPref: null,
  communities: ['12076:5001'],
  extendedCommunities: [],
  largeCommunities: [],
  unreadable: [],
  ...fields,
})

/** Returns the report that the neighbor's route to a prefix is present after the router's policy. */
export const routeAfterPolicy = (
  at: number,
  prefix: string,
  fields: Partial<RouterRouteAttributes> = {},
): RouterRoute => ({
  type: 'route',
  peer: testBgpPeer,
  at,
  notBefore: null,
  view: 'adjInPost',
  prefix,
  pathId: null,
  attributes: createTestRouterRouteAttributes(fields),
})
