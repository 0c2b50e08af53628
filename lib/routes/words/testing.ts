import type { LookupCandidate } from '#lib/routes/api/index.ts'

/**
 * Returns a sample route for tests: a route of the gateway ergw-hub to 10.10.0.0/16 that is in use. Given fields
 * replace its own.
 */
export const testCandidate = (part: Partial<LookupCandidate>): LookupCandidate => ({
  scope: 'g1',
  scopeName: 'ergw-hub',
  resourceId: '/subscriptions/s/g1',
  table: 'learned',
  peering: null,
  path: 'primary',
  instance: '10.0.4.12',
  peer: '10.0.4.4',
  prefix: '10.10.0.0/16',
  nextHop: '10.0.4.4',
  asPath: [12076, 65001],
  origin: 'EBgp',
  weight: 32769,
  localPref: null,
  rank: 1,
  start: { id: 'n1', name: 'vnet-hub' },
  rule: 'as_path',
  reason: 'shorter AS path: 2 hops against 4',
  inferred: false,
  transport: 'er',
  circuitId: 'c1',
  connectionWeight: 0,
  since: ['2026-11-01T00:00:00.000Z', '2026-11-01T00:05:00.000Z'],
  known: 'observed',
  anotherCustomer: false,
  azCommand: null,
  ...part,
})
