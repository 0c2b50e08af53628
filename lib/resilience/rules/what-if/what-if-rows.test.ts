import { describe, expect, it } from 'vitest'
import {
  formatTestOutcomes,
  createTestWhatIfFailure,
  createTestCircuitFailure,
  createTestWhatIfRoute,
  createTestWhatIfTable,
  createTestCircuitRoutes,
  computeTestWhatIf,
} from './testing.ts'

const london = (fields = {}) => createTestCircuitRoutes('ckt-lon', fields)
/** Returns routes of the second site, which prepends its announcements. */
const amsterdam = (fields = {}) =>
  createTestCircuitRoutes('ckt-ams', { asPath: [12076, 65001, 65001, 65001], ...fields })
const vpn = (fields = {}) =>
  createTestWhatIfRoute({
    transport: 'vpn',
    circuit: null,
    path: null,
    gateway: 'gw-vpn',
    peer: '10.9.0.1',
    nextHop: '10.9.0.1',
    ...fields,
  })

describe('a loss', () => {
  it('moves what another circuit carries too, and strands the rest', () => {
    const of = createTestWhatIfTable([...london(), ...amsterdam(), ...london({ prefix: '10.30.0.0/16' })])
    expect(formatTestOutcomes(of, createTestCircuitFailure('ckt-lon'))).toEqual({
      '10.20.0.0/16': 'moves ckt-ams',
      '10.30.0.0/16': 'stranded',
    })
  })

  it('of one path leaves fewer of the same paths', () => {
    const of = createTestWhatIfTable(london())
    const [row] = computeTestWhatIf(of, createTestWhatIfFailure({ paths: new Set(['ckt-lon/private/primary']) }))
    expect(row).toMatchObject({ outcome: 'stays', reduced: true })
    expect(row?.before.map(({ path }) => path)).toEqual(['primary', 'secondary'])
    expect(row?.after.map(({ path }) => path)).toEqual(['secondary'])
  })

  describe('of a connection', () => {
    const cut = (circuit: string | null) =>
      createTestWhatIfFailure({ connections: new Map([[`conn-${circuit}`, { gateway: 'gw-hub', circuit }]]) })

    it('takes what came by it, and nothing of the gateway’s others', () => {
      const of = createTestWhatIfTable([...london(), ...amsterdam(), ...amsterdam({ prefix: '10.30.0.0/16' })])
      expect(formatTestOutcomes(of, cut('ckt-lon'))).toEqual({
        '10.20.0.0/16': 'moves ckt-ams',
        '10.30.0.0/16': 'stays ckt-ams',
      })
    })

    it('takes from the customer what its gateway announces over it, and not what another one does', () => {
      const offered = (gateway: string | null, prefix: string) =>
        london({ instance: null, connection: null, gateway, prefix })
      const of = createTestWhatIfTable(
        [...offered('gw-hub', '10.0.0.0/16'), ...offered('gw-other', '10.1.0.0/16'), ...offered(null, '10.2.0.0/16')],
        { side: 'onprem' },
      )
      expect(formatTestOutcomes(of, cut('ckt-lon'))).toEqual({
        '10.0.0.0/16': 'stranded',
        '10.1.0.0/16': 'stays ckt-lon',
        '10.2.0.0/16': 'unknown',
      })
    })

    it('is unknown where a route may have come by it', () => {
      const unmapped = createTestWhatIfRoute({ circuit: null, connection: null, possible: ['ckt-lon', 'ckt-ams'] })
      expect(formatTestOutcomes(createTestWhatIfTable([unmapped]), cut('ckt-lon'))).toEqual({
        '10.20.0.0/16': 'unknown',
      })
      expect(formatTestOutcomes(createTestWhatIfTable([unmapped]), cut('ckt-par'))).toEqual({
        '10.20.0.0/16': 'stays vpn',
      })
      expect(
        formatTestOutcomes(
          createTestWhatIfTable([vpn()]),
          createTestWhatIfFailure({ connections: new Map([['x', { gateway: 'gw-vpn', circuit: null }]]) }),
        ),
      ).toEqual({
        '10.20.0.0/16': 'unknown',
      })
    })
  })

  it('of an instance leaves the same paths on fewer instances', () => {
    const [row] = computeTestWhatIf(
      createTestWhatIfTable(london()),
      createTestWhatIfFailure({ instances: new Set(['gw-hub/10.0.4.12']) }),
    )
    expect(row).toMatchObject({ outcome: 'stays', reduced: true })
    expect(row?.after).toEqual(row?.before)
  })

  it('of an instance takes what it passed on to its sibling with it', () => {
    const passedOn = createTestWhatIfRoute({
      origin: 'IBgp',
      peer: '10.0.4.12',
      nextHop: 'msee',
      instance: '10.0.4.13',
    })
    expect(
      formatTestOutcomes(
        createTestWhatIfTable([passedOn]),
        createTestWhatIfFailure({ instances: new Set(['gw-hub/10.0.4.12']) }),
      ),
    ).toEqual({
      '10.20.0.0/16': 'stranded',
    })
  })

  it('of a gateway leaves the VPN gateway of the same network as the path of last resort', () => {
    const of = createTestWhatIfTable([...london(), vpn()])
    expect(formatTestOutcomes(of, createTestWhatIfFailure({ gateways: new Set(['gw-hub']) }))).toEqual({
      '10.20.0.0/16': 'moves vpn',
    })
    expect(formatTestOutcomes(of, createTestWhatIfFailure({ gateways: new Set(['gw-vpn']) }))).toEqual({
      '10.20.0.0/16': 'stays ckt-lon',
    })
    expect(
      formatTestOutcomes(
        of,
        createTestWhatIfFailure({ gateways: new Set(['gw-hub']), neighbors: new Set(['10.9.0.1']) }),
      ),
    ).toEqual({
      '10.20.0.0/16': 'stranded',
    })
  })

  it('falls to a covering prefix, to a default, or to the Internet', () => {
    const of = createTestWhatIfTable([
      ...london({ prefix: '10.20.1.0/24' }),
      ...amsterdam({ prefix: '10.20.0.0/16' }),
      ...london({ prefix: '10.30.0.0/16' }),
      ...amsterdam({ prefix: '0.0.0.0/0' }),
      ...london({ prefix: '2001:db8::/32' }),
    ])
    expect(formatTestOutcomes(of, createTestCircuitFailure('ckt-lon'))).toEqual({
      '0.0.0.0/0': 'stays ckt-ams',
      '10.20.0.0/16': 'stays ckt-ams',
      '10.20.1.0/24': 'covered ckt-ams',
      '10.30.0.0/16': 'default_only ckt-ams',
      '2001:db8::/32': 'internet',
    })
    expect(
      computeTestWhatIf(of, createTestCircuitFailure('ckt-lon')).find(({ prefix }) => prefix === '10.20.1.0/24'),
    ).toMatchObject({
      matchBefore: '10.20.1.0/24',
      matchAfter: '10.20.0.0/16',
    })
  })

  it('does not touch what had no route before, and names it all the same', () => {
    const of = createTestWhatIfTable(london(), { space: ['10.20.0.0/16', '10.99.0.0/16'] })
    expect(formatTestOutcomes(of, createTestCircuitFailure('ckt-lon'))).toEqual({
      '10.20.0.0/16': 'stranded',
      '10.99.0.0/16': 'stays',
    })
  })

  it('does not touch the space that system routes deliver', () => {
    const of = createTestWhatIfTable([...london({ prefix: '0.0.0.0/0' }), ...london({ prefix: '10.0.1.0/24' })], {
      ownSpace: ['10.0.0.0/16'],
    })
    expect(computeTestWhatIf(of, createTestCircuitFailure('ckt-lon'))).toMatchObject([
      { prefix: '0.0.0.0/0', firstAddress: '0.0.0.0' },
    ])
  })
})

describe('what is not known', () => {
  const unmapped = (fields = {}) =>
    createTestCircuitRoutes('x', { circuit: null, path: null, possible: ['ckt-lon', 'ckt-ams'], ...fields })

  it('is never kept where it may be lost', () => {
    expect(formatTestOutcomes(createTestWhatIfTable(unmapped()), createTestCircuitFailure('ckt-lon'))).toEqual({
      '10.20.0.0/16': 'unknown',
    })
    expect(formatTestOutcomes(createTestWhatIfTable(unmapped()), createTestCircuitFailure('ckt-par'))).toEqual({
      '10.20.0.0/16': 'stays vpn',
    })
    expect(
      formatTestOutcomes(createTestWhatIfTable(unmapped()), createTestCircuitFailure('ckt-lon', 'ckt-ams')),
    ).toEqual({
      '10.20.0.0/16': 'stranded',
    })
  })

  it('does not matter where known routes decide', () => {
    const of = createTestWhatIfTable([...unmapped({ asPath: [12076, 1, 2, 3, 4] }), ...amsterdam()])
    expect(formatTestOutcomes(of, createTestCircuitFailure('ckt-lon'))).toEqual({ '10.20.0.0/16': 'stays ckt-ams' })
  })

  it('of a path: one that is lost, or both', () => {
    const of = createTestWhatIfTable(createTestCircuitRoutes('ckt-lon', { path: null }))
    expect(formatTestOutcomes(of, createTestWhatIfFailure({ paths: new Set(['ckt-lon/private/primary']) }))).toEqual({
      '10.20.0.0/16': 'unknown',
    })
    expect(formatTestOutcomes(of, createTestCircuitFailure('ckt-lon'))).toEqual({ '10.20.0.0/16': 'stranded' })
  })

  it('of a table that was not seen: what would change is unknown, and what has no route that was seen', () => {
    const of = createTestWhatIfTable([...london(), ...amsterdam({ prefix: '10.40.0.0/16' })], {
      isPartial: true,
      space: ['10.50.0.0/16'],
    })
    expect(formatTestOutcomes(of, createTestCircuitFailure('ckt-lon'))).toEqual({
      '10.20.0.0/16': 'unknown',
      '10.40.0.0/16': 'stays ckt-ams',
      '10.50.0.0/16': 'unknown',
    })
  })
})

describe('a change', () => {
  const both = createTestWhatIfTable([...london(), ...amsterdam(), ...london({ prefix: '10.20.50.0/24' })])

  it('prepends move what has another path of the same length', () => {
    expect(formatTestOutcomes(both, createTestWhatIfFailure({ prepends: new Map([['ckt-lon', 3]]) }))).toEqual({
      '10.20.0.0/16': 'moves ckt-ams',
      '10.20.50.0/24': 'stays ckt-lon',
    })
    expect(
      formatTestOutcomes(both, createTestWhatIfFailure({ prepends: new Map([['ckt-lon', 2]]) }))['10.20.0.0/16'],
    ).toBe('moves ckt-ams+ckt-lon')
    expect(
      formatTestOutcomes(both, createTestWhatIfFailure({ prepends: new Map([['ckt-lon', 1]]) }))['10.20.0.0/16'],
    ).toBe('stays ckt-lon')
  })

  it('a weight decides before the AS path', () => {
    const weights = new Map([['conn-ckt-ams', { gateway: 'gw-hub', weight: 10 }]])
    expect(formatTestOutcomes(both, createTestWhatIfFailure({ weights }))['10.20.0.0/16']).toBe('moves ckt-ams')
  })

  it('a more specific that is withdrawn falls to what covers it', () => {
    const withdrawn = new Map([['ckt-lon', new Set(['10.20.50.0/24'])]])
    expect(formatTestOutcomes(both, createTestWhatIfFailure({ withdrawn }))).toEqual({
      '10.20.0.0/16': 'stays ckt-lon',
      '10.20.50.0/24': 'covered ckt-lon',
    })
  })

  it('of one connection leaves what may have come by it unknown', () => {
    const of = createTestWhatIfTable(
      createTestCircuitRoutes('x', { circuit: null, connection: null, possible: ['ckt-lon', 'ckt-ams'] }),
    )
    const weighted = (gateway: string) =>
      createTestWhatIfFailure({ weights: new Map([['conn', { gateway, weight: 1 }]]) })
    expect(formatTestOutcomes(of, weighted('gw-hub'))).toEqual({ '10.20.0.0/16': 'unknown' })
    expect(formatTestOutcomes(of, weighted('gw-other'))).toEqual({ '10.20.0.0/16': 'stays vpn' })
    expect(formatTestOutcomes(of, createTestWhatIfFailure({ prepends: new Map([['ckt-ams', 1]]) }))).toEqual({
      '10.20.0.0/16': 'unknown',
    })
  })
})

describe('prefixes whose routes are only possible', () => {
  const of = createTestWhatIfTable(
    [...london(), ...amsterdam(), ...london({ prefix: '10.20.1.0/24' }), ...amsterdam({ prefix: '10.20.1.0/24' })],
    { uncertain: new Set(['10.20.1.0/24']) },
  )

  it('are unknown if one of the possible routes may be lost, and cut off if all of them are', () => {
    expect(formatTestOutcomes(of, createTestCircuitFailure('ckt-lon'))).toEqual({
      '10.20.0.0/16': 'moves ckt-ams',
      '10.20.1.0/24': 'unknown',
    })
    expect(formatTestOutcomes(of, createTestCircuitFailure('ckt-lon', 'ckt-ams'))).toEqual({
      '10.20.0.0/16': 'stranded',
      '10.20.1.0/24': 'stranded',
    })
  })

  it('stay if the failure affects none of them', () => {
    expect(formatTestOutcomes(of, createTestCircuitFailure('ckt-other'))).toEqual({
      '10.20.0.0/16': 'stays ckt-lon',
      '10.20.1.0/24': 'stays ckt-lon',
    })
  })
})

describe("on the customer's side", () => {
  const offered = (fields = {}) =>
    (['primary', 'secondary'] as const).map((path) =>
      createTestWhatIfRoute({
        prefix: '10.0.0.0/16',
        instance: null,
        path,
        peer: `msee ${path}`,
        nextHop: '10.0.4.12',
        weight: null,
        ...fields,
      }),
    )
  const of = createTestWhatIfTable(
    [...offered(), ...offered({ prefix: '20.190.128.0/18', peering: 'microsoft', gateway: null, nextHop: 'm' })],
    {
      side: 'onprem',
      scope: 'ckt-lon',
      site: 'London',
    },
  )

  it('the network is out of reach, and services of Microsoft are on the Internet', () => {
    const all = new Set(
      ['private', 'microsoft'].flatMap((one) => [`ckt-lon/${one}/primary`, `ckt-lon/${one}/secondary`]),
    )
    expect(formatTestOutcomes(of, createTestWhatIfFailure({ circuits: new Set(['ckt-lon']), paths: all }))).toEqual({
      '10.0.0.0/16': 'stranded',
      '20.190.128.0/18': 'internet',
    })
  })

  it('is named by the gateway that announces it, and its site', () => {
    expect(computeTestWhatIf(of, createTestWhatIfFailure({ gateways: new Set(['gw-hub']) }))).toMatchObject([
      { prefix: '10.0.0.0/16', scope: 'gw-hub', site: 'London', side: 'onprem', outcome: 'stranded' },
      { prefix: '20.190.128.0/18', scope: 'ckt-lon', outcome: 'stays' },
    ])
  })

  it('is not moved by what the customer announces', () => {
    expect(
      formatTestOutcomes(of, createTestWhatIfFailure({ prepends: new Map([['ckt-lon', 5]]) }))['10.0.0.0/16'],
    ).toBe('stays ckt-lon')
  })
})
