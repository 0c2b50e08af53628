import { describe, expect, it } from 'vitest'
import { birdConfig } from '#lab/simulator/daemons/bird-config.ts'
import type { RehearsedAct, RehearsedRoute, RehearsedRouteTable } from '#lib/plan/api/index.ts'
import { planTwinActions } from './twin-actions.ts'
import { buildRouterPolicy, createBirdRouterConfig, buildNetworkTwin } from './twin-plan.ts'

const names = { lon: 'er-lon', gw: 'ergw' }
const route = (prefix: string, changed: Partial<RehearsedRoute> = {}): RehearsedRoute => ({
  prefix,
  asPath: [12076, 65001],
  gateway: 'gw',
  instance: '10.0.4.12',
  leadsTo: '10.0.4.4',
  handedOnBy: null,
  nextHop: null,
  transport: 'er',
  circuit: 'lon',
  path: 'primary',
  peering: 'private',
  connection: 'con',
  connectionWeight: 10,
  ...changed,
})
const table = (routes: RehearsedRoute[], changed: Partial<RehearsedRouteTable> = {}): RehearsedRouteTable => ({
  side: 'azure',
  scope: 'gw',
  preference: 'expressRoute',
  routes,
  rows: [],
  others: [],
  ...changed,
})
const learned = route('10.1.0.0/16', { asPath: [12076, 65001, 65001] })
const offered = route('10.0.0.0/16', {
  asPath: [12076, 65515],
  instance: null,
  leadsTo: '172.16.0.2',
  nextHop: '10.0.4.12',
})
const overVpn = route('10.1.0.0/16', {
  asPath: [65010],
  leadsTo: '10.9.0.1',
  transport: 'vpn',
  circuit: null,
  path: null,
  connection: 'vpn',
})
const tables = [table([learned, overVpn]), table([offered], { side: 'onprem', scope: 'lon' })]

/** Returns the configuration of the router with this label. */
function configured(label: string, acts: RehearsedAct[] = []): string {
  const twin = buildNetworkTwin({ tables, names, acts: [] })
  const router = [...twin.routers.values()].find((one) => one.label === label)
  if (!router) throw new Error(`${label} is none of ${[...twin.routers.values()].map((one) => one.label).join(', ')}`)
  const changed = planTwinActions(twin, acts).changed.find((one) => one.router === router.name)
  return birdConfig(
    createBirdRouterConfig(router, twin),
    changed?.policy ?? buildRouterPolicy(router, twin.preferences),
    'log',
  )
}

describe('the twin of some tables', () => {
  it('has both ends of each path, the instances and the devices', () => {
    const { routers, sessions, notPlayed } = buildNetworkTwin({ tables, names, acts: [] })
    expect([...routers.values()].map(({ label, asn }) => `${label} AS${asn}`)).toEqual([
      'ergw 10.0.4.12 AS65515',
      'er-lon primary msee AS12076',
      'er-lon primary customer AS65001',
      '10.9.0.1 behind ergw AS65010',
    ])
    expect(sessions.map(({ ends }) => ends.map(({ router, address }) => `${router} ${address}`).join(' - '))).toEqual([
      'r0 169.254.0.1 - r1 169.254.0.2',
      'r0 169.254.0.5 - r3 169.254.0.6',
      'r2 169.254.0.9 - r1 169.254.0.10',
    ])
    expect(notPlayed.map((left) => left.size)).toEqual([0, 0])
  })

  it('lets the customer announce what the gateway learned, and the MSEE pass it on', () => {
    const customer = configured('er-lon primary customer')
    expect(customer).toContain('route 10.1.0.0/16 blackhole;')
    expect(customer.match(/bgp_path.prepend\(65001\)/g)).toHaveLength(1)
    expect(configured('er-lon primary msee')).toMatch(
      /protocol bgp s0 [^]*if proto = "s2" then accept;[^]*protocol bgp s2/,
    )
    expect(configured('ergw 10.0.4.12')).toContain('route 10.0.0.0/16 blackhole;')
  })

  it('keeps what a sibling hands on apart, and loses it with the path or the sibling', () => {
    const more = route('10.3.0.0/16', { leadsTo: '10.0.4.13', nextHop: '10.0.4.4' })
    const handed = buildNetworkTwin({ tables: [table([learned, more])], names, acts: [] })
    const router = [...handed.routers.values()].find(({ label }) => label === 'er-lon primary msee from 10.0.4.13')
    expect([...(router?.own.keys() ?? [])]).toEqual(['10.3.0.0/16'])
    expect(planTwinActions(handed, [{ kind: 'lose_path', path: 'lon/private/primary' }]).killed).toEqual(['r1', 'r3'])
    const { disabled } = planTwinActions(handed, [{ kind: 'lose_instance', instance: 'gw/10.0.4.13' }])
    expect(disabled).toEqual([{ router: 'r0', session: 's1' }])
  })

  it('ranks ExpressRoute, then the connection’s weight, before the AS path', () => {
    const config = configured('ergw 10.0.4.12')
    expect(config).toMatch(
      /protocol bgp s0 [^]*bgp_local_pref = 200110;[^]*protocol bgp s1 [^]*bgp_local_pref = 100110;/,
    )
    const changed = configured('ergw 10.0.4.12', [{ kind: 'weight', connection: 'con', weight: 300 }])
    expect(changed).toMatch(
      /protocol bgp s0 [^]*bgp_local_pref = 200400;[^]*protocol bgp s1 [^]*bgp_local_pref = 100110;/,
    )
  })

  it('says what it does not play, and never invents who announces it', () => {
    const left = [
      route('fd00::/32'),
      route('10.5.0.0/16', { asPath: [12076, 65515] }),
      route('10.6.0.0/16', { circuit: null, path: null, asPath: [] }),
      route('10.7.0.0/16', { gateway: null, instance: null }),
    ]
    const { notPlayed } = buildNetworkTwin({ tables: [table(left, { others: ['10.8.0.0/16'] })], names, acts: [] })
    expect([...(notPlayed[0]?.keys() ?? [])]).toEqual([
      '10.8.0.0/16',
      'fd00::/32',
      '10.5.0.0/16',
      '10.6.0.0/16',
      '10.7.0.0/16',
    ])
  })
})

it('does not play a weight where the AS path comes first', () => {
  const acts: RehearsedAct[] = [{ kind: 'weight', connection: 'con', weight: 300 }]
  const { notPlayed } = buildNetworkTwin({
    tables: [table([learned], { preference: 'asPath' }), ...tables],
    names,
    acts,
  })
  expect(notPlayed.map((left) => left.size)).toEqual([1, 0, 0])
})

describe('a route table that a user created in a hub', () => {
  const overHub = { instance: '', leadsTo: 'conn-lon', path: null, connection: null, connectionWeight: null }
  const [both, only] = [route('10.1.0.0/16', overHub), route('10.2.0.0/16', overHub)]
  const possible = route('10.3.0.0/16', { ...overHub, leadsTo: 'conn-ams', circuit: 'ams' })
  const custom = table([only, possible], { scope: 'rt', hub: 'hub', unknown: ['10.3.0.0/16'] })
  const twin = buildNetworkTwin({
    tables: [table([both, only], { scope: 'hub' }), custom],
    names: { ...names, rt: 'rt-app of hub' },
    acts: [],
  })
  const named = (label: string) => [...twin.routers.values()].find((one) => one.label === label)

  it('has a router of its own, with the sessions of its connections, which announces no prefix', () => {
    const own = named('ergw all instances in rt-app of hub')
    expect(named('ergw all instances')?.name).not.toBe(own?.name)
    expect(twin.readers.map((readers) => readers.map(({ router }) => router))).toEqual([
      [named('ergw all instances')?.name],
      [own?.name],
    ])
    const { changed } = planTwinActions(twin, [{ kind: 'announce', gateway: 'gw', prefixes: ['10.50.0.0/16'] }])
    expect(changed.map(({ router }) => router)).toEqual([named('ergw all instances')?.name])
  })

  it('loses the gateway together with the default table', () => {
    const { killed } = planTwinActions(twin, [{ kind: 'lose_gateway', gateway: 'gw' }])
    expect(killed).toEqual([named('ergw all instances')?.name, named('ergw all instances in rt-app of hub')?.name])
  })

  it('leaves out routes that are only possible, and names the reason', () => {
    expect(twin.notPlayed.map((left) => [...left])).toEqual([
      [],
      [['10.3.0.0/16', 'the hub’s connections that bring it are not known']],
    ])
    expect([...twin.routers.values()].flatMap(({ own }) => [...own.keys()])).not.toContain('10.3.0.0/16')
  })
})

describe('what is done to it', () => {
  const twin = buildNetworkTwin({ tables, names, acts: [] })
  const lost = (act: RehearsedAct) => {
    const { killed, disabled } = planTwinActions(twin, [act])
    return [...killed, ...disabled.map(({ router, session }) => `${router} ${session}`)]
  }

  it.each<[RehearsedAct, string[]]>([
    [{ kind: 'lose_path', path: 'lon/private/primary' }, ['r1']],
    [{ kind: 'lose_path', path: 'lon/private/secondary' }, []],
    [{ kind: 'lose_circuit', circuit: 'lon' }, ['r1']],
    [{ kind: 'lose_gateway', gateway: 'gw' }, ['r0']],
    [{ kind: 'lose_instance', instance: 'gw/10.0.4.12' }, ['r0']],
    [{ kind: 'lose_neighbor', address: '10.9.0.1' }, ['r3']],
    [{ kind: 'lose_connection', connection: 'con', gateway: 'gw', circuit: 'lon' }, ['r0 s0']],
    [{ kind: 'lose_connection', connection: 'vpn', gateway: 'gw', circuit: null }, ['r0 s1']],
  ])('%j ends %j', (act, ended) => expect(lost(act)).toEqual(ended))

  it('prepends, withdraws and announces', () => {
    const customer = 'er-lon primary customer'
    const longer = configured(customer, [{ kind: 'prepend', circuit: 'lon', count: 2 }])
    expect(longer.match(/bgp_path.prepend\(65001\)/g)).toHaveLength(3)
    const gone = configured(customer, [{ kind: 'withdraw', circuit: 'lon', prefixes: ['10.1.0.0/16'] }])
    expect(gone).not.toContain('10.1.0.0/16')
    const more = configured('ergw 10.0.4.12', [{ kind: 'announce', gateway: 'gw', prefixes: ['10.50.0.0/16'] }])
    expect(more).toContain('route 10.50.0.0/16 blackhole;')
  })
})
