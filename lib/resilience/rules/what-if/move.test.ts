import { describe, expect, it } from 'vitest'
import type { HindranceKind } from '../../api/index.ts'
import { splitTableIntoAtoms } from './table-atoms.ts'
import type { WhatIfFailure } from './what-if-failure.ts'
import type { TrafficMoveInput } from './hindrances/moved-row.ts'
import type { PathDirection } from './path-loads.ts'
import { judgeTrafficMove } from './move.ts'
import { computeWhatIfRows, createWhatIfRib } from './what-if-rows.ts'
import {
  createTestCircuitFailure,
  createTestCircuitRoutes,
  createTestWhatIfFailure,
  createTestWhatIfRoute,
  createTestWhatIfTable,
  TEST_ROW_NAMES,
} from './testing.ts'
import type { WhatIfRoute, WhatIfTable } from './what-if-route.ts'

const P = '10.1.0.0/16'
const Q = '10.2.0.0/16'
const near = { asPath: [12076, 65001] }
const far = { asPath: [12076, 65001, 65001] }
const of = (circuit: string, prefix = P, fields: Partial<WhatIfRoute> = near) =>
  createTestCircuitRoutes(circuit, { prefix, connectionWeight: 0, ...fields })
const overVpn = (prefix: string, fields: Partial<WhatIfRoute> = {}) =>
  createTestWhatIfRoute({
    prefix,
    circuit: null,
    path: null,
    transport: 'vpn',
    gateway: 'vpngw',
    peer: '10.9.0.1',
    ...fields,
  })

/** Returns the verdict and the hindrances of the loss of `ckt-a`, as short texts. */
function judge(
  tables: readonly WhatIfTable[],
  own: Partial<TrafficMoveInput> & { full?: PathDirection[]; unread?: boolean; failure?: WhatIfFailure } = {},
) {
  const { full = [], unread = false, failure = createTestCircuitFailure('ckt-a'), ...facts } = own
  const ribs = tables.map((one) => createWhatIfRib(splitTableIntoAtoms(one)))
  return judgeTrafficMove(
    ribs.map((rib) => ({ rib, rows: computeWhatIfRows(rib, failure, { ...TEST_ROW_NAMES, ...facts }) })),
    {
      failure,
      ribs,
      full,
      facts: {
        ...TEST_ROW_NAMES,
        circuitsAt: () => ['ckt-a', 'ckt-b'],
        reasonUnprovisioned: () => null,
        pathsOf: () => ['primary', 'secondary'],
        pins: [],
        ...facts,
      },
    },
    unread,
  )
}
const kinds = (...asked: Parameters<typeof judge>): HindranceKind[] =>
  judge(...asked).hindrances.map(({ kind }) => kind)
const texts = (...asked: Parameters<typeof judge>) => judge(...asked).hindrances.map(({ text }) => text)

describe('verdict', () => {
  it('is `moves` without a hindrance if the second circuit has every prefix', () => {
    const found = judge([
      createTestWhatIfTable([...of('ckt-a'), ...of('ckt-a', Q), ...of('ckt-b', P, far), ...of('ckt-b', Q, far)]),
    ])
    expect(found).toEqual({
      verdict: 'moves',
      to: [{ circuitId: 'ckt-b', name: 'ckt-b', prefixes: 2 }],
      evidence: ['tables'],
      hindrances: [],
      sentence: 'Moves: 2 prefixes to ckt-b',
    })
  })

  it('is `does_not_move` if no other path has a prefix, and `partly` if some prefixes have one', () => {
    expect(judge([createTestWhatIfTable(of('ckt-a'))])).toMatchObject({ verdict: 'does_not_move', hindrances: [] })
    expect(judge([createTestWhatIfTable([...of('ckt-a'), ...of('ckt-a', Q), ...of('ckt-b', Q, far)])])).toMatchObject({
      verdict: 'partly',
      sentence: 'Moves partly: 1 prefix to ckt-b; no other circuit or VPN has the other prefixes',
    })
  })

  it('is null if the circuit carries nothing, and unknown if a table was not read', () => {
    expect(judge([createTestWhatIfTable(of('ckt-b'))])).toMatchObject({ verdict: null, evidence: [] })
    expect(judge([createTestWhatIfTable(of('ckt-b'))], { unread: true }).verdict).toBe('unknown')
    expect(judge([createTestWhatIfTable([...of('ckt-a'), ...of('ckt-b', P, far)])], { unread: true }).verdict).toBe(
      'unknown',
    )
    const partial = createTestWhatIfTable([...of('ckt-a'), ...of('ckt-b', P, far)], { isPartial: true })
    expect(judge([partial]).verdict).toBe('unknown')
  })

  it('moves by the loss of one path to the other path', () => {
    const failure = createTestWhatIfFailure({ paths: new Set(['ckt-a/private/primary']) })
    expect(judge([createTestWhatIfTable(of('ckt-a'))], { failure })).toMatchObject({
      verdict: 'moves',
      hindrances: [],
      sentence: 'Moves: 1 prefix to ckt-a',
    })
  })
})

describe('a changed weight or AS path', () => {
  const both = [createTestWhatIfTable([...of('ckt-a'), ...of('ckt-b', P, far)])]
  const weighted = createTestWhatIfFailure({ weights: new Map([['conn-ckt-b', { gateway: 'gw-hub', weight: 50 }]]) })
  const prepended = createTestWhatIfFailure({ prepends: new Map([['ckt-a', 2]]) })

  it('decides which circuit takes over', () => {
    const to = [{ circuitId: 'ckt-b', name: 'ckt-b', prefixes: 1 }]
    expect(judge(both, { failure: weighted })).toMatchObject({ verdict: 'moves', to })
    expect(judge(both, { failure: prepended })).toMatchObject({ verdict: 'moves', to, hindrances: [] })
  })

  it('is the value that a hindrance names', () => {
    expect(texts(both, { failure: weighted })).toEqual([
      `ckt-a has ${P} and is not chosen, because the connection of ckt-b has the weight 50 against 0, in spite of its longer AS path (3 against 2).`,
    ])
    const equal = createTestWhatIfFailure({ prepends: new Map([['ckt-a', 1]]) })
    expect(texts(both, { failure: equal })).toEqual([])
    const asNumbers = [createTestWhatIfTable([...of('ckt-a'), ...of('ckt-b', P, { asPath: [12076, 64999, 65001] })])]
    expect(texts(asNumbers, { failure: equal })).toEqual([
      `ckt-a and ckt-b share ${P} by equally long AS paths, although ckt-a prepends.`,
    ])
  })
})

describe('hindrances', () => {
  it('names a second circuit that is not provisioned', () => {
    const reasonUnprovisioned = (id: string) => (id === 'ckt-b' ? 'its provisioning state is Failed' : null)
    expect(judge([createTestWhatIfTable(of('ckt-a'))], { reasonUnprovisioned })).toMatchObject({
      verdict: 'does_not_move',
      hindrances: [
        {
          kind: 'not_provisioned',
          scope: 'ckt-b',
          text: `ckt-b does not take over ${P}, because its provisioning state is Failed.`,
        },
      ],
    })
    expect(texts([createTestWhatIfTable([...of('ckt-a'), ...of('ckt-b', P, far)])], { reasonUnprovisioned })).toEqual([
      `ckt-b takes over ${P}, although its provisioning state is Failed.`,
    ])
    const third = { circuitsAt: () => ['ckt-a', 'ckt-b', 'ckt-c'], reasonUnprovisioned }
    expect(kinds([createTestWhatIfTable([...of('ckt-a'), ...of('ckt-c', P, far)])], third)).toEqual([])
  })

  it('names equal lengths only if a preference was meant', () => {
    const even = [...of('ckt-a'), ...of('ckt-b')]
    expect(kinds([createTestWhatIfTable(even)])).toEqual([])
    const ordered = [...of('ckt-a', Q), ...of('ckt-b', Q, far)]
    expect(texts([createTestWhatIfTable([...even, ...ordered])])).toEqual([
      `ckt-a and ckt-b share ${P} by equally long AS paths, although their lengths differ for other prefixes.`,
    ])
    const prepended = [...of('ckt-a', P, { asPath: [12076, 64999, 65001] }), ...of('ckt-b', P, far)]
    expect(texts([createTestWhatIfTable(prepended)])).toEqual([
      `ckt-a and ckt-b share ${P} by equally long AS paths, although ckt-b prepends.`,
    ])
    const drained = [...of('ckt-a', P, { asPath: [12076, 12076, 65001] }), ...of('ckt-b', P, { asPath: [12076, 1, 2] })]
    expect(kinds([createTestWhatIfTable(drained)])).toEqual([])
  })

  it('names a weight that decides against the AS path', () => {
    const weighted = [...of('ckt-a', P, { ...far, connectionWeight: 100 }), ...of('ckt-b')]
    expect(texts([createTestWhatIfTable(weighted)])).toEqual([
      `ckt-b has ${P} and is not chosen, because the connection of ckt-a has the weight 100 against 0, in spite of its longer AS path (3 against 2).`,
    ])
    expect(
      kinds([createTestWhatIfTable([...of('ckt-a', P, { ...near, connectionWeight: 100 }), ...of('ckt-b', P, far)])]),
    ).toEqual([])
  })

  it('names a pinned route that is at least as specific', () => {
    const both = [createTestWhatIfTable([...of('ckt-a'), ...of('ckt-b', P, far)])]
    const pin = { table: 'gw-hub', scope: 'rt', scopeName: 'rt-gw', to: '10.0.9.4' }
    expect(judge(both, { pins: [{ ...pin, prefix: P }] })).toMatchObject({
      verdict: 'partly',
      hindrances: [{ kind: 'pinned_route', text: `rt-gw sends ${P} to 10.0.9.4, whichever circuit is up.` }],
    })
    expect(kinds(both, { pins: [{ ...pin, prefix: '10.1.7.0/24' }] })).toEqual(['pinned_route'])
    expect(kinds(both, { pins: [{ ...pin, prefix: '10.0.0.0/8' }] })).toEqual([])
    expect(kinds(both, { pins: [{ ...pin, prefix: P, table: 'other' }] })).toEqual([])
  })

  it('names a summary that swallows the prefix', () => {
    const swallowed = [createTestWhatIfTable([...of('ckt-a', '10.1.7.0/24'), ...of('ckt-b', P)])]
    expect(judge(swallowed)).toMatchObject({
      verdict: 'partly',
      hindrances: [{ kind: 'summary', scope: 'ckt-b', prefixes: ['10.1.7.0/24'] }],
    })
  })

  it('names at most 20 hindrances', () => {
    const specific = Array.from({ length: 30 }, (_, n) => of('ckt-a', `10.${n}.7.0/24`)).flat()
    const summaries = Array.from({ length: 30 }, (_, n) => of('ckt-b', `10.${n}.0.0/16`)).flat()
    expect(kinds([createTestWhatIfTable([...specific, ...summaries])])).toHaveLength(20)
  })

  it('names the routing preference of a hub', () => {
    const routes = [...of('ckt-a'), ...of('ckt-b', P, far), overVpn(P, { asPath: [65020] })]
    expect(kinds([createTestWhatIfTable(routes)])).toEqual([])
    expect(texts([createTestWhatIfTable(routes, { preference: 'vpn' })], {})).toEqual([])
    const preferred = [...of('ckt-a', P, near), ...of('ckt-b', P, far), overVpn(P, { asPath: [65020, 1, 2, 3] })]
    expect(texts([createTestWhatIfTable(preferred, { preference: 'asPath' })])).toEqual([])
    const long = [...of('ckt-a'), ...of('ckt-b', P, { asPath: [12076, 1, 2, 3] }), overVpn(P, { asPath: [9, 8, 7] })]
    expect(texts([createTestWhatIfTable(long, { preference: 'asPath' })])).toEqual([
      `ckt-b has ${P} and is not chosen, because gw-hub prefers the shorter AS path to ExpressRoute.`,
    ])
  })

  it('names a path of the second circuit that lacks the prefix', () => {
    const half = of('ckt-b', P, far).filter(({ path }) => path === 'primary')
    expect(texts([createTestWhatIfTable([...of('ckt-a'), ...half])])).toEqual([
      `ckt-b does not bring ${P} on its secondary path.`,
    ])
    const longer = of('ckt-b', P, far).map((one) =>
      one.path === 'primary' ? one : { ...one, asPath: [...one.asPath, 65001] },
    )
    expect(kinds([createTestWhatIfTable([...of('ckt-a'), ...longer])])).toEqual([])
    expect(kinds([createTestWhatIfTable([...of('ckt-a'), ...half])], { pathsOf: () => ['primary'] })).toEqual([])
  })

  it('names a path that the moved traffic fills', () => {
    const both = [createTestWhatIfTable([...of('ckt-a'), ...of('ckt-b', P, far)])]
    const full: PathDirection[] = [{ circuit: 'ckt-b', path: 'secondary', direction: 'out' }]
    expect(judge(both, { full })).toMatchObject({
      verdict: 'partly',
      hindrances: [{ kind: 'full_circuit', scope: 'ckt-b' }],
    })
  })

  it('names a prefix that the second circuit lacks although it takes over others', () => {
    const routes = [...of('ckt-a'), ...of('ckt-a', Q), ...of('ckt-b', Q, far)]
    expect(texts([createTestWhatIfTable(routes)])).toEqual([
      `ckt-b does not bring ${P}, although it brings other prefixes of ckt-a.`,
    ])
    expect(kinds([createTestWhatIfTable([...of('ckt-a'), ...of('ckt-b', Q)])])).toEqual([])
    const location = createTestCircuitFailure('ckt-a', 'ckt-b')
    expect(kinds([createTestWhatIfTable(routes)], { failure: location })).toEqual([])
    expect(
      kinds([createTestWhatIfTable(routes)], { failure: createTestWhatIfFailure({ gateways: new Set(['gw-hub']) }) }),
    ).toEqual([])
  })

  it('names a static route of a VPN', () => {
    const fixed = overVpn(P, { origin: 'Network', nextHop: '203.0.113.9', asPath: [] })
    expect(kinds([createTestWhatIfTable([...of('ckt-a'), fixed])])).toEqual(['static_vpn'])
    expect(kinds([createTestWhatIfTable([...of('ckt-a'), overVpn(P)])])).toEqual([])
  })

  it('names a return path that stays, only if routers report it', () => {
    const azure = createTestWhatIfTable([...of('ckt-a'), ...of('ckt-b', P, far)])
    const offered = (circuit: string, localPref: number) =>
      createTestWhatIfRoute({
        circuit,
        prefix: '10.0.4.0/24',
        instance: null,
        path: 'primary',
        report: {
          is: 'reported',
          router: 'ce',
          asn: 65001,
          communities: [],
          isUsed: localPref === 200,
          localPref,
          med: null,
          asPath: [12076, 65515],
          neighborAsn: 12076,
          origin: null,
        },
      })
    const onprem = (routes: WhatIfRoute[]) =>
      createTestWhatIfTable(routes, { side: 'onprem', site: 'london', scope: 'ckt-a' })
    const siteOf = () => 'london'
    const staying = onprem([offered('ckt-c', 200), offered('ckt-b', 100), offered('ckt-a', 100)])
    expect(judge([azure, staying], { siteOf })).toMatchObject({
      verdict: 'partly',
      hindrances: [
        {
          kind: 'return_path',
          scope: 'ckt-c',
          text: 'The routers of london keep sending to 10.0.4.0/24 by ckt-c, while traffic from Azure moves to ckt-b.',
        },
      ],
    })
    const together = onprem([offered('ckt-b', 200), offered('ckt-a', 100)])
    expect(kinds([azure, together], { siteOf })).toEqual([])
    const assumed = onprem([
      createTestWhatIfRoute({ circuit: 'ckt-c', prefix: '10.0.4.0/24', instance: null, path: 'primary' }),
    ])
    expect(kinds([azure, assumed], { siteOf })).toEqual([])
  })
})
