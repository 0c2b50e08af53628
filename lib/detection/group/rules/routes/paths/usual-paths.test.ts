import { describe, expect, it } from 'vitest'
import type { DetectedEvent } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { defaultSettings } from '../../../../model/settings.ts'
import { type DetectionContext, storeEventInScope } from '../../../../model/context.ts'
import { createResourceState } from '../../../../model/scope-state.ts'
import { hasPrefixUsualPaths, recordUsualPaths, acceptShiftedPathsAsUsual } from './usual-paths.ts'
import { type NeighborPathMapping, EMPTY_TOPOLOGY, type GroupTopology } from '../../../../model/topology.ts'

const shift: DetectedEvent = {
  key: 'shift',
  kind: 'best_path_shift',
  severity: 'minor',
  scope: 'ckt-lon',
  subject: 'ckt-lon > ckt-ams',
  started: { earliest: 0, latest: 60_000 },
  ended: null,
  duration: null,
  detectedAt: 60_000,
  evidence: [],
  causes: [],
  flags: ['scope:circuit'],
  partOf: null,
  incident: null,
}

const MAPPINGS: NeighborPathMapping[] = [
  { gateway: 'ergw-hub', neighbor: '10.0.4.4', circuit: 'ckt-lon', path: 'primary', confidence: 'certain' },
  { gateway: 'ergw-hub', neighbor: '10.0.4.6', circuit: 'ckt-ams', path: 'primary', confidence: 'certain' },
]
const site = { name: 'dc-a', prefixes: ['10.10.0.0/15'], home: 'ckt-lon', routers: {} }
const standby = { kind: 'active_standby' as const, circuits: ['ckt-lon', 'ckt-ams'], prefixes: [] }
const weightOf = (circuit: string, weight: number) => ({
  scope: `cxn-${circuit}`,
  gateway: 'ergw-hub',
  circuit,
  weight,
})

/** Returns the event after a check at the given time. */
function snapshotAt(finishedAt: number, event: DetectedEvent, declared: Partial<GroupTopology> = {}): DetectedEvent {
  const mark: DetectionContext['mark'] = {
    sourceId: 1,
    scope: 'ergw-hub',
    subresource: '',
    kind: 'learned',
    startedAt: finishedAt - 2_000,
    finishedAt,
    outcome: 'ok',
    previousOkAt: finishedAt - 62_000,
    previousAttemptAt: finishedAt - 62_000,
    silentInstances: [],
  }
  const context: DetectionContext = {
    topology: { ...EMPTY_TOPOLOGY, mappings: MAPPINGS, ...declared },
    scopes: {},
    mark,
    everyMs: 60_000,
    settings: defaultSettings,
  }
  const live = storeEventInScope(context, event, {
    confirm: null,
    prefixes: ['10.10.0.0/16'],
    peersBefore: ['10.0.4.4'],
    peersAfter: ['10.0.4.6'],
  })
  acceptShiftedPathsAsUsual(context)
  return live.event
}

describe('other best paths', () => {
  it('are how it is meant after a day', () => {
    expect(snapshotAt(MS_PER_DAY + 60_000, shift)).toMatchObject({
      ended: { earliest: MS_PER_DAY + 60_000, latest: MS_PER_DAY + 60_000 },
      flags: ['scope:circuit', 'baseline'],
    })
  })
  it('are a shift before', () => expect(snapshotAt(MS_PER_DAY, shift).ended).toBeNull())
  it('are no baseline while something is lost', () => {
    expect(snapshotAt(2 * MS_PER_DAY, { ...shift, kind: 'failover' }).ended).toBeNull()
  })

  it.each<[string, Partial<GroupTopology>]>([
    ['the home of a declared site was left', { sites: [site] }],
    ['a policy names what was left first', { policies: [standby] }],
    ['what was left has the weight', { connections: [weightOf('ckt-lon', 100), weightOf('ckt-ams', 0)] }],
  ])('are a deviation for as long as %s', (_, declared) => {
    expect(snapshotAt(20 * MS_PER_DAY, shift, declared).ended).toBeNull()
  })

  it.each<[string, Partial<GroupTopology>]>([
    ['a site of other ranges', { sites: [{ ...site, prefixes: ['10.20.0.0/16'] }] }],
    ['a site with its home elsewhere', { sites: [{ ...site, home: 'ckt-ams' }] }],
    ['a policy that names them first', { policies: [{ ...standby, circuits: ['ckt-ams', 'ckt-lon'] }] }],
    ['a policy of equals', { policies: [{ ...standby, kind: 'active_active' }] }],
    ['a policy of other ranges', { policies: [{ ...standby, prefixes: ['10.20.0.0/16'] }] }],
    ['equal weights', { connections: [weightOf('ckt-lon', 10), weightOf('ckt-ams', 10)] }],
  ])('are how it is meant after a day beside %s', (_, declared) => {
    expect(snapshotAt(MS_PER_DAY + 60_000, shift, declared).ended).not.toBeNull()
  })

  it('are over from then on, once nothing says otherwise any more', () => {
    const at = 20 * MS_PER_DAY
    expect(snapshotAt(at, shift).ended).toEqual({ earliest: at - 62_000, latest: at })
  })
})

describe('the home of a prefix that two gateways learn', () => {
  const mapping = (gateway: string, neighbor: string, circuit: string): NeighborPathMapping => ({
    gateway,
    neighbor,
    circuit,
    path: 'primary',
    confidence: 'certain',
  })
  const topology: GroupTopology = {
    ...EMPTY_TOPOLOGY,
    mappings: [
      mapping('ergw-1', '10.1.4.4', 'ckt-lon'),
      mapping('ergw-2', '10.2.4.4', 'ckt-lon'),
      mapping('ergw-1', '10.1.4.6', 'ckt-ams'),
      mapping('ergw-2', '10.2.4.6', 'ckt-ams'),
    ],
  }
  const [LON1, LON2, AMS1, AMS2, OPEN2] = [
    'ergw-1 10.1.4.4',
    'ergw-2 10.2.4.4',
    'ergw-1 10.1.4.6',
    'ergw-2 10.2.4.6',
    'ergw-2 10.2.4.8',
  ]
  const prefix = '10.10.0.0/16'
  const now = MS_PER_DAY
  /** Folds a poll of the second gateway. */
  const contextOf = (since: Record<string, number>): DetectionContext => ({
    topology,
    scopes: Object.fromEntries(
      Object.entries(since).map(([scope, learnedSince]) => [scope, { ...createResourceState(), learnedSince }]),
    ),
    mark: {
      sourceId: 1,
      scope: 'ergw-2',
      subresource: '',
      kind: 'learned',
      startedAt: now,
      finishedAt: now,
      outcome: 'ok',
      previousOkAt: now - MS_PER_MINUTE,
      previousAttemptAt: now - MS_PER_MINUTE,
      silentInstances: [],
    },
    everyMs: MS_PER_MINUTE,
    settings: defaultSettings,
  })

  it('is known from the first table of the gateway that was read first', () => {
    const moved = { prefix, was: [LON1, LON2], is: [LON1] }
    const usual = (since: Record<string, number>) =>
      recordUsualPaths(contextOf(since), [moved], { earliest: now - MS_PER_MINUTE, latest: now }).get(prefix)
    expect(usual({ 'ergw-1': now - 20 * MS_PER_MINUTE, 'ergw-2': now - 5 * MS_PER_MINUTE })).toBe([LON1, LON2].join())
    expect(usual({ 'ergw-1': now - 6 * MS_PER_MINUTE, 'ergw-2': now - 5 * MS_PER_MINUTE })).toBeNull()
  })

  it.each<[string, string[], string[], boolean]>([
    ['the other gateway has the circuit again', [AMS1, AMS2], [LON2], true],
    ['both have it again', [AMS1, AMS2], [LON1, LON2], true],
    ['the other one has a neighbor that is not mapped, too', [AMS1, AMS2], [LON1, OPEN2], true],
    ['the other one has nothing but a neighbor that is not mapped', [AMS1, AMS2], [OPEN2], false],
    ['another circuit carries it as well', [AMS2], [LON1, AMS1], false],
    ['it leaves the first gateway for the same circuit at the other one', [LON1], [LON2], false],
    ['the first gateway has it after the other one', [LON2], [LON1, LON2], true],
    ['it leaves home', [LON1], [AMS1, AMS2], false],
  ])('is where it is, or not, when %s', (_, was, is, isAtHome) => {
    expect(hasPrefixUsualPaths(contextOf({}), new Map([[prefix, LON1]]), { prefix, was, is })).toBe(isAtHome)
  })
})
