import { describe, expect, it } from 'vitest'
import { createTestCircuitFacts, createTestGatewayFacts } from '#lib/resilience/rules/checks/testing.ts'
import type { PlannedChange } from '../api/index.ts'
import type { ResolvedPlannedChange } from './facts-after.ts'
import { findPlanDowntime } from './downtime.ts'
import { checkInPlaceChange } from './in-place.ts'

const CIRCUIT = 'id-er'
const GATEWAY = 'id-gw'
type Own = { kind: PlannedChange['kind'] } & Record<string, unknown>
const term = (id: string, own: Own): ResolvedPlannedChange => ({
  n: 0,
  term: { resource: id, ...own } as unknown as PlannedChange,
  resource: { id, resourceId: `/${id}`, name: id, type: 'x' },
})

describe('whether Azure makes a change in place, and takes it back', () => {
  interface Case {
    sku?: { tier: string | null; family: string | null }
    mbps?: number | null
    gateway?: string | null
    isVpn?: boolean
    offered?: readonly number[] | null
  }
  const judge = (
    plan: ResolvedPlannedChange[],
    { sku, mbps = 1_000, gateway = 'ErGw1AZ', isVpn = false, offered = null }: Case = {},
  ) => {
    const circuits = [createTestCircuitFacts('er', { bandwidthMbps: mbps, ...(sku && { sku }) } as never)]
    const gateways = [createTestGatewayFacts('gw', { sku: { name: gateway, tier: gateway, capacity: null } })]
    const [first] = plan
    if (!first) throw new Error('no change')
    const { there, back } = checkInPlaceChange(first, plan, { circuits, gateways, offered: () => offered }, isVpn)
    return `${there.is}, ${back.is}`
  }
  const resize = (sku: string) => [term(GATEWAY, { kind: 'resize', sku })]
  const bandwidth = (mbps: number) => [term(CIRCUIT, { kind: 'bandwidth', mbps })]
  const billing = (plan: string) => term(CIRCUIT, { kind: 'billing', plan })
  const tier = (to: string) => term(CIRCUIT, { kind: 'tier', tier: to })
  const metered = { tier: 'Standard', family: 'MeteredData' }
  const unlimited = { tier: 'Standard', family: 'UnlimitedData' }

  it.each<[string, ResolvedPlannedChange[], Case, string]>([
    ['more bandwidth', bandwidth(2_000), {}, 'allowed, refused'],
    ['less bandwidth', bandwidth(500), {}, 'refused, allowed'],
    ['a bandwidth that the provider does not offer', bandwidth(3_000), { offered: [1_000, 2_000] }, 'refused, refused'],
    ['a bandwidth that the provider offers', bandwidth(2_000), { offered: [1_000, 2_000] }, 'allowed, refused'],
    ['the bandwidth that it has', bandwidth(1_000), { offered: [2_000] }, 'allowed, allowed'],
    ['the same bandwidth', bandwidth(1_000), {}, 'allowed, allowed'],
    ['bandwidth that was not read', bandwidth(500), { mbps: null }, 'unknown, allowed'],
    ['metered to unlimited', [billing('unlimited')], { sku: metered }, 'allowed, refused'],
    ['unlimited to metered', [billing('metered')], { sku: unlimited }, 'refused, allowed'],
    [
      'a plan that was not read to metered',
      [billing('metered')],
      { sku: { tier: null, family: null } },
      'unknown, allowed',
    ],
    ['a tier up', [tier('Premium')], { sku: metered }, 'allowed, allowed'],
    ['a tier down', [tier('Standard')], { sku: { ...metered, tier: 'Premium' } }, 'allowed, allowed'],
    ['Local of a metered circuit', [tier('Local')], { sku: metered }, 'refused, allowed'],
    ['Local of an unlimited circuit', [tier('Local')], { sku: unlimited }, 'allowed, allowed'],
    ['Local and unlimited together', [tier('Local'), billing('unlimited')], { sku: metered }, 'allowed, refused'],
    ['Local and metered together', [tier('Local'), billing('metered')], { sku: unlimited }, 'refused, allowed'],
    ['a tier whose plan changes too', [tier('Premium'), billing('metered')], { sku: unlimited }, 'allowed, allowed'],
    ['a plan whose tier changes too', [billing('metered'), tier('Premium')], { sku: unlimited }, 'refused, allowed'],
    ['a larger gateway', resize('ErGw2AZ'), {}, 'allowed, unknown'],
    ['a gateway two steps larger', resize('ErGw3AZ'), {}, 'allowed, refused'],
    ['a gateway without zones', resize('Standard'), {}, 'refused, refused'],
    ['a gateway whose SKU was not read', resize('ErGw2AZ'), { gateway: null }, 'unknown, allowed'],
    ['a SKU of VPN at a VPN gateway', resize('VpnGw3AZ'), { gateway: 'VpnGw2AZ', isVpn: true }, 'allowed, allowed'],
    ['a SKU of VPN at another gateway', resize('VpnGw3AZ'), { gateway: 'VpnGw2AZ' }, 'unknown, unknown'],
    ['a deletion', [term(CIRCUIT, { kind: 'delete' })], {}, 'allowed, allowed'],
    [
      'a change of a circuit that is not read',
      [term('id-other', { kind: 'bandwidth', mbps: 1 })],
      {},
      'allowed, allowed',
    ],
  ])('%s', (_, plan, given, expected) => {
    expect(judge(plan, given)).toBe(expected)
  })
})

describe('how long sessions are down', () => {
  type Case = [
    Own,
    isVpn: boolean,
    atLeast: number | null,
    atMost: number | null,
    comesBack: boolean,
    isSourced: boolean,
  ]
  it.each<Case>([
    [{ kind: 'bandwidth', mbps: 1 }, false, 0, 0, true, true],
    [{ kind: 'billing', plan: 'unlimited' }, false, 0, 0, true, true],
    [{ kind: 'tier', tier: 'Premium' }, false, 0, 0, true, true],
    [{ kind: 'tier', tier: 'Local' }, false, null, null, true, false],
    [{ kind: 'prepend', count: 1 }, false, 0, 0, true, true],
    [{ kind: 'withdraw', prefix: '10.0.0.0/8' }, false, 0, 0, true, true],
    [{ kind: 'resize', sku: 'VpnGw2' }, true, 0, 2_700, true, true],
    [{ kind: 'resize', sku: 'ErGw2AZ' }, false, null, null, true, false],
    [{ kind: 'weight', weight: 1 }, false, null, null, true, false],
    [{ kind: 'filter', communities: null }, false, null, null, true, false],
    [{ kind: 'spoke', prefixes: [] }, false, null, null, true, false],
    [{ kind: 'delete' }, false, null, null, false, false],
    [{ kind: 'peering_off', peering: 'private' }, false, null, null, false, false],
  ])('%j (VPN: %s)', (own, isVpn, atLeastSeconds, atMostSeconds, comesBack, isSourced) => {
    const { source, words, ...found } = findPlanDowntime(term('x', own).term, { isVpn, isFirstMap: false })
    expect(found).toEqual({ atLeastSeconds, atMostSeconds, comesBack })
    expect(words).toMatch(/\.$/)
    // a known duration has a source
    expect(source !== null).toBe(isSourced)
  })
})
