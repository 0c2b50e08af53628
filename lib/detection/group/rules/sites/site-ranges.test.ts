import { describe, expect, it } from 'vitest'
import { defaultSettings } from '../../../model/settings.ts'
import type { DetectionContext } from '../../../model/context.ts'
import type { GatewayRouteTableRow } from '../../../model/route.ts'
import { EMPTY_TOPOLOGY } from '../../../model/topology.ts'
import { listLearnedSites, parsePrefixesOfFamily } from './judged-site.ts'
import { countSiteRanges } from './site-ranges.ts'

const neighbors = { lon: '10.0.0.4', ams: '10.0.0.6' } as const
const entry = (prefix: string, circuit: keyof typeof neighbors): GatewayRouteTableRow => ({
  gateway: 'gw',
  instance: '10.0.0.1',
  peer: neighbors[circuit],
  prefix,
  nextHop: null,
  asPath: [65_001],
  origin: 'EBgp',
  weight: null,
  localPref: null,
})
/** One of two learned sites has a range inside the range of the other. */
const context: DetectionContext = {
  topology: {
    ...EMPTY_TOPOLOGY,
    sites: [{ name: 'declared', prefixes: ['10.7.0.0/16'], home: null, routers: {} }],
    learned: [
      { name: 'whole', prefixes: ['10.0.0.0/8'], circuits: ['lon'], confidence: 'certain' },
      { name: 'part', prefixes: ['10.1.0.0/16'], circuits: ['ams'], confidence: 'certain' },
    ],
    mappings: (['lon', 'ams'] as const).map((circuit) => ({
      gateway: 'gw',
      neighbor: neighbors[circuit],
      circuit,
      path: 'primary',
      confidence: 'certain',
    })),
  },
  scopes: {},
  mark: {
    sourceId: 1,
    scope: 'gw',
    subresource: '',
    kind: 'learned',
    startedAt: 0,
    finishedAt: 1,
    outcome: 'ok',
    previousOkAt: null,
    previousAttemptAt: null,
    silentInstances: [],
  },
  everyMs: 60_000,
  settings: defaultSettings,
}

const rangesNow = (entries: GatewayRouteTableRow[]) =>
  Object.fromEntries(
    listLearnedSites(context).map((site) => {
      const { home, backup, none } = countSiteRanges(context, site, parsePrefixesOfFamily(site.prefixes, 4), entries)
      return [site.name, { home: home > 0, backup: backup > 0, none: none > 0 }]
    }),
  )

describe('of what lies inside another site a learned one says nothing', () => {
  const well = { home: true, backup: false, none: false }
  it.each([
    ['both are reached by their own', [entry('10.0.0.0/8', 'lon'), entry('10.1.0.0/16', 'ams')], well, well],
    ['the part falls to the whole', [entry('10.0.0.0/8', 'lon')], well, { home: false, backup: true, none: false }],
    ['the whole is lost', [entry('10.1.0.0/16', 'ams')], { home: false, backup: false, none: true }, well],
    [
      'what is declared is elsewhere',
      [entry('10.0.0.0/8', 'lon'), entry('10.1.0.0/16', 'ams'), entry('10.7.0.0/16', 'ams')],
      well,
      well,
    ],
  ])('%s', (_, entries, whole, part) => {
    expect(rangesNow(entries)).toEqual({ whole, part })
  })
})
