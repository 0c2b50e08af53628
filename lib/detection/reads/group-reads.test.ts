import { describe, expect, it } from 'vitest'
import type { DetectedEvent, PollRecord, RouteAttributes, RouteChange } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { WHOLE_ESTATE } from '../model/context.ts'
import type { GatewayRouteTableRow } from '../model/route.ts'
import { createResourceState, type ResourceState } from '../model/scope-state.ts'
import { defaultSettings } from '../model/settings.ts'
import type { DetectedSessionState, RouteTableChangeSignal, PollSignal } from '../model/signal.ts'
import { type NeighborPathMapping, EMPTY_TOPOLOGY } from '../model/topology.ts'
import type { TrafficDirectionState, CircuitTrafficState } from '../model/traffic.ts'
import type { TrafficState } from '../model/traffic-state.ts'
import { SITE_A_PREFIXES, HUB_GATEWAY_NAME, createTwoCircuitEstate } from '../testing/estates.ts'
import type { GroupPollEvaluationInput } from './group-poll.ts'
import { type DetectionReadResults, formatReadKey, type DetectionRead } from './read.ts'
import { type GroupReadResult, planGroupReads } from './group-reads.ts'

const AT = Date.UTC(2030, 2, 4, 10)
const SCOPES = ['ckt-ams', 'ckt-lon', HUB_GATEWAY_NAME]
const [LON, , AMS] = ['10.0.4.4', '10.0.4.5', '10.0.4.6', '10.0.4.7']
const [PREFIX = '', OTHER = ''] = SITE_A_PREFIXES
const PART = 'AzurePrivatePeering/primary'

const mark = (kind: PollRecord['kind'], more: Partial<PollRecord> = {}): PollRecord => ({
  sourceId: 1,
  scope: kind === 'learned' || kind === 'peers' ? HUB_GATEWAY_NAME : 'ckt-lon',
  subresource: kind === 'summary' || kind === 'tables' ? PART : '',
  kind,
  startedAt: AT,
  finishedAt: AT + 1_000,
  outcome: 'ok',
  previousOkAt: AT - MS_PER_MINUTE,
  previousAttemptAt: AT - MS_PER_MINUTE,
  silentInstances: [],
  ...more,
})

/** Returns a poll of T2 without changes, without a stored state, and with a recent check of all routes. */
const poll = (kind: PollRecord['kind'], more: Partial<GroupPollEvaluationInput> = {}): GroupPollEvaluationInput => ({
  mark: mark(kind),
  everyMs: MS_PER_MINUTE,
  signals: [],
  events: [],
  topology: createTwoCircuitEstate().topology(),
  scopes: SCOPES,
  state: {},
  settings: defaultSettings,
  maySnapshot: false,
  ...more,
})

const state = (more: Partial<ResourceState>): ResourceState => ({ ...createResourceState(), ...more })
const attributes = (asPath: number[]): RouteAttributes => ({
  nextHop: LON ?? null,
  asPath,
  origin: 'EBgp',
  weight: null,
  localPref: null,
})
const changeOf = (op: RouteChange['op'], prefix: string, asPath = [12076, 65001]): RouteChange => ({
  type: 'route',
  op,
  instance: '10.0.4.12',
  peer: LON ?? null,
  prefix,
  before: op === 'announce' ? [] : [attributes([12076, 65001])],
  after: op === 'withdraw' ? [] : [attributes(asPath)],
  between: { earliest: AT - MS_PER_MINUTE, latest: AT },
})
const routes = (kind: RouteTableChangeSignal['kind'], ...changes: RouteChange[]): PollSignal => ({
  type: 'routes',
  kind,
  changes,
  sizes: {},
})
const withdrawn = routes('learned', changeOf('withdraw', PREFIX))
const isNew = routes('learned', changeOf('announce', '10.64.0.0/11', [12076, 65001]))
const remembered = { [HUB_GATEWAY_NAME]: state({ asns: { 12076: 0, 65001: 0 } }) }
const session = (level: DetectedSessionState): PollSignal => ({
  type: 'session',
  localAddress: '10.0.4.12',
  neighbor: LON ?? '',
  level,
  since: { earliest: AT, latest: AT },
  sample: null,
})
const prefixes = (after: number): PollSignal => ({
  type: 'prefixes',
  localAddress: '',
  neighbor: '172.16.0.1',
  before: 3_000,
  after,
  between: { earliest: AT, latest: AT },
})
const quiet: TrafficDirectionState = {
  bps: 0,
  expected: null,
  deadBps: 0,
  lost: null,
  isFlat: false,
  flowsAgain: null,
  low: null,
  isLow: false,
  aliveMs: 0,
  load: 'clear',
  loadSince: null,
  isDropping: false,
}
const fact = (meters: CircuitTrafficState['meters']): CircuitTrafficState => ({
  meters,
  windowMs: MS_PER_MINUTE,
  busiest: { in: null, out: null },
  shares: { full: null, before: [] },
  asymmetric: null,
  evenAgain: null,
  pairs: {},
  rates: {},
})
const flat = fact({ primary: { in: { ...quiet, isFlat: true }, out: quiet } })
const low = fact({ sum: { in: { ...quiet, low: { earliest: AT, latest: AT } }, out: quiet } })
const traffic = (own: CircuitTrafficState, isNews = true): PollSignal => ({ type: 'traffic', fact: own, isNews })
const trafficState = (more: Partial<TrafficState>): ResourceState =>
  state({
    traffic: {
      fact: flat,
      at: AT,
      inUse: {},
      excusedAt: {},
      suspicions: {},
      comparedAt: null,
      waits: false,
      ...more,
    },
  })
const event = { key: 'k' } as Partial<DetectedEvent> as DetectedEvent

const gateways = [HUB_GATEWAY_NAME]
const lastGood: DetectionRead = { kind: 'lastGoodPolls', scopes: SCOPES }
const routesTo = (...own: string[]): DetectionRead => ({ kind: 'routesTo', gateways, prefixes: own })
const everything: DetectionRead = { kind: 'routesWithin', gateways, ranges: ['0.0.0.0/0', '::/0'] }
const carried: DetectionRead = {
  kind: 'reportedRoutes',
  scopes: [HUB_GATEWAY_NAME],
  since: AT + 1_000 - 24 * 60 * MS_PER_MINUTE,
}
const elsewhere: DetectionRead = { kind: 'reportedRoutes', scopes: [HUB_GATEWAY_NAME], since: AT }
const others: DetectionRead = { kind: 'otherGroups', scopes: SCOPES }
const past = (...own: string[]): DetectionRead => ({ kind: 'routePast', gateways, prefixes: own, before: AT })
const tables = (circuit: string): DetectionRead => ({
  kind: 'pathTables',
  a: [{ scope: circuit, subresource: PART }],
  b: [{ scope: circuit, subresource: 'AzurePrivatePeering/secondary' }],
  within: [],
})
const site = { name: 'DC-A', prefixes: [PREFIX], home: 'ckt-lon', routers: {} }
const withSite = { ...createTwoCircuitEstate().topology(), sites: [site] }
const learnedSite = state({
  asns: { 12076: 0, 65001: 0 },
  learning: {
    snapshotAt: AT,
    known: [{ circuits: ['ckt-lon'], confidence: 'certain', entries: [], prefixes: [OTHER] }],
    moving: [],
  },
})
const snapshotAt = (at: number) => ({
  [HUB_GATEWAY_NAME]: state({ learning: { snapshotAt: at, known: [], moving: [] } }),
})

/** No router reports; this is read in each evaluation. */
const ALWAYS_READ: DetectionReadResults = {
  [formatReadKey({
    kind: 'routerEnds',
    scopes: createTwoCircuitEstate()
      .topology()
      .circuits.map(({ scope }) => scope),
    since: AT + 1_000 - defaultSettings['memory.recent'],
    at: AT + 1_000,
  })]: [],
  [formatReadKey(lastGood)]: {},
}

it('with every fold the last good polls of the group are read', () => {
  const { [formatReadKey(lastGood)]: _, ...others } = ALWAYS_READ
  expect(planGroupReads(poll('learned'), others)).toEqual({ isDone: false, reads: [lastGood] })
})

/** Returns the reads of a plan in addition to that first read. */
function readsOf(own: GroupPollEvaluationInput, answers: DetectionReadResults = {}): readonly DetectionRead[] {
  const plan = planGroupReads(own, { ...ALWAYS_READ, ...answers })
  return plan.isDone ? [] : plan.reads
}

describe('before a poll is folded into its group', () => {
  it.each<[name: string, poll: GroupPollEvaluationInput, reads: DetectionRead[]]>([
    ['nothing is read where nothing is reported', poll('learned'), []],
    ['nor where what is reported is no news', poll('stats', { signals: [traffic(fact({}), false)] }), []],
    ['the routes to what was withdrawn', poll('learned', { signals: [withdrawn] }), [routesTo(PREFIX)]],
    [
      'the past of what is new, too, and other ASNs where one is not remembered',
      poll('learned', { signals: [isNew] }),
      [routesTo('10.64.0.0/11'), past('10.64.0.0/11'), elsewhere],
    ],
    [
      'no other ASNs where all are remembered',
      poll('learned', { signals: [isNew], state: remembered }),
      [routesTo('10.64.0.0/11'), past('10.64.0.0/11')],
    ],
    [
      'no past in the first table of all',
      poll('learned', { mark: mark('learned', { previousOkAt: null }), signals: [isNew] }),
      [routesTo('10.64.0.0/11')],
    ],
    [
      'no past where the origin stays',
      poll('learned', {
        signals: [routes('learned', changeOf('change', PREFIX, [12076, 65001, 65001]))],
        state: remembered,
      }),
      [routesTo(PREFIX)],
    ],
    [
      'the routes to a declared site that a changed prefix lies in',
      poll('learned', { signals: [withdrawn], topology: withSite }),
      [routesTo(PREFIX), { kind: 'routesWithin', gateways, ranges: [PREFIX] }],
    ],
    [
      'the routes to a learned site',
      poll('learned', {
        signals: [routes('learned', changeOf('withdraw', OTHER))],
        state: { [HUB_GATEWAY_NAME]: learnedSite },
      }),
      [routesTo(OTHER), { kind: 'routesWithin', gateways, ranges: [OTHER] }],
    ],
    [
      'not those to a site elsewhere',
      poll('learned', { signals: [routes('learned', changeOf('withdraw', OTHER))], topology: withSite }),
      [routesTo(OTHER)],
    ],
    ['no routes for what a gateway advertises', poll('advertised', { signals: [routes('advertised')] }), []],

    [
      'both tables of a circuit, where one of them changed',
      poll('tables', { signals: [routes('tables', changeOf('withdraw', PREFIX))] }),
      [tables('ckt-lon')],
    ],

    ['all routes, where nothing was checked yet', poll('learned', { maySnapshot: true }), [everything]],
    [
      'all routes, where the last check is old',
      poll('learned', { maySnapshot: true, state: snapshotAt(AT - defaultSettings['sites.snapshot']) }),
      [everything],
    ],
    [
      'not all routes, where the last check is recent',
      poll('learned', { maySnapshot: true, state: snapshotAt(AT - MS_PER_MINUTE) }),
      [],
    ],
    [
      'not all routes, where they could not be read',
      poll('learned', { maySnapshot: true, mark: mark('learned', { outcome: 'unavailable' }) }),
      [],
    ],
    ['not all routes with a poll of anything else', poll('peers', { maySnapshot: true }), []],

    [
      'the trend of the number of prefixes, where it is high',
      poll('summary', { signals: [prefixes(3_900)] }),
      [
        {
          kind: 'prefixMaxima',
          scope: 'ckt-lon',
          subresource: PART,
          neighbor: '172.16.0.1',
          from: AT + 1_000 - defaultSettings['headroom.trend.days'] * 24 * 60 * MS_PER_MINUTE,
          to: AT + 1_000,
        },
      ],
    ],
    ['no trend where there is room', poll('summary', { signals: [prefixes(1_000)] }), []],

    ['what neighbors reported, where a session fell', poll('peers', { signals: [session('down')] }), [carried]],
    [
      'nothing of backups where there is no circuit',
      poll('peers', {
        signals: [session('down')],
        topology: { ...createTwoCircuitEstate().topology(), circuits: [], mappings: [] },
      }),
      [],
    ],

    [
      'what neighbors reported, where a path stands still',
      poll('stats', { signals: [traffic(flat, false)] }),
      [carried],
    ],
    [
      'the same, if only both paths together are flat',
      poll('stats', { signals: [traffic(fact({ sum: { in: quiet, out: { ...quiet, isFlat: true } } }), false)] }),
      [carried],
    ],
    [
      'the same, where that was looked up before routes changed',
      poll('stats', {
        state: {
          'ckt-lon': trafficState({ inUseAt: AT - 2 * MS_PER_MINUTE }),
          [HUB_GATEWAY_NAME]: state({ routesChangedAt: AT - MS_PER_MINUTE }),
        },
      }),
      [carried],
    ],
    [
      'the same, where it was looked up long ago',
      poll('stats', { state: { 'ckt-lon': trafficState({ inUseAt: AT - 10 * MS_PER_MINUTE }) } }),
      [carried],
    ],
    [
      'not again, where it was looked up since',
      poll('stats', {
        state: {
          'ckt-lon': trafficState({ inUseAt: AT - MS_PER_MINUTE }),
          [HUB_GATEWAY_NAME]: state({ routesChangedAt: AT - 2 * MS_PER_MINUTE }),
        },
      }),
      [],
    ],

    ['other groups, where a circuit carries too little', poll('stats', { signals: [traffic(low)] }), [others]],
    [
      'other groups, where another circuit of the group still does',
      poll('peers', { state: { 'ckt-ams': trafficState({ fact: low }) } }),
      [others],
    ],
    [
      'other groups, where all of them did so together',
      poll('stats', {
        state: { [WHOLE_ESTATE]: state({ live: { k: { event: { ...event, ended: null }, confirm: null } } }) },
      }),
      [others],
    ],
  ])('%s', (_, own, reads) => {
    expect(readsOf(own)).toEqual(reads)
  })
})

const entry = (prefix: string, peer: string): GatewayRouteTableRow => ({
  ...attributes([12076, 65001]),
  gateway: HUB_GATEWAY_NAME,
  instance: '10.0.4.12',
  peer,
  prefix,
})
const answers = (...own: [read: DetectionRead, answer: unknown][]): DetectionReadResults =>
  Object.fromEntries(own.map(([read, answer]) => [formatReadKey(read), answer]))
const found = (...entries: GatewayRouteTableRow[]) => ({ entries, covered: [], ownSpace: [] })
const reported = (peer: string, prefix: string) => ({
  scope: HUB_GATEWAY_NAME,
  kind: 'learned',
  peer,
  prefix,
  asPath: [12076],
})

function done(own: GroupPollEvaluationInput, known: DetectionReadResults): GroupReadResult {
  const plan = planGroupReads(own, { ...ALWAYS_READ, ...known })
  if (!plan.isDone) throw new Error(`still to read: ${JSON.stringify(plan.reads)}`)
  return plan.result
}

it('routes of a gateway that the inventory does not list are compared with its own table', () => {
  const unlisted = poll('learned', {
    signals: [isNew],
    topology: EMPTY_TOPOLOGY,
    scopes: [HUB_GATEWAY_NAME],
    state: remembered,
  })
  const asked = readsOf(unlisted, ALWAYS_READ).flatMap((read) => (read.kind === 'routesTo' ? [read.gateways] : []))
  expect(asked).toEqual([[HUB_GATEWAY_NAME]])
})

describe('what a first round brings decides what a second one reads', () => {
  const learned = poll('learned', { signals: [isNew], state: remembered })
  const first: [DetectionRead, unknown][] = [[routesTo('10.64.0.0/11'), found(entry('10.64.0.0/11', LON ?? ''))]]
  const holds = routesTo(...[10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map((length) => `${length < 5 ? 0 : 8}.0.0.0/${length}`))

  it('prefixes that nobody reported before: what holds them', () => {
    const known = answers(...first, [past('10.64.0.0/11'), {}])
    const second = readsOf(learned, known)
    expect(second.map(({ kind }) => kind)).toEqual(['routesTo'])
    expect(second.flatMap((read) => (read.kind === 'routesTo' ? read.prefixes : []))).toHaveLength(10)
    const [covering = holds] = second
    const wide = [entry('8.0.0.0/5', LON ?? ''), entry('10.0.0.0/8', AMS ?? '')]
    const { reads } = done(learned, { ...known, ...answers([covering, found(...wide)]) })
    expect(reads.routes?.covering).toEqual({ '10.64.0.0/11': [wide[1]] })
  })

  it('new prefixes next to a covered prefix without a route: what holds both, in one round', () => {
    const both = poll('learned', { signals: [isNew, withdrawn], state: remembered })
    const [changed = routesTo()] = readsOf(both).filter(({ kind }) => kind === 'routesTo')
    const covered = { ...found(entry('10.64.0.0/11', LON ?? '')), covered: [PREFIX] }
    const second = readsOf(both, answers([changed, covered], [past('10.64.0.0/11'), {}]))
    expect(second.map(({ kind }) => kind)).toEqual(['routesTo', 'routesTo'])
  })

  it('prefixes that somebody did report: nothing', () => {
    const known = answers(...first, [past('10.64.0.0/11'), { '10.64.0.0/11': { origins: {}, peers: [] } }])
    expect(done(learned, known).reads.routes?.covering).toEqual({})
  })

  it('what a fallen circuit carried: whether another path leads there', () => {
    const fell = poll('peers', { signals: [session('down')] })
    const known = answers([carried, [reported(LON ?? '', PREFIX), reported(AMS ?? '', OTHER)]])
    expect(readsOf(fell, known)).toEqual([routesTo(PREFIX), routesTo(OTHER)])
    const backedUp = done(fell, {
      ...known,
      ...answers(
        [routesTo(PREFIX), found(entry(PREFIX, LON ?? ''), entry(PREFIX, AMS ?? ''))],
        [routesTo(OTHER), found(entry(OTHER, AMS ?? ''))],
      ),
    })
    expect(backedUp.topology.circuits.map(({ scope, backedUp: is }) => [scope, is])).toEqual([
      ['ckt-lon', true],
      ['ckt-ams', false],
    ])
  })

  it('what a fallen circuit carried: a path of another customer is no backup', () => {
    const owners = new Map([
      ['ckt-lon', 'contoso'],
      ['ckt-ams', 'fabrikam'],
    ])
    const fell = poll('peers', { signals: [session('down')] })
    const owned = { ...fell, topology: { ...fell.topology, owners } }
    const known = answers(
      [carried, [reported(LON ?? '', PREFIX), reported(AMS ?? '', OTHER)]],
      [routesTo(PREFIX), found(entry(PREFIX, LON ?? ''), entry(PREFIX, AMS ?? ''))],
      [routesTo(OTHER), found(entry(OTHER, AMS ?? ''))],
    )
    expect(done(owned, known).topology.circuits.map(({ scope, backedUp: is }) => [scope, is])).toEqual([
      ['ckt-lon', false],
      ['ckt-ams', false],
    ])
  })

  it('what a still path carried: whether it is the best path to any of it', () => {
    const still = poll('stats', { signals: [traffic(flat, false)] })
    const known = answers([carried, [reported(LON ?? '', PREFIX)]])
    expect(readsOf(still, known)).toEqual([routesTo(PREFIX)])
    const used = { ...known, ...answers([routesTo(PREFIX), found(entry(PREFIX, LON ?? ''))]) }
    expect(done(still, used).reads.inUse).toEqual({ 'ckt-lon': { primary: true, secondary: false } })
  })
})

describe('a plan', () => {
  it('gives null where an answer is null, and does not ask again', () => {
    const own = poll('learned', { maySnapshot: true })
    expect(done(own, answers([everything, null])).reads.snapshot).toBeNull()
  })

  it('leaves out other groups without a circuit', () => {
    const own = poll('stats', { state: { 'ckt-ams': trafficState({ fact: low }) } })
    const none = { topology: { circuits: [], gateways: [] }, scopes: {} }
    expect(done(own, answers([others, none])).reads.otherGroups).toBeNull()
  })

  it('asks once for what two rules need', () => {
    const own = poll('peers', {
      signals: [session('down')],
      state: { 'ckt-lon': trafficState({}), 'ckt-ams': trafficState({}) },
    })
    expect(readsOf(own)).toEqual([carried])
  })

  it('and its answers are plain data', () => {
    const mappings: NeighborPathMapping[] = createTwoCircuitEstate()
      .topology()
      .mappings.map((one) => ({ ...one }))
    const own = poll('learned', {
      signals: [withdrawn],
      topology: { ...createTwoCircuitEstate().topology(), mappings },
    })
    const read = done(own, answers([routesTo(PREFIX), found(entry(PREFIX, AMS ?? ''))]))
    expect(JSON.parse(JSON.stringify(read))).toEqual(read)
  })
})

describe('the light of a port', () => {
  const topology = { ...createTwoCircuitEstate().topology() }
  topology.circuits = topology.circuits.map((circuit) =>
    circuit.scope === 'ckt-lon' ? { ...circuit, port: '/port/1' } : circuit,
  )
  const asked = (more: Partial<GroupPollEvaluationInput>) => {
    const plan = planGroupReads(poll('summary', { topology, ...more }), {})
    return plan.isDone ? [] : plan.reads.filter(({ kind }) => kind === 'lightOf')
  }
  const fallen: PollSignal = {
    type: 'session',
    localAddress: '172.16.0.2',
    neighbor: '172.16.0.1',
    level: 'down',
    since: { earliest: AT - MS_PER_MINUTE, latest: AT },
    sample: null,
  }

  it('is read where something of its circuit is reported, and not for each poll', () => {
    expect(asked({ signals: [fallen] })).toEqual([{ kind: 'lightOf', port: '/port/1' }])
    expect(asked({ signals: [] })).toEqual([])
    expect(asked({ signals: [fallen], scopes: ['ckt-ams'] })).toEqual([])
  })
})
