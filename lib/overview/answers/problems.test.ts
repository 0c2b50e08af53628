import { describe, expect, it } from 'vitest'
import type { PollKind } from '#lib/contract/index.ts'
import { listProblems, type ProblemListInput } from './problems.ts'

type Path = ProblemListInput['circuits'][number]['paths'][number]
type Session = ProblemListInput['sessions'][number]

const NOW = Date.parse('2026-11-20T03:05:00.000Z')
const AT = { earliest: NOW - 300_000, latest: NOW - 295_000 }
const LATER = { earliest: NOW - 240_000, latest: NOW - 235_000 }
const CUT = 'Layer 2: ARP is incomplete and BGP is down.'
const path = (
  name: Path['path'],
  state: Path['state'] = 'up',
  reason = 'BGP is established.',
  since: Path['since'] = AT,
): Path => ({
  path: name,
  state,
  reason,
  since,
})
const london = (redundancy: ProblemListInput['circuits'][number]['redundancy'], paths: Path[]) => ({
  id: 'lon',
  name: 'erc-london',
  redundancy,
  unconfirmedSince: null,
  paths,
})
const well = london('redundant', [path('primary'), path('secondary')])
const reduced = london('reduced', [path('primary', 'down', CUT), path('secondary')])
const hub = (state: ProblemListInput['gateways'][number]['state'], reason: string | null = null) => ({
  id: 'hub',
  name: 'ergw-hub',
  state,
  unconfirmedSince: null,
  reason,
})
const session = (more: Partial<Session> = {}): Session => ({
  scope: 'hub',
  scopeName: 'ergw-hub',
  path: null,
  localAddress: '10.0.4.12',
  neighbor: '10.0.4.4',
  role: 'msee',
  verdict: 'down',
  azureState: 'Connecting',
  evidence: 'state',
  known: 'observed',
  lastSeenAt: null,
  mapping: { circuitId: 'lon', circuitName: 'lon', path: 'primary', confidence: 'certain' },
  ...more,
})
const edge = (more: Partial<Session> = {}) =>
  session({ scope: 'lon', scopeName: 'erc-london', path: 'primary', neighbor: '192.0.2.97', role: 'onprem', ...more })

const problems = (facts: Partial<ProblemListInput>) =>
  listProblems({
    now: NOW,
    circuits: [well],
    gateways: [],
    sessions: [],
    sources: [],
    incidents: [],
    ongoing: [],
    sites: [],
    maintenance: [],
    ...facts,
  })
const ask = (facts: Partial<ProblemListInput>) =>
  problems(facts).map(({ type, severity, name, reason }) => `${severity} ${type} ${name}: ${reason}`)

describe('a circuit without a path of private peering', () => {
  const lost = london('no_path', [path('primary', 'down', CUT), path('secondary', 'down', CUT)])
  const peerings = (microsoft: number) => [
    { peeringType: 'AzurePrivatePeering', atLeastPaths: 0 },
    { peeringType: 'MicrosoftPeering', atLeastPaths: microsoft },
  ]

  it('is down as a whole only if its other peerings are down, too', () => {
    const whole = problems({ circuits: [{ ...lost, peerings: peerings(0) }] })[0]
    expect(whole).toMatchObject({ called: 'down', severity: 'down', reason: `Both paths: ${CUT}` })
    expect(whole?.part).toBeUndefined()
  })

  it('names the peering that works', () => {
    expect(problems({ circuits: [{ ...lost, peerings: peerings(1) }] })[0]).toMatchObject({
      called: 'private peering down',
      state: 'no_path',
      severity: 'down',
      reason: `Both paths: ${CUT} Microsoft peering works.`,
      part: { down: 'private peering', works: ['Microsoft peering'] },
    })
  })
})

describe('a circuit’s lost path', () => {
  it('is one problem, with both of its sessions', () => {
    const sessions = [edge(), edge({ neighbor: 'fd00::1' })]
    expect(ask({ circuits: [reduced], sessions })).toEqual([`degraded circuit erc-london: Primary path: ${CUT}`])
  })

  it('is one problem with what a gateway sees of it', () => {
    const gateways = [hub('peer_lost', 'Neighbor 10.0.4.4 is down on every instance.')]
    const sessions = [edge(), session(), session({ localAddress: '10.0.4.13' })]
    expect(ask({ circuits: [reduced], gateways, sessions })).toEqual([
      `degraded circuit erc-london: Primary path: ${CUT} Gateway ergw-hub has lost it too.`,
    ])
  })

  it.each([
    ['another neighbor is down', [session(), session({ neighbor: '10.0.4.9', mapping: null })], 'peer_lost'],
    ['nobody knows which path it is', [session({ mapping: null })], 'peer_lost'],
    ['nothing is left', [session()], 'isolated'],
  ] as const)('leaves its gateway a problem of its own when %s', (_, sessions, state) => {
    const lines = ask({ circuits: [reduced], gateways: [hub(state, 'It is so.')], sessions })
    expect(lines).toHaveLength(2)
    expect(lines.find((line) => line.includes('gateway'))).toContain('ergw-hub: It is so.')
  })
})

describe('a circuit with both paths lost', () => {
  const lost = (reason: string) =>
    london('no_path', [path('primary', 'down', CUT), path('secondary', 'down', reason, LATER)])

  it('says so once where the reason is the same', () => {
    expect(ask({ circuits: [lost(CUT)] })).toEqual([`down circuit erc-london: Both paths: ${CUT}`])
  })

  it('gives both reasons where they differ', () => {
    expect(ask({ circuits: [lost('Layer 3: BGP is down.')] })).toEqual([
      `down circuit erc-london: Primary path: ${CUT} Secondary path: Layer 3: BGP is down.`,
    ])
  })

  it('is so since the last of them went', () => {
    const [problem] = problems({ circuits: [lost(CUT)] })
    expect(problem?.since).toEqual(LATER)
  })

  it.each([
    ['the event of its loss, and not the outage that begins with the first path', 'circuit_down', 'lon', null, 'event'],
    ['the paths if its incident is about something else', 'path_down', 'lon', null, 'paths'],
    ['the paths if its incident is about the loss of another resource', 'circuit_down', 'other', null, 'paths'],
    ['the paths if the event of an earlier loss has ended', 'circuit_down', 'lon', LATER, 'paths'],
  ] as const)('has the start of %s', (_, kind, scope, endedBetween, expected) => {
    const loss = { earliest: LATER.earliest - 5_000, latest: LATER.latest - 2_000 }
    const incident = {
      id: 'i1',
      scope: 'lon',
      state: 'open',
      phase: 'ongoing',
      severity: 'critical',
      root: { kind, scope, startedBetween: loss, endedBetween },
      startedBetween: AT,
      endedBetween: null,
      confirmedAt: NOW,
      outages: [{ startedBetween: AT, endedBetween: null, certain: [{ from: AT.latest, to: null }] }],
    }
    const incidents = [incident] as unknown as ProblemListInput['incidents']
    const [problem] = problems({ circuits: [lost(CUT)], incidents })
    expect(problem).toMatchObject({ severity: 'down', incidentId: 'i1' })
    expect(problem?.since).toEqual(expected === 'event' ? loss : LATER)
    expect(problem?.notObservedSeconds ?? 0).toBe(0)
  })
})

describe('a gateway’s lost neighbor', () => {
  it('is one problem, which names the path', () => {
    const gateways = [hub('peer_lost', 'Neighbor 10.0.4.4 is down on every instance.')]
    const sessions = [session(), session({ localAddress: '10.0.4.13' })]
    expect(ask({ gateways, sessions })).toEqual([
      'degraded gateway ergw-hub: Neighbor 10.0.4.4 is down on every instance. It is the primary path of erc-london.',
    ])
  })

  it('says when the path is inferred, and how many neighbors are down', () => {
    const gateways = [hub('peer_lost', 'Neighbor 10.0.4.4 is down on every instance.')]
    const mapping = { circuitId: 'lon', circuitName: 'lon', path: 'primary', confidence: 'inferred' } as const
    expect(ask({ gateways, sessions: [session({ mapping })] })[0]).toMatch(
      / It is probably the primary path of erc-london\.$/,
    )
    expect(ask({ gateways, sessions: [session(), session({ neighbor: '10.0.4.5' })] })[0]).toMatch(
      / 2 neighbors are down\.$/,
    )
  })

  it('is a problem of the session while the gateway’s own is something else', () => {
    const gateways = [hub('changing', 'Azure is changing it.')]
    expect(ask({ gateways, sessions: [session()] })).toEqual([
      'degraded gateway ergw-hub: Azure is changing it.',
      'degraded session ergw-hub 10.0.4.12 to 10.0.4.4 (primary path of erc-london): Azure reports it as Connecting.',
    ])
  })

  it('of a hub, which names no near end, is named by the hub', () => {
    const facts = { localAddress: '', neighbor: '10.50.10.4', mapping: null, scopeName: 'hub-weu' }
    expect(problems({ gateways: [hub('healthy')], sessions: [session(facts)] }).map(({ name }) => name)).toEqual([
      'hub-weu to 10.50.10.4',
    ])
  })

  it('that fell with its instance is none', () => {
    const sibling = session({ localAddress: '10.0.4.13', neighbor: '10.0.4.12', role: 'gateway-peer', mapping: null })
    const gateways = [hub('instance_lost', 'Instance 10.0.4.12 does not report.')]
    expect(ask({ gateways, sessions: [sibling] })).toHaveLength(1)
    expect(ask({ gateways: [hub('healthy')], sessions: [sibling] })).toHaveLength(1)
  })
})

describe('polls that report nothing', () => {
  const refused = (scopeName: string, kind: PollKind = 'peers') => ({
    scope: scopeName,
    scopeName,
    kind,
    state: 'stale' as const,
    lastOutcome: 'forbidden' as const,
    error: {
      code: 'AuthorizationFailed',
      detail: `Azure refused to report ${kind}.`,
      missingAction: null,
      remedy: null,
      command: null,
    },
  })
  const silent = (scopeName: string) => ({ ...refused(scopeName), error: null })

  it('for one reason are one problem, however many resources it touches', () => {
    const sources = ['a', 'b', 'c', 'd'].flatMap((name) => [refused(name), refused(name, 'learned')])
    expect(ask({ sources })).toEqual([
      'unknown source a, b and 2 more: peers, learned: Azure refused to report peers. (AuthorizationFailed)',
    ])
  })

  it('because the collector is late are one problem, however many resources wait for it', () => {
    const fresh = { ...silent('d'), state: 'fresh' as const }
    const late = { ...silent('e'), kind: 'learned' as const, state: 'late' as const }
    expect(ask({ sources: [silent('a'), silent('b'), refused('c'), fresh, late] })).toEqual([
      'unknown source c: peers: Azure refused to report peers. (AuthorizationFailed)',
      'unknown source Collector: 3 of 5 polls are late: peers, learned.',
    ])
  })

  it('because all polls stopped together have the last poll as their start, and no list of kinds', () => {
    const at = NOW - 97_000
    const [stopped] = problems({ sources: [silent('a'), silent('b')], pollsStoppedAt: at })
    expect(stopped).toMatchObject({
      state: 'stopped',
      called: 'late',
      reason: 'No poll has succeeded since 2026-11-20 03:03:23 UTC; the network may be fine.',
      since: { earliest: at, latest: at },
    })
    expect(problems({ sources: [{ ...silent('a'), state: 'late' }], pollsStoppedAt: at })).toEqual([])
  })

  it('are counted as on the Sources page: not if Azure has no data for them', () => {
    const off = { ...refused('vm', 'effective'), lastOutcome: 'not_polled' as const }
    const notGiven = { ...silent('cxn'), lastOutcome: 'not_given' as const }
    const effective = { ...silent('nic'), kind: 'effective' as const }
    expect(ask({ sources: [silent('a'), silent('b'), effective, off, notGiven] })).toEqual([
      'unknown source Collector: 3 of 3 polls are late: peers, effective.',
    ])
  })

  it('are no problem while they are late by less than three intervals', () => {
    expect(
      ask({
        sources: [
          { ...silent('a'), state: 'late' },
          { ...silent('b'), state: 'late' },
        ],
      }),
    ).toEqual([])
  })

  it('of the one circuit or gateway that waits for its own are none', () => {
    expect(ask({ gateways: [hub('unknown', 'Not known.')], sources: [silent('hub')] })).toHaveLength(1)
    expect(ask({ gateways: [hub('unknown', 'Not known.')], sources: [silent('hub'), silent('lon')] })).toHaveLength(2)
  })

  it('of metrics, tests or the Activity Log are none: no state rests on them', () => {
    const sources = (['metrics', 'probe', 'activity', 'advertised', 'effective'] as const).map((kind) =>
      refused('a', kind),
    )
    expect(ask({ sources })).toEqual([])
  })

  it('for a cause of several resources are one problem of the collector, which includes unknown states', () => {
    const throttled = (scopeName: string) => ({ ...refused(scopeName), lastOutcome: 'throttled' as const })
    const incidents = [
      {
        id: 'i9',
        scope: 'subscription',
        state: 'open',
        phase: 'ongoing',
        severity: 'warning',
        root: { kind: 'collector_degraded', scope: 'subscription' },
        cause: { class: 'collector_throttled', owner: 'own_change', confidence: 1 },
        startedBetween: { earliest: NOW - 60_000, latest: NOW - 50_000 },
        endedBetween: null,
        outages: [],
      },
    ] as unknown as ProblemListInput['incidents']
    const lastKnown = { state: 'redundant', at: NOW - 40_000 } as const
    const circuits = [{ ...london('unknown', [path('primary', 'unknown'), path('secondary', 'unknown')]), lastKnown }]
    const gateways = [{ ...hub('isolated', 'No external BGP peer is up.'), unconfirmedSince: NOW - 30_000 }]
    const sources = ['lon', 'hub', 'cxn'].map(throttled)
    expect(problems({ circuits, gateways, sources, incidents })).toMatchObject([
      // a fault that was seen before remains a fault
      { name: 'ergw-hub', severity: 'down', unconfirmedSince: NOW - 30_000 },
      {
        name: 'erc-london',
        severity: 'unknown',
        state: 'unknown',
        lastKnown: { called: 'both paths up', at: NOW - 40_000 },
      },
      {
        name: 'Collector',
        incidentId: 'i9',
        href: '/incidents/i9',
        reason: 'Azure asked to slow down (429), 3 of 3 polls are late: peers.',
      },
    ])
  })

  it('of one circuit leave it a problem of its own', () => {
    const lastKnown = { state: 'redundant', at: NOW - 40_000 } as const
    const circuits = [{ ...london('unknown', [path('primary', 'unknown'), path('secondary', 'unknown')]), lastKnown }]
    const [own, ...others] = problems({ circuits, sources: [refused('lon')] })
    expect(own?.lastKnown).toBeUndefined()
    expect(others).toEqual([])
  })

  it('of something that speaks for itself are none', () => {
    expect(ask({ gateways: [hub('unknown', 'Not known.')], sources: [refused('hub')] })).toHaveLength(1)
  })
})

describe('a session for which nothing else speaks', () => {
  it('of a path that is up over its other family is a problem of its own, at its circuit', () => {
    const over6 = edge({ neighbor: 'fd00::1', azureState: 'Active' })
    expect(ask({ sessions: [over6] })).toEqual([
      'degraded session erc-london primary path to fd00::1: Azure reports it as Active; the path is up by its other session.',
    ])
    const [problem] = problems({ sessions: [over6] })
    expect(problem?.href).toBe('/circuits/lon')
  })

  it('known by metrics says so', () => {
    const byMetric = session({ mapping: null, evidence: 'metric', azureState: null })
    expect(ask({ sessions: [byMetric] })[0]).toMatch(/Azure’s metrics show it down\.$/)
  })
})
