import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WhatIfRouterReport, WhatIfRoute } from './what-if-route.ts'
import { EMPTY_WHAT_IF_FAILURE } from './what-if-failure.ts'
import { createTestCircuitFailure, createTestWhatIfRoute, createTestWhatIfTable, computeTestWhatIf } from './testing.ts'

type Reported = Extract<WhatIfRouterReport, { is: 'reported' }>

const reported = (fields: Partial<Reported> = {}): Reported => ({
  is: 'reported',
  router: 'ce-1',
  asn: 65_001,
  neighborAsn: 12_076,
  localPref: 100,
  asPath: [12_076, 65_515],
  origin: 'igp',
  med: null,
  communities: [],
  isUsed: false,
  ...fields,
})

/** Returns a route that an MSEE offers to the routers of a site. */
function offered(circuit: string, report?: WhatIfRouterReport, fields: Partial<WhatIfRoute> = {}): WhatIfRoute {
  const at = { circuit, path: 'primary' as const, peer: circuit, nextHop: circuit, instance: null, weight: null }
  return createTestWhatIfRoute({ ...at, asPath: [12_076, 65_515], origin: null, ...(report && { report }), ...fields })
}
const vpn = offered('vpn', undefined, { transport: 'vpn', circuit: null, path: null, connection: null })
const onPrem = (...routes: WhatIfRoute[]) => createTestWhatIfTable(routes, { side: 'onprem', site: 'London' })

function rowOf(routes: WhatIfRoute[], lost = EMPTY_WHAT_IF_FAILURE) {
  const [row, ...others] = computeTestWhatIf(onPrem(...routes), lost)
  expect(others).toEqual([])
  if (!row) throw new Error('no row')
  const circuits = (paths: typeof row.before) => paths.map(({ circuitId }) => circuitId ?? 'vpn').join('+')
  return { ...row, before: circuits(row.before), after: circuits(row.after) }
}

describe("what the customer's routers choose", () => {
  it('the higher of the reported local preferences, though its AS path is longer', () => {
    const far = [12_076, 12_076, 65_515]
    const routes = [
      offered('lon', reported({ localPref: 200, asPath: far, communities: ['12076:50004'] }), { asPath: far }),
      offered('ams', reported({ router: 'ce-2' })),
    ]
    expect(rowOf(routes)).toMatchObject({
      before: 'lon',
      basis: {
        is: 'reported',
        because: null,
        parted: { by: 'local_preference', better: '200', worse: '100' },
        routes: [
          { circuitId: 'lon', router: 'ce-1', localPref: 200, communities: ['12076:50004'] },
          { circuitId: 'ams', router: 'ce-2', localPref: 100 },
        ],
      },
    })
    expect(rowOf(routes, createTestCircuitFailure('lon'))).toMatchObject({
      outcome: 'moves',
      after: 'ams',
      basis: { is: 'reported' },
    })
    expect(rowOf(routes, createTestCircuitFailure('ams'))).toMatchObject({
      outcome: 'stays',
      reduced: false,
      after: 'lon',
    })
  })

  it('by AS path where one of them is not known, whatever the others prefer', () => {
    const preferred = offered('lon', reported({ localPref: 200 }), { asPath: [12_076, 12_076, 65_515] })
    for (const because of ['no_router', 'not_observed', 'no_route', 'no_local_preference'] as const) {
      const row = rowOf([preferred, offered('ams', { is: 'not_known', because })])
      expect(row).toMatchObject({ before: 'ams', basis: { is: 'assumed', because, parted: null } })
    }
    expect(rowOf([preferred, offered('ams')])).toMatchObject({ before: 'ams', basis: { because: 'no_router' } })
  })

  it('by AS path where the routers are of two ASs', () => {
    const routes = [offered('lon', reported({ localPref: 200 })), offered('ams', reported({ asn: 65_002 }))]
    expect(rowOf(routes)).toMatchObject({ before: 'ams+lon', basis: { is: 'assumed', because: 'several_asns' } })
  })

  it('by AS path where a router uses another path than is decided: by a weight, or because it does not know of the better', () => {
    const routes = (isUsed: boolean) => [
      offered('lon', reported({ localPref: 200, isUsed: true })),
      offered('ams', reported({ isUsed })),
    ]
    expect(rowOf(routes(false))).toMatchObject({ before: 'lon', basis: { is: 'reported' } })
    expect(rowOf(routes(true))).toMatchObject({
      before: 'ams+lon',
      basis: {
        is: 'assumed',
        because: 'own_table_differs',
        parted: null,
        routes: [{ isUsed: true }, { isUsed: true }],
      },
    })
  })

  it('a VPN, too, by what is reported of it: with equal preferences its AS path is the shorter', () => {
    const device = (localPref: number, isUsed = false): WhatIfRoute => {
      const report = reported({ router: 'ce-2', localPref, asPath: [65_515], neighborAsn: 65_515, isUsed })
      return { ...vpn, report }
    }
    const circuit = offered('lon', reported({ localPref: 100 }))
    expect(rowOf([circuit, device(100)])).toMatchObject({
      before: 'vpn',
      basis: { is: 'reported', parted: { by: 'as_path', better: '1', worse: '2' }, routes: [{}, { circuitId: null }] },
    })
    expect(rowOf([circuit, device(50)])).toMatchObject({ before: 'lon', basis: { is: 'reported' } })
    expect(rowOf([circuit, device(50)], createTestCircuitFailure('lon'))).toMatchObject({
      outcome: 'moves',
      after: 'vpn',
    })
    // one of two VPNs is not reported
    const other = { ...vpn, peer: 'other', nextHop: 'other' }
    expect(rowOf([circuit, device(100), other])).toMatchObject({ before: 'lon', basis: { is: 'partly_reported' } })
    expect(rowOf([circuit, device(100, true), other])).toMatchObject({
      before: 'lon',
      basis: { is: 'assumed', because: 'own_table_differs' },
    })
    expect(rowOf([offered('lon'), device(100)])).toMatchObject({ basis: { is: 'assumed', because: 'no_router' } })
  })

  it('a VPN of which nothing is reported last, which is assumed', () => {
    const routes = [offered('lon', reported({ localPref: 50 })), vpn]
    expect(rowOf(routes)).toMatchObject({ before: 'lon', basis: { is: 'partly_reported', parted: null } })
    expect(rowOf(routes, createTestCircuitFailure('lon'))).toMatchObject({ outcome: 'moves', after: 'vpn' })
    expect(rowOf([vpn])).toMatchObject({ before: 'vpn', basis: { is: 'assumed', because: 'no_router' } })
  })

  it('rests on what is weaker where another prefix takes over', () => {
    const routes = [
      offered('lon', reported(), { prefix: '10.20.1.0/24' }),
      offered('ams', undefined, { prefix: '10.20.0.0/16' }),
    ]
    const rows = computeTestWhatIf(onPrem(...routes), createTestCircuitFailure('lon'))
    expect(rows.map(({ prefix, basis }) => [prefix, basis?.is, basis?.routes.length])).toEqual([
      ['10.20.0.0/16', 'assumed', 0],
      ['10.20.1.0/24', 'assumed', 1],
    ])
  })

  it('nothing that a router refuses, before a loss or after it', () => {
    const refusing = (fields: Partial<WhatIfRoute> = {}) => offered('ams', { is: 'refused', router: 'ce-2' }, fields)
    const routes = [offered('lon', reported()), refusing()]
    const refused = [{ circuitId: 'ams', peering: 'private', path: 'primary', router: 'ce-2' }]
    expect(rowOf(routes)).toMatchObject({
      before: 'lon',
      basis: { is: 'reported', routes: [{ router: 'ce-1' }], refused },
    })
    expect(rowOf(routes, createTestCircuitFailure('lon'))).toMatchObject({ outcome: 'stranded', after: '' })
    expect(rowOf(routes, createTestCircuitFailure('ams'))).toMatchObject({ outcome: 'stays', reduced: false })
    // if the other path is not reported, the choice among the remaining routes is assumed
    expect(rowOf([offered('lon'), refusing()])).toMatchObject({ before: 'lon', basis: { is: 'assumed', refused } })
    expect(rowOf([refusing()])).toMatchObject({ outcome: 'stays', before: '', basis: { is: 'reported', refused } })
    const whole = [...routes.slice(1), offered('lon', reported(), { prefix: '10.0.0.0/8' })]
    expect(
      computeTestWhatIf(onPrem(...whole), EMPTY_WHAT_IF_FAILURE).map(({ prefix, matchBefore }) => [
        prefix,
        matchBefore,
      ]),
    ).toEqual([
      ['10.0.0.0/8', '10.0.0.0/8'],
      ['10.20.0.0/16', '10.0.0.0/8'],
    ])
  })

  it('is nothing that rows of Azure rest on', () => {
    expect(
      computeTestWhatIf(
        createTestWhatIfTable([createTestWhatIfRoute({ report: reported() })]),
        EMPTY_WHAT_IF_FAILURE,
      ).map(({ basis }) => basis),
    ).toEqual([null])
  })
})

const any = fc
  .record({
    circuit: fc.constantFrom('a', 'b', 'c'),
    path: fc.constantFrom('primary' as const, 'secondary' as const),
    length: fc.integer({ min: 1, max: 3 }),
    localPref: fc.constantFrom(50, 100, 200),
    med: fc.constantFrom(null, 10),
  })
  .map(({ circuit, path, length, localPref, med }) => {
    const asPath = [12_076, 65_515, 65_515, 65_515].slice(0, length + 1)
    return offered(circuit, reported({ localPref, med, asPath }), { path, peer: `${circuit} ${path}`, asPath })
  })
const estate = fc.uniqueArray(any, { minLength: 1, maxLength: 6, selector: ({ peer }) => peer })
const losses = fc.subarray(['a', 'b', 'c']).map((circuits) => createTestCircuitFailure(...circuits))
const without = ({ report: _, ...rest }: WhatIfRoute): WhatIfRoute => rest
/** Returns rows without their basis. */
const outcomes = (routes: readonly WhatIfRoute[], side: 'azure' | 'onprem', lost: typeof EMPTY_WHAT_IF_FAILURE) =>
  computeTestWhatIf(createTestWhatIfTable(routes, { side }), lost).map(
    ({ prefix, before, after, outcome, reduced }) => ({
      prefix,
      before,
      after,
      outcome,
      reduced,
    }),
  )

describe('laws', () => {
  it('without reports, or with one that is missing, it is as it was without any router', () => {
    fc.assert(
      fc.property(estate, losses, fc.nat(), (routes, lost, at) => {
        const plain = routes.map(without)
        const today = outcomes(plain, 'azure', lost)
        expect(outcomes(plain, 'onprem', lost)).toEqual(today)
        const lacking = routes.map((one, index) => (index === at % routes.length ? without(one) : one))
        expect(outcomes(lacking, 'onprem', lost)).toEqual(today)
      }),
    )
  })

  it('a higher local preference never takes a path out of use, neither before nor after a loss', () => {
    fc.assert(
      fc.property(estate, losses, fc.nat(), (routes, lost, at) => {
        const index = at % routes.length
        const raised = routes.map((one, n) =>
          n === index && one.report?.is === 'reported'
            ? { ...one, report: { ...one.report, localPref: one.report.localPref + 60 } }
            : one,
        )
        const peer = routes[index]?.peer
        const used = (all: readonly WhatIfRoute[], when: 'before' | 'after') =>
          computeTestWhatIf(onPrem(...all), lost).some((row) => row[when].some((path) => path.peer === peer))
        for (const when of ['before', 'after'] as const) {
          if (used(routes, when)) expect(used(raised, when)).toBe(true)
        }
      }),
    )
  })
})
