import { describe, expect, it } from 'vitest'
import type { Circuit } from '#lib/circuits/api/index.ts'
import { testCircuit, testPath } from '#lib/circuits/api/testing.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import { testMinuteIso, testEvent, testIncident } from '../incidents/testing.ts'
import { testSession } from '../sessions/testing.ts'
import { createTestSourceResponse } from '../sources/testing.ts'
import type { LookupContext } from '#lib/routes/api/index.ts'
import { testCandidate } from '#lib/routes/words/testing.ts'
import { formatLookupTicket } from './lookup-ticket-text.ts'
import { type CircuitTicketData, formatCircuitTicket } from './ticket-text.ts'

const circuit = testCircuit({
  redundancy: 'reduced',
  atLeastPaths: 1,
  atMostPaths: 1,
  paths: [
    testPath({
      state: 'down',
      reason: 'The customer’s router does not answer ARP.',
      layers: { provisioned: 'up', arp: 'incomplete', bgp: 'down', traffic: 'quiet' },
      since: [testMinuteIso(1), testMinuteIso(2)],
      arp: [
        { interface: 'On-Prem', ipAddress: '172.16.0.1', macAddress: null, age: 0 },
        { interface: 'Microsoft', ipAddress: '172.16.0.2', macAddress: 'aabb.ccdd.eeff', age: null },
      ],
      routesReceived: 0,
      bitsInPerSecond: 0,
      bitsOutPerSecond: 0,
    }),
    testPath({
      path: 'secondary',
      since: ['1970-01-01T00:00:00.000Z', testMinuteIso(-60)],
      customerAddress: '172.16.0.5',
      microsoftAddress: '172.16.0.6',
      routesReceived: 1234,
    }),
  ],
})
const facts: CircuitTicketData = {
  circuit,
  path: null,
  sessions: [
    testSession({
      scope: 'c1',
      path: 'primary',
      role: 'onprem',
      verdict: 'down',
      state: 'idle',
      azureState: 'Idle',
      localAddress: '172.16.0.2',
      neighbor: '172.16.0.1',
      remoteAsn: 65001,
    }),
    testSession({ mapping: { circuitId: 'c1', circuitName: 'c1', path: 'primary', confidence: 'inferred' } }),
    testSession({ role: 'gateway-peer', neighbor: '10.0.4.13' }),
  ],
  incident: testIncident({ state: 'open', scopeName: 'erc-london', endedBetween: null }),
  card: {
    scope: 'c1',
    part: '',
    displayName: 'DC-A',
    serviceId: 'EQX-77',
    contact: 'noc@example.net',
    runbookUrl: '',
    note: '',
  },
  entries: [
    {
      id: 'e1',
      correlationId: '11111111-aaaa-4bbb-8ccc-000000000001',
      at: testMinuteIso(0),
      operation: 'Microsoft.Network/expressRouteCircuits/write',
      status: 'Succeeded',
      resourceId: '/x',
      caller: 'ada@example.net',
    },
  ],
  polls: [
    {
      ...createTestSourceResponse({
        kind: 'arp',
        scope: 'c1',
        scopeName: 'erc-london',
        resourceId: circuit.resourceId,
        subresource: 'AzurePrivatePeering/primary',
        peering: 'private',
        path: 'primary',
        lastPollAt: testMinuteIso(11),
        lastOkAt: testMinuteIso(11),
        floorSeconds: 62,
      }),
      correlationId: '22222222-aaaa-4bbb-8ccc-000000000002',
    },
  ],
  link: 'https://peerwatch.example.net/incidents/i1',
  now: Date.parse(testMinuteIso(12)),
}

describe('a ticket', () => {
  it('for the provider names what the provider can check, and nothing of the subscription', () => {
    expect(formatCircuitTicket(facts, 'provider')).toMatchInlineSnapshot(`
      "Path down: ckt-lon (private peering, primary)
      One of the two paths of a peering is down between the customer’s router and Microsoft’s edge.
      Impact: No redundancy on ckt-lon meanwhile.

      Please check the primary path of this circuit from the customer’s port to Microsoft’s edge: light, errors, VLAN tags and the BGP session. Report the cause and when it will be repaired to noc@example.net.

      When
        Began            between 2026-11-20 03:01:00 UTC and 2026-11-20 03:02:00 UTC
        Ended            not yet
        Duration so far  at least 10 min 00 s, at most 11 min 00 s

      Circuit
        Name              erc-london
        Service id        EQX-77
        Peering location  London
        Provider          Equinix
        Bandwidth         1 Gb/s on each path
        S-tag             1005
        C-tag             100
        Peer AS           65001
        Microsoft AS      12076
        Circuit state     Enabled
        Provider state    Provisioned
        Our contact       noc@example.net

      Primary path: DOWN
        Since            between 2026-11-20 03:01:00 UTC and 2026-11-20 03:02:00 UTC
        Reason           The customer’s router does not answer ARP.
        Subnet           172.16.0.0/30
        Customer edge    172.16.0.1
        Microsoft edge   172.16.0.2
        ARP              On-Prem 172.16.0.1 INCOMPLETE, 0 min old
        ARP              Microsoft 172.16.0.2 aabb.ccdd.eeff
        BGP              DOWN (BGP Idle) to 172.16.0.1 AS 65001, Azure state Idle
        Routes received  0
        Traffic          0 b/s to Azure, 0 b/s from Azure

      Secondary path: UP
        Since            before 2026-11-20 02:00:00 UTC
        Subnet           172.16.0.4/30
        Customer edge    172.16.0.5
        Microsoft edge   172.16.0.6
        ARP              no entry (complete)
        BGP              up; no session polled
        Routes received  1,234
        Traffic          2.00 Mb/s to Azure, 5.00 Mb/s from Azure

      Read from Azure Resource Manager by Peerwatch, 2026-11-20 03:12:00 UTC
      https://peerwatch.example.net/incidents/i1
      "
    `)
  })

  it('for Microsoft adds what Microsoft finds it by', () => {
    const text = formatCircuitTicket(facts, 'microsoft')
    expect(text.slice(text.indexOf('Gateway sessions'))).toMatchInlineSnapshot(`
      "Gateway sessions
        ergw 10.0.4.12 - 10.0.4.4  UP, Microsoft edge, primary path (inferred)

      Correlation ids
        11111111-aaaa-4bbb-8ccc-000000000001  expressRouteCircuits write, Succeeded, 2026-11-20 03:00:00 UTC
        22222222-aaaa-4bbb-8ccc-000000000002  ARP of erc-london AzurePrivatePeering/primary, answered, 2026-11-20 03:11:00 UTC

      Read from Azure Resource Manager by Peerwatch, 2026-11-20 03:12:00 UTC
      https://peerwatch.example.net/incidents/i1
      "
    `)
    expect(text).toContain(circuit.resourceId)
    expect(text).not.toContain('10.0.4.13')
  })

  it('says that counters still move on a path that is down, and names Microsoft’s port', () => {
    const [primary, ...others] = circuit.paths
    const moving = { ...primary, layers: { ...primary?.layers, traffic: 'moving' }, bitsOutPerSecond: 5.4e6 }
    const peerings = [{ ...circuit.peerings[0], azurePorts: { primary: 'LON-06GMR-CIS-1-PRI-A', secondary: null } }]
    const text = formatCircuitTicket(
      { ...facts, circuit: { ...circuit, paths: [moving, ...others], peerings } as Circuit },
      'provider',
    )
    expect(text).toContain('0 b/s to Azure, 5.40 Mb/s from Azure, counters still move, reason unknown\n')
    expect(text).toMatch(/Azure port +LON-06GMR-CIS-1-PRI-A/)
  })

  it('names tags of both paths, other peerings, and what was not answered', () => {
    const [peering] = circuit.peerings
    if (!peering || !facts.polls[0]) throw new Error('no peering')
    const other = { ...peering, name: 'MicrosoftPeering', vlanId: 200 }
    const text = formatCircuitTicket(
      {
        ...facts,
        circuit: { ...circuit, secondStag: 78, peerings: [peering, other] },
        polls: [{ ...facts.polls[0], lastOutcome: 'forbidden' }],
      },
      'provider',
    )
    expect(text).toMatch(/S-tag +1005, 78 on the secondary path\n/)
    expect(text).toMatch(/Other peering +MicrosoftPeering, C-tag 200, peer AS 65001\n/)
    expect(text).toMatch(
      /\n\nNot observed\n {2}ARP AzurePrivatePeering\/primary {2}.*; last answered 2026-11-20 03:11:00 UTC\n/,
    )
    expect(formatCircuitTicket(facts, 'provider')).not.toContain('Not observed')
  })

  it('without an incident says how the circuit is', () => {
    const [first, second, third] = formatCircuitTicket({ ...facts, incident: null }, 'provider').split('\n\n')
    expect(first).toBe('ExpressRoute circuit erc-london: ONE PATH LEFT')
    expect(second).toMatch(/Report what you find to noc@example\.net\.$/)
    expect(third).toMatch(/^Circuit\n/)
  })

  it('about one path has all facts of it, and only the state of the other', () => {
    const text = formatCircuitTicket({ ...facts, path: 'secondary', incident: null }, 'microsoft')
    expect(text).toMatch(/^ExpressRoute circuit erc-london, secondary path: UP\n/)
    expect(text).toContain('\n\nPrimary path: DOWN\n\nSecondary path: UP\n  Since ')
    for (const ofTheOther of ['172.16.0.1 ', 'Gateway sessions', 'AzurePrivatePeering/primary'])
      expect(text).not.toContain(ofTheOther)
    expect(text).toContain('expressRouteCircuits write')
  })

  it.each(['provider', 'microsoft'] as const)('for %s never holds the service key, not even its end', (reader) => {
    expect(formatCircuitTicket(facts, reader)).not.toContain('1234\n')
    expect(formatCircuitTicket(facts, reader).toLowerCase()).not.toContain('key')
  })
})

describe('a ticket about what is over', () => {
  it('says what was read then, and nothing of how it is now', () => {
    const text = formatCircuitTicket({ ...facts, incident: testIncident({ scopeName: 'erc-london' }) }, 'microsoft')
    expect(text).toContain('What was read then')
    expect(text).not.toMatch(/both paths|Traffic|Circuit state|Gateway sessions|Not observed/)
  })

  it('of a look-up says states, ARP and traffic of then', () => {
    const states = [
      { from: testMinuteIso(0), to: testMinuteIso(2), is: 'up' as const },
      { from: testMinuteIso(2), to: testMinuteIso(5), is: 'down' as const },
    ]
    const path = { circuitId: circuit.id, circuitName: circuit.name, inUse: true, states }
    const around: LookupContext = {
      from: testMinuteIso(0),
      to: testMinuteIso(5),
      untilNow: false,
      verdict: 'something',
      resources: [{ scope: circuit.id, scopeName: 'erc-london', type: 'circuit' }],
      incidents: [
        {
          id: 'i1',
          kind: 'path_down',
          severity: 'major',
          scope: circuit.id,
          scopeName: 'erc-london',
          subject: 'AzurePrivatePeering/primary',
          startedBetween: [testMinuteIso(1), testMinuteIso(2)],
          endedBetween: null,
          owner: 'provider',
          ownerName: 'Equinix',
          confidence: 0.7,
          nextStep: 'Ask Equinix.',
        },
      ],
      events: [],
      paths: [{ ...path, path: 'primary' }],
      sessions: [],
      traffic: [
        {
          circuitId: circuit.id,
          circuitName: circuit.name,
          points: [],
          mean: { in: 1e9, out: 2e8 },
          usual: null,
          verdict: 'less',
        },
      ],
      probes: { tests: 1, failedShare: 0, roundTripMs: 10.4, points: [] },
      covered: true,
      uncovered: [],
    }
    const lookup = {
      ip: '10.10.4.7',
      at: testMinuteIso(3),
      known: 'observed' as const,
      match: '10.10.0.0/16',
      system: null,
      userRoutes: [],
      privateEndpoints: [],
      firewalls: [],
      interfaces: [],
      around,
      candidates: [testCandidate({ circuitId: circuit.id })],
    }
    const entry = (peering: 'private' | 'microsoft', ipAddress: string) => ({
      peering,
      ipAddress,
      path: 'primary' as const,
      interface: 'On-Prem',
      macAddress: null,
      to: null,
      from: [testMinuteIso(1), testMinuteIso(2)] as [string, string],
    })
    const arp = [entry('private', '172.16.0.1'), entry('microsoft', '203.0.113.1')]
    const text = formatLookupTicket({ lookup, around, circuit, card: facts.card, arp, link: 'https://x' }, 'provider')
    expect(text).toMatch(/^Path down: erc-london, primary path, since 03:01:00–03:02:00 UTC, Equinix, likely\n/)
    expect(text).toMatch(/Please check what was recorded of the primary path .* to noc@example\.net\./)
    expect(text).toMatch(/Primary path +UP 03:00:00 – 03:02:00, DOWN 03:02:00 – 03:05:00/)
    expect(text).toMatch(/ARP primary +On-Prem 172\.16\.0\.1 INCOMPLETE, since between/)
    expect(text).toMatch(/ARP microsoft primary +On-Prem 203\.0\.113\.1/)
    expect(text).toContain('0 % loss, RTT 10 ms, less traffic than usual (1.20 Gb/s)')
    expect(text).not.toMatch(/both paths|Circuit state/)

    const { known, match, system, candidates } = lookup
    const unpolled = {
      ...lookup,
      known: 'unknown' as const,
      match: null,
      candidates: [],
      lastKnown: { at: testMinuteIso(2), known, match, system, candidates },
    }
    expect(
      formatLookupTicket({ lookup: unpolled, around, circuit, card: null, arp, link: '' }, 'provider'),
      'no table was polled at that time',
    ).toContain('Last known at 03:02:00 UTC: 10.10.4.7 was routed via erc-london, primary path; not polled since.')

    const quiet: LookupContext = { ...around, verdict: 'nothing', incidents: [], paths: [] }
    expect(
      formatLookupTicket({ lookup, around: quiet, circuit, card: null, arp, link: '' }, 'provider'),
      'nothing failed that it could name',
    ).toMatch(/^No incident on this path .*\n.*\n[^]*Report whether anything failed\./)
  })

  it('lists outages with health between them singly', () => {
    const outage = (from: number, to: number) => ({
      startedBetween: [testMinuteIso(from), testMinuteIso(from)] as [string, string],
      endedBetween: [testMinuteIso(to), testMinuteIso(to)] as [string, string],
      certain: [{ from: testMinuteIso(from), to: testMinuteIso(to) }],
    })
    const incident = { ...testIncident({ scopeName: 'erc-london' }), outages: [outage(1, 3), outage(14, 17)] }
    const text = formatCircuitTicket({ ...facts, incident }, 'provider')
    expect(text).toMatch(/Outage 1 +began 2026-11-20 03:01:00 UTC, ended 2026-11-20 03:03:00 UTC\n/)
    expect(text).toMatch(
      /Outage 2 +began 2026-11-20 03:14:00 UTC, ended 2026-11-20 03:17:00 UTC\n +Duration in all +5 min 00 s/,
    )
    expect(text).not.toContain('Began')
    const ongoing = { ...outage(14, 17), endedBetween: null }
    const again = { ...incident, phase: 'ongoing' as const, endedBetween: null, outages: [outage(1, 3), ongoing] }
    expect(formatCircuitTicket({ ...facts, incident: again }, 'provider')).toMatch(
      /When\n +Down since +2026-11-20 03:14:00 UTC \(outage 2\)\n +First outage +began 2026-11-20 03:01:00 UTC, ended/,
    )
  })

  it('says of an end that nothing is back, of one outage and of several', () => {
    const root = testEvent({ id: 'm', kind: 'mass_withdraw', flags: ['baseline'] })
    const end = 'not back: absent as long as it had been known'
    const ended = (incident: Incident) =>
      formatCircuitTicket({ ...facts, incident }, 'provider').match(/Ended +(.*)/)?.[1]
    expect(ended(testIncident({ root }))).toBe(`between 2026-11-20 03:08:00 UTC and 2026-11-20 03:09:00 UTC, ${end}`)
    const [outage] = testIncident().outages
    expect(ended(testIncident({ root, outages: outage ? [outage, outage] : [] }))).toBe(end)
  })
})
