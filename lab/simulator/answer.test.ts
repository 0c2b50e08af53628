import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { createAzureHttpResponse } from './answer.ts'
import { createSimulatorServerState } from './memory.ts'
import { createProfileWithChoices } from './profile/profiles.ts'
import {
  requestSimulator,
  AUTHORIZED_HEADERS,
  CIRCUITS_GROUP_ARM_ID,
  createBuiltInEstateWorld,
  HUB_GROUP_ARM_ID,
  TEST_TIMELINE_ORIGIN,
  ONE_CIRCUIT_GROUP_ARM_ID,
  createOneCircuitWorld,
  getResponseValueRows,
} from './testing.ts'

const PEERS = `${ONE_CIRCUIT_GROUP_ARM_ID}/virtualNetworkGateways/gw-pair/getBgpPeerStatus`
const SUMMARY = `${ONE_CIRCUIT_GROUP_ARM_ID}/expressRouteCircuits/erc-pair/peerings/AzurePrivatePeering/routeTablesSummary/primary`

describe('the door', () => {
  const world = createOneCircuitWorld()
  const plain = (target: string, headers: Record<string, string>, method = 'GET') =>
    createAzureHttpResponse(world, TEST_TIMELINE_ORIGIN, { method, target, headers })
  const cases: [string, string, Record<string, string>, number, string][] = [
    ['no token', '/subscriptions?api-version=1', {}, 401, 'AuthenticationFailed'],
    [
      'a made-up token',
      '/subscriptions?api-version=1',
      { authorization: 'Bearer x' },
      401,
      'InvalidAuthenticationToken',
    ],
    [
      'a token of another stamp',
      '/subscriptions?api-version=1',
      { authorization: 'Bearer sim.9000000000.00000000' },
      401,
      'InvalidAuthenticationToken',
    ],
    ['no api-version', '/subscriptions', AUTHORIZED_HEADERS, 400, 'MissingApiVersionParameter'],
    [
      'an unknown type',
      `${ONE_CIRCUIT_GROUP_ARM_ID}/nothing?api-version=1`,
      AUTHORIZED_HEADERS,
      404,
      'InvalidResourceType',
    ],
    [
      'an unknown resource',
      `${ONE_CIRCUIT_GROUP_ARM_ID}/virtualNetworkGateways/no?api-version=1`,
      AUTHORIZED_HEADERS,
      404,
      'ResourceNotFound',
    ],
    [
      'an unknown group',
      `${ONE_CIRCUIT_GROUP_ARM_ID.replace('rg-pair', 'rg-no')}/connections?api-version=1`,
      AUTHORIZED_HEADERS,
      404,
      'ResourceGroupNotFound',
    ],
    [
      'an unknown subscription',
      '/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups?api-version=1',
      AUTHORIZED_HEADERS,
      404,
      'SubscriptionNotFound',
    ],
  ]
  it.each(cases)('%s', (_, target, headers, status, code) => {
    const given = plain(target, headers)
    expect(given.status).toBe(status)
    expect(JSON.parse(given.body)).toMatchObject({ error: { code } })
  })
  it('does not mind case, nor doubled slashes', () => {
    const given = plain(
      `/${ONE_CIRCUIT_GROUP_ARM_ID.toUpperCase()}//VIRTUALNETWORKGATEWAYS/GW-PAIR?api-version=1`,
      AUTHORIZED_HEADERS,
    )
    expect(JSON.parse(given.body)).toMatchObject({ name: 'gw-pair' })
  })
})

describe('paging', () => {
  const world = createBuiltInEstateWorld()
  it('gives all, two at a time, by absolute links', () => {
    const names: string[] = []
    let target: string | undefined = '/subscriptions?api-version=2022-12-01'
    let pages = 0
    const links: string[] = []
    while (target) {
      const given = createAzureHttpResponse(world, TEST_TIMELINE_ORIGIN, {
        method: 'GET',
        target,
        headers: AUTHORIZED_HEADERS,
        base: 'http://127.0.0.1:9',
      })
      const page = JSON.parse(given.body) as { value: { displayName: string }[]; nextLink?: string }
      names.push(...page.value.map((s) => s.displayName))
      expect(page.value.length).toBeLessThanOrEqual(2)
      pages += 1
      links.push(page.nextLink ?? '')
      target = page.nextLink?.replace('http://127.0.0.1:9', '')
    }
    expect(names).toEqual(world.scenario.subscriptions.map((s) => s.name))
    expect(pages).toBe(2)
    expect(links).toEqual([expect.stringMatching(/^http:\/\/127\.0\.0\.1:9\/subscriptions\?/), ''])
  })
})

describe('purity', () => {
  it('the same question at the same time has the same answer, also from another world and in another order', () => {
    const targets: ['GET' | 'POST', string][] = [
      ['POST', `${HUB_GROUP_ARM_ID}/virtualNetworkGateways/ergw-hub/getBgpPeerStatus`],
      ['POST', `${HUB_GROUP_ARM_ID}/virtualNetworkGateways/ergw-hub/getLearnedRoutes`],
      ['GET', `${CIRCUITS_GROUP_ARM_ID}/expressRouteCircuits/erc-london/stats`],
      ['GET', `${HUB_GROUP_ARM_ID}/connections/cxn-hub-london`],
      [
        'POST',
        `${CIRCUITS_GROUP_ARM_ID}/expressRouteCircuits/erc-london/peerings/AzurePrivatePeering/arpTables/primary`,
      ],
    ]
    const cut = {
      op: 'cut-path',
      circuit: 'erc-london',
      path: 'primary',
      detection: '8s',
      at: '+30s',
      for: '3m',
      every: '10m',
    } as const
    const one = createBuiltInEstateWorld([cut])
    fc.assert(
      fc.property(
        fc.constantFrom(...targets),
        fc.integer({ min: -3_600_000, max: 7_200_000 }),
        ([method, path], offset) => {
          const first = requestSimulator(one, TEST_TIMELINE_ORIGIN + offset, method, path)
          requestSimulator(one, TEST_TIMELINE_ORIGIN + 99_999_999, method, path)
          expect(requestSimulator(one, TEST_TIMELINE_ORIGIN + offset, method, path)).toEqual(first)
          expect(
            requestSimulator(createBuiltInEstateWorld([cut]), TEST_TIMELINE_ORIGIN + offset, method, path),
          ).toEqual(first)
        },
      ),
      { numRuns: 25 },
    )
  })
})

describe('long-running operations', () => {
  const begin = (style: 'location' | 'azure-async' | 'both' | 'inline', wall: number) => {
    const world = createOneCircuitWorld([], {
      protocol: { lro: { gateway: style, circuit: style, min: '500ms', max: '500ms' } },
    })
    const send = (method: string, target: string, at: number) =>
      createAzureHttpResponse(world, TEST_TIMELINE_ORIGIN + at, {
        method,
        target,
        headers: AUTHORIZED_HEADERS,
        wall: wall + at,
      })
    return { send, first: send('POST', `${PEERS}?api-version=1`, 0) }
  }
  const path = (link: string | undefined): string => (link ?? '').replace('http://127.0.0.1', '')
  const valueOf = (body: string): unknown[] => (JSON.parse(body) as { value: unknown[] }).value

  it('inline: the rows at once', () => {
    const { first } = begin('inline', 0)
    expect(first.status).toBe(200)
    expect(valueOf(first.body)).toHaveLength(5)
  })
  it('Location: 202 with the literal null until it is done, then the rows', () => {
    const { send, first } = begin('location', 1e12)
    expect([first.status, first.body, first.headers['azure-asyncoperation']]).toEqual([202, 'null', undefined])
    const link = path(first.headers.location)
    expect(link).toMatch(/\/operationResults\//)
    expect(send('GET', link, 499).status).toBe(202)
    const done = send('GET', link, 500)
    expect(done.status).toBe(200)
    expect(valueOf(done.body)).toHaveLength(5)
  })
  it('Azure-AsyncOperation alone: a status, then the rows where the status was', () => {
    const { send, first } = begin('azure-async', 1e12)
    expect(first.headers.location).toBeUndefined()
    const link = path(first.headers['azure-asyncoperation'])
    expect(JSON.parse(send('GET', link, 100).body)).toEqual({ status: 'InProgress' })
    expect(valueOf(send('GET', link, 600).body)).toHaveLength(5)
  })
  it('both: the status says Succeeded, Location has the rows', () => {
    const { send, first } = begin('both', 1e12)
    expect(JSON.parse(send('GET', path(first.headers['azure-asyncoperation']), 600).body)).toEqual({
      status: 'Succeeded',
    })
    expect(valueOf(send('GET', path(first.headers.location), 600).body)).toHaveLength(5)
  })
  it('the rows are of a moment inside the operation', () => {
    const { send, first } = begin('location', 1e12)
    const rowsOf = valueOf(send('GET', path(first.headers.location), 60_000).body) as { connectedDuration: string }[]
    const inline = requestSimulator(createOneCircuitWorld(), TEST_TIMELINE_ORIGIN + 250, 'POST', PEERS)
    expect(rowsOf).toEqual(inline.json.value)
  })
  it('an id that is none is not found', () => {
    const { send } = begin('location', 1e12)
    const at = ONE_CIRCUIT_GROUP_ARM_ID.slice(0, ONE_CIRCUIT_GROUP_ARM_ID.indexOf('/resourceGroups'))
    expect(
      send('GET', `${at}/providers/Microsoft.Network/locations/x/operationResults/abc?api-version=1`, 0).status,
    ).toBe(404)
  })
})

describe('a cut path, as ARM shows it', () => {
  const world = createOneCircuitWorld([
    { op: 'cut-path', circuit: 'erc-pair', path: 'primary', detection: '8s', at: '+30s', for: '3m' },
  ])
  const circuit = `${ONE_CIRCUIT_GROUP_ARM_ID}/expressRouteCircuits/erc-pair`
  const ce = (at: number) =>
    getResponseValueRows(requestSimulator(world, TEST_TIMELINE_ORIGIN + at * MS_PER_SECOND, 'POST', SUMMARY))[0]
  const bytesIn = (at: number) =>
    Number(
      requestSimulator(world, TEST_TIMELINE_ORIGIN + at * MS_PER_SECOND, 'GET', `${circuit}/stats`).json.primaryBytesIn,
    )
  const received = (at: number) =>
    getResponseValueRows(requestSimulator(world, TEST_TIMELINE_ORIGIN + at * MS_PER_SECOND, 'POST', PEERS)).find(
      (r) => r.neighbor === '10.0.4.4',
    )

  it('bytes stop at once, BGP eight seconds later, the gateway after that', () => {
    expect(bytesIn(37)).toBe(bytesIn(30))
    expect(bytesIn(30)).toBeGreaterThan(bytesIn(29))
    expect(ce(37)?.statePfxRcd).toBe('2')
    expect(ce(38)?.statePfxRcd).toBe('Idle')
    expect(ce(48)?.upDown).toBe('0:10')
    expect(received(38)).toMatchObject({ state: 'Connected', routesReceived: 2 })
    expect(received(39)).toMatchObject({ state: 'Connected', routesReceived: 0 })
  })
  it('heals with the link, BGP three seconds later', () => {
    expect(ce(212)?.statePfxRcd).toBe('Idle')
    expect(ce(213)?.statePfxRcd).toBe('0')
    expect(ce(214)).toMatchObject({ statePfxRcd: '2', upDown: '0:01' })
    expect(received(216)).toMatchObject({ routesReceived: 2 })
  })
})

describe('the form of answers', () => {
  const read = (form: 'recorded' | 'specified') => {
    const world = createOneCircuitWorld([], {
      protocol: { lro: { gateway: 'location', circuit: 'location', min: '500ms', max: '500ms' } },
    })
    const memory = createSimulatorServerState(createProfileWithChoices('quick', { form }))
    const send = (method: string, target: string, at = 0) =>
      createAzureHttpResponse(
        world,
        TEST_TIMELINE_ORIGIN + at,
        { method, target, headers: AUTHORIZED_HEADERS, wall: 1e12 + at },
        { memory },
      )
    const circuit = `${ONE_CIRCUIT_GROUP_ARM_ID}/expressRouteCircuits/erc-pair`
    const first = send('POST', `${circuit}/peerings/AzurePrivatePeering/routeTables/primary?api-version=1`)
    const last = send('GET', (first.headers.location ?? '').replace('http://127.0.0.1', ''), 600)
    const azure = (JSON.parse(last.body) as { value: { path: string; locPrf: string }[] }).value.find(
      ({ path }) => !path.includes('65001'),
    )
    const stats = Object.keys(JSON.parse(send('GET', `${circuit}/stats?api-version=1`).body) as object)
    return { accepted: first.body, isNamedAgain: last.headers.location !== undefined, locPrf: azure?.locPrf, stats }
  }

  it('is as recorded, or as specified', () => {
    expect(read('recorded')).toEqual({
      accepted: 'null',
      isNamedAgain: true,
      locPrf: '',
      stats: ['primaryBytesIn', 'primaryBytesOut', 'secondaryBytesIn', 'secondaryBytesOut'],
    })
    expect(read('specified')).toEqual({
      accepted: '',
      isNamedAgain: false,
      locPrf: '100',
      stats: ['primarybytesIn', 'primarybytesOut', 'secondarybytesIn', 'secondarybytesOut'],
    })
  })
})

it('an integer beyond 2^53 is printed to the last digit', () => {
  const [circuit] = createOneCircuitWorld().scenario.circuits
  const world = createOneCircuitWorld([{ op: 'traffic', factor: 0, at: '-10d' }], {
    circuits: [{ ...circuit, counterBase: '9007199254740993' }],
  })
  expect(
    requestSimulator(
      world,
      TEST_TIMELINE_ORIGIN,
      'GET',
      `${ONE_CIRCUIT_GROUP_ARM_ID}/expressRouteCircuits/erc-pair/stats`,
    ).text,
  ).toContain('"primaryBytesIn":9007199254740993,')
})
