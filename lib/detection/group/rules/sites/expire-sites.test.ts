import { describe, expect, it } from 'vitest'
import type { DetectedEvent, PollRecord } from '#lib/contract/index.ts'
import { defaultSettings } from '../../../model/settings.ts'
import { type DetectionContext, listLiveEvents, storeEventInScope } from '../../../model/context.ts'
import type { GatewayRouteTableRow } from '../../../model/route.ts'
import { EMPTY_TOPOLOGY } from '../../../model/topology.ts'
import { endEventsOfExpiredSites } from './expire-sites.ts'

const NAME = 'learned: London / Colt'
const PREFIX = '10.0.0.0/16'
const mark: PollRecord = {
  sourceId: 1,
  scope: 'gw',
  subresource: '',
  kind: 'learned',
  startedAt: 60_000,
  finishedAt: 62_000,
  outcome: 'ok',
  previousOkAt: 0,
  previousAttemptAt: 0,
  silentInstances: [],
}
const partly: DetectedEvent = {
  key: 'k',
  kind: 'site_state_changed',
  severity: 'minor',
  scope: 'lon',
  subject: NAME,
  started: { earliest: 0, latest: 1 },
  ended: null,
  duration: null,
  detectedAt: 1,
  evidence: [],
  causes: [],
  flags: ['from:reachable', 'to:partial', 'learned'],
  partOf: null,
  incident: null,
}
const home: GatewayRouteTableRow = {
  gateway: 'gw',
  instance: '10.0.0.1',
  peer: '10.0.0.4',
  prefix: PREFIX,
  nextHop: null,
  asPath: [65_001],
  origin: 'EBgp',
  weight: null,
  localPref: null,
}
const estateWith = (sites: string[] | null, event = partly): DetectionContext => {
  const context: DetectionContext = {
    topology: {
      ...EMPTY_TOPOLOGY,
      mappings: [{ gateway: 'gw', neighbor: '10.0.0.4', circuit: 'lon', path: 'primary', confidence: 'certain' }],
      ...(sites && {
        learned: sites.map((name) => ({ name, prefixes: [PREFIX], circuits: ['lon'], confidence: 'certain' as const })),
      }),
    },
    scopes: {},
    mark,
    everyMs: 60_000,
    settings: defaultSettings,
  }
  storeEventInScope(context, event)
  return context
}
const endOf = (context: DetectionContext) =>
  listLiveEvents(context).map(({ event }) => [event.ended, event.flags.at(-1)])
const ENDED = [[{ earliest: 0, latest: 62_000 }, 'given_up']]

describe('what is reported of a learned site', () => {
  it('goes on as long as it is one', () => {
    const context = estateWith([NAME])
    endEventsOfExpiredSites(context, [])
    expect(endOf(context)).toEqual([[null, 'learned']])
  })

  it('goes on where nobody looked up what was learned', () => {
    const context = estateWith(null)
    endEventsOfExpiredSites(context, null)
    expect(endOf(context)).toEqual([[null, 'learned']])
  })

  it('ends once it is none: somebody declared its space, or its circuit is gone', () => {
    const context = estateWith([])
    endEventsOfExpiredSites(context, null)
    expect(endOf(context)).toEqual(ENDED)
  })

  it('ends once what is left of it is well: the rest was forgotten', () => {
    const context = estateWith([NAME])
    endEventsOfExpiredSites(context, [home])
    expect(endOf(context)).toEqual(ENDED)
  })

  it('says nothing of declared ones', () => {
    const flags = ['from:reachable', 'to:partial']
    const context = estateWith([], { ...partly, flags })
    endEventsOfExpiredSites(context, [home])
    expect(endOf(context)).toEqual([[null, 'to:partial']])
  })
})
