import { FAILING_POLLS_NEXT_STEP, getCauseOfEventKind } from '#lib/contract/event-kinds/causes.ts'
import { STOPPED_POLLS_BRIEF_STEP, STOPPED_POLLS_NEXT_STEP } from '#lib/contract/words/stopped-polls.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StoredCircuit as Circuit } from '#lib/circuits/api/index.ts'
import { formatIso, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { EventResponse, IncidentResponse } from '#lib/incidents/answers/index.ts'
import type { GatewayToEncode as Gateway } from '#lib/gateways/api/index.ts'
import type { SourceStatus } from '#lib/history/index.ts'
import { canCauseStillChange } from '#lib/incidents/answers/incidents.ts'
import { listProblems, type ProblemListInput } from './problems.ts'
import type { WallInput } from './wall-facts.ts'
import { buildWallTiles } from './wall-tiles.ts'

const NOW = Date.parse('2026-11-20T03:30:00.000Z')
const NO_REMEDY = { remedy: null, command: null }
const ago = (minutes: number) => NOW - minutes * MS_PER_MINUTE
const bounds = (minutes: number) => ({ earliest: ago(minutes + 1), latest: ago(minutes) })

type Path = Circuit['paths'][number]
const path = (name: Path['path'], state: Path['state']) =>
  ({ path: name, state, reason: 'Layer 2: ARP is missing.', since: bounds(5) }) as Path
const circuit = (
  redundancy: Circuit['redundancy'],
  states: [Path['state'], Path['state']],
  more: Partial<Circuit> = {},
) =>
  ({
    id: 'lon',
    name: 'erc-london',
    subscriptionId: 'sub-1',
    provider: 'Equinix',
    redundancy,
    unconfirmedSince: null,
    paths: [path('primary', states[0]), path('secondary', states[1])],
    connections: [{ gatewayId: 'hub' }],
    ...more,
  }) as Circuit
const redundant = circuit('redundant', ['up', 'up'])
const reduced = circuit('reduced', ['down', 'up'])
const gateway = (state: Gateway['state'] = 'healthy', reason: string | null = null) =>
  ({
    id: 'hub',
    name: 'ergw-hub',
    subscriptionId: 'sub-1',
    state,
    reason,
    unconfirmedSince: null,
    instances: [{ address: '10.0.4.12', reporting: true, sessionsUp: 2, sessionsExpected: 2 }],
  }) as Gateway

const event = (kind: EventResponse['kind'], more: Partial<EventResponse> = {}) =>
  ({
    kind,
    scope: 'lon',
    scopeName: 'x',
    subject: 'x',
    flags: [],
    evidence: [],
    duration: null,
    startedBetween: bounds(5),
    endedBetween: null,
    ...more,
  }) as unknown as EventResponse
const incident = (root: EventResponse, more: Partial<IncidentResponse> = {}) =>
  ({
    id: 'i1',
    scope: 'lon',
    severity: 'major',
    state: 'open',
    phase: 'ongoing',
    root,
    startedBetween: bounds(5),
    endedBetween: null,
    cause: { owner: 'provider', confidence: 0.7, nextStep: '' },
    needsYou: { when: 'now', reason: '' },
    impact: { summary: 'One path of erc-london is down.' },
    acknowledged: null,
    diagnosing: false,
    unverifiedSince: null,
    confirmedAt: null,
    maintenance: false,
    outages: [{ startedBetween: bounds(5), endedBetween: null, certain: [], ...more }],
    ...more,
  }) as IncidentResponse
const polled = (scope: string, kind: string, lastReadAt: number, more: object = {}) =>
  ({
    scope,
    scopeName: scope,
    resourceId: `/subscriptions/sub-1/x/${scope}`,
    scheduled: true,
    poll: { kind, lastOutcome: 'ok', lastOkAt: lastReadAt, lastReadAt, intervalSeconds: 60, error: null, ...more },
  }) as unknown as SourceStatus

interface Asked extends Partial<Omit<WallInput, 'problems' | 'declared'>> {
  ongoing?: EventResponse[]
  pollsStoppedAt?: number
  /** state of the polls without an error */
  pollState?: ProblemListInput['sources'][number]['state']
  declared?: Partial<WallInput['declared']>
}
function judged({ declared, pollState = 'fresh', ...asked }: Asked) {
  const facts = {
    circuits: [redundant],
    gateways: [gateway()],
    sources: [],
    incidents: [],
    ongoing: [],
    sites: [],
    ...asked,
  }
  const sources = facts.sources.map(({ poll, ...source }): ProblemListInput['sources'][number] =>
    poll.error
      ? {
          ...source,
          kind: poll.kind,
          state: 'stale',
          lastOutcome: poll.lastOutcome,
          error: { ...poll.error, ...NO_REMEDY },
        }
      : { ...source, kind: poll.kind, state: pollState, lastOutcome: poll.lastOutcome, error: null },
  )
  const { maintenance = [] } = declared ?? {}
  const problems = listProblems({ ...facts, now: NOW, sessions: [], sources, maintenance })
  const tiles = buildWallTiles({ ...facts, now: NOW, problems, declared: { cards: [], maintenance: [], ...declared } })
  return { problems, tiles }
}
const ask = (asked: Asked) => judged(asked).tiles
const lines = (asked: Asked) => ask(asked).map(({ state, name, meaning }) => `${state} ${name}: ${meaning}`)
const window = (scopes: string[]) => ({
  id: 'm',
  title: 'CHG',
  from: formatIso(ago(60)),
  to: formatIso(ago(-60)),
  scopes,
  paths: [],
  note: '',
})
/** Returns an incident of the circuit with this number of lost prefixes. */
const losing = (atLeast: number, atMost: number | null = atLeast, more: Partial<IncidentResponse['impact']> = {}) => {
  const none = { atLeast: 0, atMost: 0 }
  const impact = { prefixesLost: { atLeast, atMost }, prefixesOnDefault: none, routes: 'read', ...more }
  return incident(event('circuit_down'), { impact: impact as IncidentResponse['impact'] })
}
const site = (to: string) => event('site_state_changed', { subject: 'DC-A', flags: ['from:reachable', `to:${to}`] })
const family = (subject: string, to: string) => ({ ...site(to), subject })
const learnedSite = (to: string) => ({
  ...site(to),
  subject: 'learned: London / Equinix',
  flags: [`to:${to}`, 'learned', 'mapping_inferred'],
})
/** Returns the incident of a site with this number of lost prefixes. */
const siteLosing = (...lost: [atLeast: number, atMost?: number | null]) => ({
  ...losing(...lost),
  root: site('on_backup'),
})
const pathless = circuit('no_path', ['down', 'down'])

describe('a tile says what a state means', () => {
  it.each<[string, Asked, string]>([
    ['all is well', {}, 'up erc-london: Both paths up'],
    ['one path left', { circuits: [reduced] }, 'degraded erc-london: Secondary path only'],
    [
      'nothing lost, by tables that were read since',
      { circuits: [reduced], incidents: [losing(0)] },
      'degraded erc-london: Secondary path only, no prefix cut off',
    ],
    [
      'tables of before the loss say nothing of prefixes',
      { circuits: [reduced], incidents: [losing(0, null, { routes: 'not_read' })] },
      'degraded erc-london: Secondary path only',
    ],
    [
      'a site that is on backup',
      { circuits: [reduced], sites: [site('on_backup')] },
      'degraded erc-london: DC-A on backup',
    ],
    [
      'prefixes without any path',
      { circuits: [pathless], incidents: [losing(5)] },
      'down erc-london: No path is left, 5 prefixes cut off',
    ],
    [
      'a number without an upper bound',
      { circuits: [pathless], incidents: [losing(5, null)] },
      'down erc-london: No path is left, at least 5 prefixes cut off',
    ],
    [
      'no path, and the site that was named is cut off',
      { circuits: [pathless], sites: [site('unreachable')], incidents: [losing(1)] },
      'down erc-london: No path is left, DC-A not reached, 1 prefix cut off',
    ],
    [
      'no path, and the learned site is where the circuit is',
      { circuits: [pathless], sites: [learnedSite('unreachable')], incidents: [losing(1)] },
      'down erc-london: No path is left, 1 prefix cut off',
    ],
    [
      'no path, and the learned site uses another path',
      { circuits: [pathless], sites: [learnedSite('on_backup')] },
      'down erc-london: No path is left, its site on backup',
    ],
    [
      'one path left, and the learned site is reached in part',
      { circuits: [reduced], sites: [learnedSite('partial')] },
      'degraded erc-london: Secondary path only, its site reached in part',
    ],
    ['a gateway without peers', { gateways: [gateway('isolated')] }, 'down ergw-hub: No BGP peer is up'],
    [
      'a gateway that lost a neighbor on one instance, in clauses',
      { gateways: [gateway('partial', 'Neighbor 10.0.4.4 is down on instance 10.0.4.12.')] },
      'degraded ergw-hub: Neighbor 10.0.4.4 is down, on instance 10.0.4.12',
    ],
    ['a site alone', { sites: [site('unreachable')] }, 'down DC-A: not reached'],
    [
      'a learned site whose neighbors are inferred',
      { sites: [learnedSite('unreachable')] },
      'down learned: London / Equinix: not reached; which circuits are its home is inferred',
    ],
    [
      'a site whose IPv6 alone is lost',
      { sites: [family('DC-A (IPv6)', 'unreachable')] },
      'down DC-A: IPv6 not reached',
    ],
    [
      'a learned site whose families differ, with its doubt once',
      {
        sites: [
          { ...learnedSite('on_backup'), incidentId: 'i1' },
          { ...learnedSite('unreachable'), subject: 'learned: London / Equinix (IPv6)', incidentId: 'i1' },
        ],
        incidents: [siteLosing(8)],
      },
      'down learned: London / Equinix: IPv6 not reached, IPv4 on backup, 8 prefixes cut off; which circuits are its home is inferred',
    ],
    [
      'a site that both families of are lost',
      { sites: [family('DC-A (IPv6)', 'unreachable'), family('DC-A', 'unreachable')] },
      'down DC-A: IPv4 and IPv6 not reached',
    ],
    [
      'a site whose families differ',
      { sites: [family('DC-A', 'on_backup'), family('DC-A (IPv6)', 'unreachable')] },
      'down DC-A: IPv6 not reached, IPv4 on backup',
    ],
    ['a site on backup without tables', { sites: [site('on_backup')] }, 'degraded DC-A: on backup'],
    [
      'a site on backup that lost nothing, by tables that were read since',
      { sites: [site('on_backup')], incidents: [siteLosing(0)] },
      'degraded DC-A: on backup, no prefix cut off',
    ],
    [
      'a site on backup that lost prefixes all the same',
      { sites: [site('on_backup')], incidents: [siteLosing(3, null)] },
      'degraded DC-A: on backup, at least 3 prefixes cut off',
    ],
    [
      'a learned site that lost prefixes, with its doubt',
      { sites: [{ ...learnedSite('unreachable'), incidentId: 'i1' }], incidents: [siteLosing(8)] },
      'down learned: London / Equinix: not reached, 8 prefixes cut off; which circuits are its home is inferred',
    ],
    [
      'prefixes that are lost while both paths work',
      { incidents: [{ ...losing(3), root: event('mass_withdraw') }] },
      'degraded erc-london: Prefixes withdrawn, 3 prefixes cut off',
    ],
    [
      'a grave incident of what works',
      { incidents: [incident(event('bandwidth_high'))] },
      'degraded erc-london: Bandwidth nearly used',
    ],
  ])('%s', (_, asked, first) => {
    expect(lines(asked)[0]).toBe(first)
  })

  it('what has ended makes none, though its incident is still open', () => {
    const over = incident(event('circuit_down', { endedBetween: bounds(1) }))
    expect(lines({ incidents: [over] })[0]).toBe('up erc-london: Both paths up')
  })

  it('a site is one tile, whichever families are lost', () => {
    const sites = [family('DC-A (IPv6)', 'on_backup'), family('DC-A', 'unreachable'), family('DC-B', 'on_backup')]
    expect(ask({ sites }).filter(({ type }) => type === 'site')).toMatchObject([
      { id: 'site/DC-A', state: 'down' },
      { id: 'site/DC-B', state: 'degraded' },
    ])
  })

  it('a warning makes none', () => {
    expect(lines({ incidents: [incident(event('parity_mismatch'), { severity: 'warning' })] })[0]).toMatch(/^up/)
  })

  it('healthy circuits are before healthy gateways, because the last rows may have no space', () => {
    const circuits = [circuit('redundant', ['up', 'up'], { name: 'useasterc1cust1' })]
    expect(ask({ circuits, gateways: [gateway('healthy')] }).map(({ name }) => name)).toEqual([
      'useasterc1cust1',
      'ergw-hub',
    ])
  })

  it('what is switched off has none', () => {
    expect(lines({ circuits: [circuit('disabled', ['disabled', 'disabled'])] })).toEqual([
      'up ergw-hub: All BGP peers are up',
    ])
  })
})

describe('what is not known', () => {
  const unknown = circuit('unknown', ['unknown', 'unknown'])
  it.each([
    ['Azure refused', { lastOutcome: 'forbidden' }, 'forbidden'],
    ['nobody asked', {}, 'not_polled'],
    ['Azure answered late', { lastOutcome: 'timeout' }, 'timeout'],
  ])('says why: %s', (_, poll, outcome) => {
    const [tile] = ask({ circuits: [unknown], sources: [polled('lon', 'summary', NOW - 10 * MS_PER_MINUTE, poll)] })
    expect(tile).toMatchObject({ state: 'unknown', outcome, freshness: { state: 'stale' } })
  })

  it('is said once, by the tile of the collector, while other tiles keep their last known state and place', () => {
    const at = NOW - 8 * MS_PER_MINUTE
    const circuits = [
      circuit('unknown', ['unknown', 'unknown'], { lastKnown: { state: 'redundant', at } }),
      circuit('redundant', ['up', 'up'], { id: 'ams', name: 'erc-amsterdam' }),
      circuit('reduced', ['down', 'unknown'], { id: 'jnb', name: 'erc-johannesburg', unconfirmedSince: at }),
    ]
    const gateways = [{ ...gateway('unknown'), lastKnown: { state: 'no_peers', at } } as Gateway]
    const throttled = { lastOutcome: 'throttled', error: { code: 'X', detail: 'slow down' } }
    const part = { ...throttled, lastOutcome: 'incomplete' }
    const sources = [
      ...['lon', 'hub'].map((scope) => polled(scope, 'summary', at, throttled)),
      polled('sub', 'inventory', at, part),
    ]
    const cause = {
      class: 'collector_throttled',
      owner: 'own_change',
      confidence: 1,
      ownerName: 'Peerwatch’s polling',
      nextStep: FAILING_POLLS_NEXT_STEP,
    }
    const degraded = incident(event('collector_degraded', { scope: 'sub' }), { scope: 'sub', severity: 'warning' })
    const incidents = [{ ...degraded, cause } as IncidentResponse]
    const tiles = ask({ circuits, gateways, sources, incidents })
    expect(tiles.map(({ name, state, lastKnown }) => [name, state, lastKnown?.state])).toEqual([
      ['erc-johannesburg', 'degraded', undefined],
      ['Collector', 'unknown', undefined],
      ['erc-amsterdam', 'up', undefined],
      ['erc-london', 'unknown', 'up'],
      ['ergw-hub', 'unknown', 'silent'],
    ])
    expect(tiles[1]).toMatchObject({
      meaning: 'Azure asked to slow down (429), 3 of 3 polls are late',
      owner: { owner: 'own_change', name: 'Peerwatch’s polling' },
      nextStep: 'Open Sources to see which polls fail, why, and what to do.',
      href: '/incidents/i1',
      // the incident's start does not change, while the oldest late poll would be earlier the longer polls are late
      since: bounds(5),
    })
    expect(tiles[3]?.lastKnown).toEqual({ state: 'up', word: 'up', called: 'both paths up', at })
    expect(tiles.map(({ outcome }) => outcome)).not.toContain('throttled')
  })

  it('because all polls stopped has the last poll as its start, and names the worker', () => {
    const at = NOW - 97_000
    const sources = ['lon', 'hub'].map((scope) => polled(scope, 'summary', at))
    expect(ask({ sources, pollState: 'stale', pollsStoppedAt: at })[0]).toMatchObject({
      word: 'late',
      meaning: 'No poll succeeds; the network may be fine',
      since: { earliest: at, latest: at },
      nextStep: 'Restart the worker (service peerwatch-worker, container worker or npm start), and read its log.',
      briefStep: 'Restart the worker',
    })
    expect(ask({ sources, pollState: 'stale' })[0]).toMatchObject({
      word: 'late',
      meaning: '2 of 2 polls are late',
      since: null,
      nextStep: FAILING_POLLS_NEXT_STEP,
    })
  })

  it('because all polls stopped has the step of its incident if this has another cause', () => {
    const at = NOW - 97_000
    const sources = ['lon', 'hub'].map((scope) => polled(scope, 'summary', at))
    const stepsWith = (cause: object | null) => {
      const silent = incident(event('nothing_polled', { scope: 'collector' }), { scope: 'collector' })
      const incidents = [{ ...silent, cause } as IncidentResponse]
      const { problems, tiles } = judged({ sources, pollState: 'stale', pollsStoppedAt: at, incidents })
      return [problems[0]?.state, tiles[0]?.nextStep, tiles[0]?.briefStep]
    }
    const cause = { class: 'collector_timeout', owner: 'unknown', confidence: 1, nextStep: 'Check the proxy.' }
    expect(stepsWith(cause)).toEqual(['stale', 'Check the proxy.', 'Check the proxy'])
    expect(stepsWith(null)).toEqual(['stopped', STOPPED_POLLS_NEXT_STEP, STOPPED_POLLS_BRIEF_STEP])
    expect(getCauseOfEventKind('nothing_polled').nextStep).toBe(STOPPED_POLLS_NEXT_STEP)
  })

  it('is the first if all polls stopped, because all other tiles are then outdated', () => {
    const at = NOW - 97_000
    const sources = ['lon', 'hub'].map((scope) => polled(scope, 'summary', at))
    const circuits = [circuit('no_path', ['down', 'down'])]
    const typesOf = (pollsStoppedAt?: number) =>
      judged({ circuits, sources, pollState: 'stale', pollsStoppedAt }).tiles.map(({ type }) => type)
    expect(typesOf(at).slice(0, 2)).toEqual(['collector', 'circuit'])
    expect(typesOf().slice(0, 2)).toEqual(['circuit', 'collector'])
  })

  it('hides no open incident of a resource that is not polled', () => {
    const at = NOW - 8 * MS_PER_MINUTE
    const circuits = [circuit('unknown', ['unknown', 'unknown'], { lastKnown: { state: 'redundant', at } })]
    const sources = ['lon', 'hub'].map((scope) =>
      polled(scope, 'summary', at, { lastOutcome: 'throttled', error: { code: 'X', detail: '' } }),
    )
    const cause = { class: 'collector_throttled', owner: 'own_change', confidence: 1, nextStep: '' }
    const degraded = incident(event('collector_degraded', { scope: 'sub' }), { id: 'i2', scope: 'sub' })
    const incidents = [{ ...degraded, cause } as IncidentResponse, incident(event('mass_withdraw'))]
    const [tile] = ask({ circuits, sources, incidents })
    expect(tile).toMatchObject({ name: 'erc-london', state: 'degraded', incidentId: 'i1' })
    expect(tile?.lastKnown).toBeUndefined()
  })

  it('is shown beside what metrics report instead, and is no loss of the resource itself', () => {
    const sources = [polled('lon', 'summary', NOW - 10 * MS_PER_MINUTE, { lastOutcome: 'forbidden' })]
    const incidents = [incident(event('collector_error'))]
    expect(ask({ sources, incidents })[0]).toMatchObject({
      state: 'up',
      outcome: 'forbidden',
      doubt: 'by metrics: Azure refused (403)',
      incidentId: null,
    })
  })

  it('is no maintenance, whatever was announced', () => {
    expect(ask({ circuits: [unknown], declared: { maintenance: [window(['lon'])] } })[0]?.state).toBe('unknown')
  })
})

describe('a tile is called by what it is, and opens its incident', () => {
  const withdrawn = incident(event('mass_withdraw'))
  it.each<[string, Asked, string, string]>([
    ['one path left', { circuits: [reduced], incidents: [incident(event('path_down'))] }, 'one_path', '/incidents/i1'],
    ['one path left, no incident yet', { circuits: [reduced] }, 'one_path', '/circuits/lon'],
    ['no path', { circuits: [pathless] }, 'down', '/circuits/lon'],
    ['withdrawn prefixes', { incidents: [withdrawn] }, 'degraded', '/incidents/i1'],
    ['nothing is wrong', {}, 'up', '/circuits/lon'],
  ])('%s', (_, asked, word, href) => {
    expect(ask(asked)[0]).toMatchObject({ word, href })
  })
})

describe('the start of what goes on', () => {
  const outage = (minutes: number, ended: number | null = null) => ({
    startedBetween: bounds(minutes),
    endedBetween: ended === null ? null : bounds(ended),
    certain: [],
  })
  it.each<[string, Asked, number]>([
    ['does not begin again with another layer', { circuits: [reduced], incidents: [pathDown([outage(8)])] }, 8],
    [
      'is no earlier outage of its incident',
      { circuits: [reduced], incidents: [pathDown([outage(30, 20), outage(4)])] },
      5,
    ],
    [
      'of what has no path is not that of the first one',
      { circuits: [pathless], incidents: [pathDown([outage(8)])] },
      5,
    ],
  ])('%s', (_, asked, minutes) => {
    expect(ask(asked)[0]?.since).toEqual(bounds(minutes))
  })

  function pathDown(outages: IncidentResponse['outages']) {
    return incident(event('path_down'), { outages })
  }
})

describe('the views of a wall', () => {
  it('a gateway is in each of its own, what is in none in that of the rest', () => {
    const views = { of: new Map([['hub', ['London', 'Paris']]]), rest: 'No site' }
    expect(ask({ views }).map((one) => [one.name, one.views, one.subscriptionId])).toEqual([
      ['erc-london', ['No site'], 'No site'],
      ['ergw-hub', ['London', 'Paris'], 'London'],
    ])
    expect(ask({})[0]?.views).toEqual(['sub-1'])
  })
})

describe('maintenance', () => {
  const declared = { maintenance: [window(['lon'])] }
  it.each<[string, Asked, string]>([
    ['a window is open and detection has not judged yet', { circuits: [reduced], declared }, 'maintenance'],
    [
      'detection says that it was expected',
      { circuits: [reduced], incidents: [incident(event('path_down'), { maintenance: true })] },
      'maintenance',
    ],
    [
      'detection says that it was not',
      { circuits: [reduced], declared, incidents: [incident(event('path_down'))] },
      'degraded',
    ],
    ['nothing is wrong', { declared }, 'up'],
    [
      'the window is about something else',
      { circuits: [reduced], declared: { maintenance: [window(['ams'])] } },
      'degraded',
    ],
  ])('%s', (_, asked, state) => {
    expect(ask(asked).find(({ type }) => type === 'circuit')?.state).toBe(state)
  })

  it('says until when', () => {
    expect(ask({ circuits: [reduced], declared })[0]?.plannedUntil).toBe(formatIso(ago(-60)))
  })
})

describe('the owner', () => {
  const incidents = [incident(event('path_down'), { acknowledged: { at: ago(3), by: 'local', note: null } })]
  it('is the cause’s owner, by the provider’s name, and who took it on', () => {
    expect(ask({ circuits: [reduced], incidents })[0]).toMatchObject({
      owner: { owner: 'provider', name: 'Equinix', confidence: 0.7, lacksContact: true },
      acknowledged: { by: 'local' },
      impact: 'One path of erc-london is down.',
      incidentId: 'i1',
    })
  })

  it('is the card’s contact, and the tile has the card’s name', () => {
    const cards = [
      {
        scope: 'lon',
        part: '',
        displayName: 'London office',
        contact: 'NOC 555',
        serviceId: '',
        runbookUrl: '',
        note: '',
      },
    ]
    const [tile] = ask({ circuits: [reduced], incidents, declared: { cards } })
    expect(tile).toMatchObject({ name: 'London office', owner: { name: 'NOC 555' } })
    expect(tile?.owner).not.toHaveProperty('lacksContact')
  })

  it.each([
    ['a possible cause, as in the list of incidents', false, { owner: 'provider', name: 'Equinix', confidence: 0.5 }],
    ['nobody until polls identify the cause', true, { owner: 'unknown', name: null, confidence: null }],
  ])('is that of %s', (_, diagnosing, owner) => {
    const doubted = incident(event('path_down'), {
      cause: { owner: 'provider', confidence: 0.5, nextStep: '' } as IncidentResponse['cause'],
      diagnosing,
    })
    expect(ask({ circuits: [reduced], incidents: [doubted] })[0]?.owner).toMatchObject(owner)
  })

  it('is nobody’s while nothing is wrong', () => {
    expect(ask({})[0]?.owner).toBeNull()
  })
})

describe('what came back', () => {
  const ended = (minutes: number) =>
    incident(event('circuit_down'), {
      state: 'closed',
      endedBetween: bounds(minutes),
      outages: [
        {
          startedBetween: { earliest: ago(30), latest: ago(30) + 1_000 },
          endedBetween: { earliest: ago(30) + 32_000, latest: ago(30) + 42_000 },
          certain: [{ from: ago(30) + 1_000, to: ago(30) + 32_000 }],
        },
      ],
    })

  it('stands before all that is up for 30 minutes, with how long it was away', () => {
    const other = circuit('redundant', ['up', 'up'], { id: 'ams', name: 'erc-amsterdam' })
    const [first] = ask({ circuits: [other, redundant], incidents: [ended(29)] })
    expect(first).toMatchObject({
      name: 'erc-london',
      state: 'up',
      recovered: { was: 'down', duration: { minMs: 31_000, maxMs: 42_000 }, monitoring: false },
    })
    const open = { ...ended(1), state: 'open', phase: 'recovered' } as const
    expect(ask({ incidents: [open] })[0]?.recovered).toMatchObject({ monitoring: true })
    expect(ask({ circuits: [other, redundant], incidents: [ended(31)] })[0]?.recovered).toBeNull()
    const { root } = ended(1)
    const gone = { ...ended(1), root: root && { ...root, flags: ['removed'] } }
    expect(ask({ circuits: [other, redundant], incidents: [gone] })[0]?.recovered).toBeNull()
  })
})

it('the worst is first, and among equals what is not acknowledged', () => {
  const named = (id: string, redundancy: Circuit['redundancy'], states: [Path['state'], Path['state']]) =>
    circuit(redundancy, states, { id, name: id })
  const circuits = [
    named('a', 'redundant', ['up', 'up']),
    named('b', 'unknown', ['unknown', 'unknown']),
    named('c', 'reduced', ['down', 'up']),
    named('d', 'reduced', ['down', 'up']),
    named('e', 'no_path', ['down', 'down']),
  ]
  const taken = incident(event('path_down', { scope: 'c' }), {
    scope: 'c',
    acknowledged: { at: ago(1), by: 'me', note: null },
  })
  expect(ask({ circuits, gateways: [], incidents: [taken] }).map(({ name }) => name)).toEqual(['e', 'd', 'c', 'b', 'a'])
})

describe('a tile of what nobody confirms', () => {
  const since = ago(8)

  it.each<[string, Asked, string]>([
    ['keeps the loss of a path', { circuits: [{ ...reduced, unconfirmedSince: since }] }, 'degraded'],
    ['keeps the loss of both', { circuits: [{ ...pathless, unconfirmedSince: since }] }, 'down'],
    [
      'keeps what an open incident says',
      { incidents: [incident(event('mass_withdraw'), { unverifiedSince: since })] },
      'degraded',
    ],
  ])('%s', (_, asked, state) => {
    expect(ask(asked)[0]).toMatchObject({ state, unconfirmedSince: since })
  })
})

describe('what is not known yet', () => {
  const unpeered: Gateway = {
    ...gateway(),
    state: 'no_peers',
    reason: 'Azure reports no BGP peer of it.',
    instances: [],
  }

  it('is no peer that is up', () => {
    const half = { address: '10.0.4.13', reporting: null, sessionsUp: 0, sessionsExpected: 2 }
    const reason = 'Azure does not report its sessions.'
    const hub = { ...unpeered, kind: 'vwan', state: 'not_reported', reason } as Gateway
    const server = { ...unpeered, state: 'healthy', kind: 'routeServer', unplaced: { up: 2, expected: 2 } } as Gateway
    const said = [unpeered, hub, server, { ...gateway(), instances: [...gateway().instances, half] }, gateway()].map(
      (one) => {
        const { state, word, called, meaning } = ask({ gateways: [one] }).find(({ type }) => type === 'gateway') ?? {}
        return [state, word, called, meaning].join(', ')
      },
    )
    expect(said).toEqual([
      'silent, no_peers, no peers, Azure reports no BGP peer of it',
      'silent, not_reported, not reported, Azure does not report its sessions',
      'up, up, healthy, All BGP peers are up',
      'up, up, healthy, 2 of 4 BGP peers are known to be up',
      'up, up, healthy, All BGP peers are up',
    ])
  })

  it('names no owner, no next step and no impact', () => {
    const waiting = incident(event('path_down'), { diagnosing: true, cause: null })
    const [tile] = ask({ circuits: [reduced], incidents: [waiting], sources: [polled('hub', 'learned', NOW)] })
    expect(tile).toMatchObject({
      diagnosing: true,
      owner: { owner: 'unknown', name: null },
      nextStep: null,
      impact: null,
      meaning: 'Secondary path only',
    })
  })

  it('has a brief step that agrees with the advice, and calls Microsoft without the contact of the provider', () => {
    const card = { scope: 'lon', part: '', contact: 'Equinix NOC' } as WallInput['declared']['cards'][number]
    const briefOf = (owner: string, nextStep: string) => {
      const cause = { class: 'x', owner, confidence: 0.9, nextStep } as IncidentResponse['cause']
      return ask({ incidents: [incident(event('path_down'), { cause })], declared: { cards: [card] } })[0]?.briefStep
    }
    expect(briefOf('provider', 'Ask Equinix for the link of this path.')).toBe('Ask Equinix NOC')
    expect(briefOf('microsoft', 'Check Service Health, and ask Microsoft.')).toBe('Ask Microsoft')
    expect(briefOf('microsoft', 'Wait for the end of the work that Microsoft announced (X).')).toBe('Open the incident')
  })

  it('has no owner without an incident', () => {
    expect(ask({ circuits: [circuit('unknown', ['unknown', 'unknown'])] })[0]).toMatchObject({ owner: null })
  })
})

describe('a cause', () => {
  const begun = NOW - 5 * MS_PER_MINUTE
  const answered = (kind: string, finishedAt: number | null, more: object = {}) =>
    polled('lon', kind, finishedAt ?? 0, { lastFinishedAt: finishedAt, ...more })

  it.each<[string, SourceStatus[], boolean]>([
    ['sessions were read before the start', [answered('arp', begun), answered('summary', begun - 30_000)], true],
    ['all were read since', [answered('arp', begun), answered('summary', begun + 1)], false],
    ['one never answered', [answered('arp', begun), answered('summary', null)], false],
    ['one is paused', [answered('arp', begun), answered('summary', begun - 30_000, { lastOutcome: 'paused' })], false],
    ['another resource was read before', [polled('par', 'summary', begun, { lastFinishedAt: begun - 30_000 })], false],
  ])('waits for polls of after the start: %s', (_, sources, isWaiting) => {
    expect(canCauseStillChange(event('path_down'), sources)).toBe(isWaiting)
    expect(canCauseStillChange(event('path_down', { endedBetween: bounds(1) }), sources)).toBe(false)
  })
})

describe('the overview and the wall', () => {
  const worstOfWall = (asked: Asked) => ask(asked)[0]?.state
  const worstOfOverview = (asked: Asked) => judged(asked).problems[0]?.severity ?? 'up'
  const raised = (kind: EventResponse['kind'], more: Partial<IncidentResponse> = {}) => ({
    incidents: [incident(event(kind), more)],
  })
  const siteEvent = (to: string) => ({ ...site(to), incidentId: 'i1' })

  it.each<[string, Asked, string]>([
    ['all is well', {}, 'up'],
    ['many prefixes are withdrawn', raised('mass_withdraw'), 'degraded'],
    ['the best path moved', raised('best_path_shift', { severity: 'minor' }), 'degraded'],
    ['a session flaps', raised('session_flapping'), 'degraded'],
    [
      'what is back keeps falling',
      {
        ...raised('session_flapping', {
          root: event('path_down', { endedBetween: bounds(1) }),
          endedBetween: bounds(1),
          phase: 'ongoing',
          flapping: { outages: 3, seconds: 900 },
        }),
        // flapping begins with the first outage, not when it was detected
        ongoing: [
          event('session_flapping', { incidentId: 'i1', severity: 'major', partOf: 'p', startedBetween: bounds(9) }),
        ],
      },
      'degraded',
    ],
    ['a site is on backup', { sites: [siteEvent('on_backup')], ...raised('site_state_changed') }, 'degraded'],
    ['a site is cut off', { sites: [siteEvent('unreachable')] }, 'down'],
    ['a path is green but dead', { circuits: [circuit('reduced', ['degraded', 'up'])] }, 'degraded'],
    ['a path is down', { circuits: [reduced], ...raised('path_down') }, 'degraded'],
    ['no path is left', { circuits: [pathless], ...raised('circuit_down') }, 'down'],
    ['nobody sees the circuit', { circuits: [circuit('unknown', ['unknown', 'unknown'])] }, 'unknown'],
    ['a connection is gone', raised('resource_removed', { scope: 'cxn' }), 'degraded'],
    ['a window explains it', { circuits: [reduced], ...raised('path_down', { maintenance: true }) }, 'maintenance'],
    ['a warning is open', raised('mass_withdraw', { severity: 'warning' }), 'up'],
    ['an incident has recovered', raised('mass_withdraw', { endedBetween: bounds(1) }), 'up'],
  ])('say the same when %s', (_, asked, state) => {
    expect([worstOfOverview(asked), worstOfWall(asked)]).toEqual([state, state])
    const [flapping] = asked.incidents?.filter((one) => one.flapping) ?? []
    expect(judged(asked).problems[0]?.called === 'flapping').toBe(flapping !== undefined)
    if (flapping) expect(judged(asked).problems[0]?.since).toEqual(flapping.startedBetween)
  })

  it.each<[string, EventResponse[], string[]]>([
    [
      'the same again',
      [event('mass_withdraw', { incidentId: 'i1', severity: 'major', partOf: null })],
      ['mass_withdraw'],
    ],
    [
      'the worst of what is left',
      [
        event('parity_mismatch', { incidentId: 'i1', severity: 'warning' }),
        event('best_path_shift', { incidentId: 'i1', severity: 'minor', partOf: null }),
        event('mass_withdraw', { incidentId: 'i1', severity: 'major', partOf: 'e0' }),
      ],
      ['best_path_shift'],
    ],
    ['warnings alone', [event('best_path_shift', { incidentId: 'i1', severity: 'warning' })], []],
  ])('show what goes on of an incident whose root has ended: %s', (_, ongoing, kinds) => {
    const incidents = [incident(event('mass_withdraw', { endedBetween: bounds(1) }))]
    const { problems, tiles } = judged({ incidents, ongoing })
    expect(problems.map(({ kind }) => kind)).toEqual(kinds)
    expect(tiles[0]?.state).toBe(kinds.length > 0 ? 'degraded' : 'up')
  })

  it('list an incident of a healthy resource as a problem of its own, and one that a state shows once', () => {
    const withdrawn = incident(event('mass_withdraw'), { id: 'i2' })
    const { problems } = judged({ circuits: [reduced], incidents: [incident(event('path_down')), withdrawn] })
    expect(problems.map(({ name, state, kind, incidentId }) => ({ name, state, kind, incidentId }))).toEqual([
      { name: 'erc-london', state: 'reduced', kind: null, incidentId: 'i1' },
      { name: 'erc-london', state: 'impaired', kind: 'mass_withdraw', incidentId: 'i2' },
    ])
  })

  it('show the sites of an incident about something else as a part of it', () => {
    const withdrawn = incident(event('mass_withdraw'))
    const sites = [
      learnedSite('on_backup'),
      { ...learnedSite('unreachable'), subject: 'learned: London / Equinix (IPv6)' },
    ]
    const { problems, tiles } = judged({
      incidents: [withdrawn],
      sites: sites.map((one) => ({ ...one, incidentId: 'i1' })),
    })
    expect(problems.map(({ type, name, severity, kind }) => [type, name, severity, kind])).toEqual([
      ['circuit', 'erc-london', 'down', 'mass_withdraw'],
    ])
    expect(problems[0]?.reason).toMatch(/Equinix on backup\. learned: .* \(IPv6\) not reached\.$/)
    expect(tiles[0]).toMatchObject({
      state: 'down',
      meaning: 'Prefixes withdrawn, its site on backup, its site not reached',
    })
  })

  it('agree on more problems than an overview lists', () => {
    const circuits = Array.from({ length: 60 }, (_, index) =>
      circuit('reduced', ['down', 'up'], { id: `c${index}`, name: `c${index}` }),
    )
    expect(ask({ circuits, gateways: [] }).filter(({ state }) => state === 'degraded')).toHaveLength(60)
  })

  it('agree whatever is open', () => {
    const kinds = ['path_down', 'mass_withdraw', 'best_path_shift', 'session_flapping', 'resource_removed'] as const
    const states = ['redundant', 'reduced', 'no_path', 'unknown', 'disabled'] as const
    const paths = {
      redundant: 'up',
      reduced: 'down',
      no_path: 'down',
      unknown: 'unknown',
      disabled: 'disabled',
    } as const
    const anIncident = fc.record({
      kind: fc.constantFrom(...kinds),
      scope: fc.constantFrom('lon', 'hub', 'cxn'),
      severity: fc.constantFrom('critical', 'major', 'minor', 'warning', 'info'),
      isOver: fc.boolean(),
      maintenance: fc.boolean(),
    })
    const situation = fc.record({
      redundancy: fc.constantFrom(...states),
      gateway: fc.constantFrom('healthy', 'peer_lost', 'isolated', 'unknown'),
      site: fc.constantFrom(null, 'on_backup', 'unreachable'),
      open: fc.array(anIncident, { maxLength: 4 }),
    })
    fc.assert(
      fc.property(situation, (facts) => {
        const { redundancy } = facts
        const incidents = facts.open.map(({ kind, scope, severity, isOver, maintenance }, index) =>
          incident(event(kind, { scope, endedBetween: isOver ? bounds(1) : null }), {
            id: `i${index}`,
            scope,
            severity,
            maintenance,
            endedBetween: isOver ? bounds(1) : null,
          }),
        )
        const { problems, tiles } = judged({
          circuits: [circuit(redundancy, [paths[redundancy], redundancy === 'reduced' ? 'up' : paths[redundancy]])],
          gateways: [gateway(facts.gateway)],
          sites: facts.site === null ? [] : [site(facts.site)],
          incidents,
        })
        expect(tiles[0]?.state ?? 'up').toBe(problems[0]?.severity ?? 'up')
        const shown = new Set(tiles.filter(({ state }) => state !== 'up').map(({ name }) => name))
        expect(shown).toEqual(new Set(problems.map(({ name }) => name)))
      }),
    )
  })
})
