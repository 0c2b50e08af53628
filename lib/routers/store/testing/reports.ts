import type { RouterRoute, RouterRouteAttributes, RouterSessionUp } from '#lib/contract/index.ts'

/** The neighbor that tests' routers report. */
export const peer = { type: 'global' as const, distinguisher: '0'.repeat(16), neighbor: '192.0.2.98' }

/** That the session with it came up, reported at a moment. */
export const sessionUp = (at: number, more: Partial<RouterSessionUp> = {}): RouterSessionUp => ({
  type: 'sessionUp',
  peer,
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

/** What describes a route of Azure's as the router has it. */
export const routerAttributes = (fields: Partial<RouterRouteAttributes> = {}): RouterRouteAttributes => ({
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

/** That the neighbor's route to a prefix is there after the router's policy, reported at a moment. */
export const routeAfterPolicy = (
  at: number,
  prefix: string,
  fields: Partial<RouterRouteAttributes> = {},
): RouterRoute => ({
  type: 'route',
  peer,
  at,
  notBefore: null,
  view: 'adjInPost',
  prefix,
  pathId: null,
  attributes: routerAttributes(fields),
})
