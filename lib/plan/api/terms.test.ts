import { describe, expect, it } from 'vitest'
import { plannedChangeSchema, formatPlannedChange } from './terms.ts'
import { planBodySchema } from './plan.ts'

const resource = 'er'
const accepts = (own: object) => plannedChangeSchema.safeParse({ resource, ...own }).success

describe('bounds of a change', () => {
  it.each<[own: object, isAccepted: boolean]>([
    [{ kind: 'weight', weight: 0 }, true],
    [{ kind: 'weight', weight: 32_000 }, true],
    [{ kind: 'weight', weight: 32_001 }, false],
    [{ kind: 'weight', weight: -1 }, false],
    [{ kind: 'weight', weight: 1.5 }, false],
    [{ kind: 'weight', weight: '1' }, false],
    [{ kind: 'weight', weight: 1, count: 1 }, false],
    [{ kind: 'weight' }, false],
    [{ kind: 'prepend', count: 1 }, true],
    [{ kind: 'prepend', count: 0 }, false],
    [{ kind: 'prepend', count: 51 }, false],
    [{ kind: 'bandwidth', mbps: 400_000 }, true],
    [{ kind: 'bandwidth', mbps: 0 }, false],
    [{ kind: 'billing', plan: 'metered' }, true],
    [{ kind: 'billing', plan: 'local' }, false],
    [{ kind: 'tier', tier: 'Local' }, true],
    [{ kind: 'tier', tier: 'local' }, false],
    [{ kind: 'filter', communities: null }, true],
    [{ kind: 'filter', communities: [] }, true],
    [{ kind: 'filter' }, false],
    [{ kind: 'filter', communities: ['x'.repeat(41)] }, false],
    [{ kind: 'peering_off', peering: 'private' }, true],
    [{ kind: 'peering_off', peering: 'AzurePrivatePeering' }, false],
    [{ kind: 'delete' }, true],
    [{ kind: 'delete', resource: '' }, false],
    [{ kind: 'delete', resource: 'x'.repeat(501) }, false],
    [{ kind: 'resize', sku: 'ErGw1AZ' }, true],
    [{ kind: 'resize', sku: '' }, false],
    [{ kind: 'spoke', prefixes: [] }, false],
    [{ kind: 'open' }, false],
  ])('%j: %s', (own, isAccepted) => {
    expect(accepts(own)).toBe(isAccepted)
  })

  it.each<[string, string | null]>([
    ['10.1.0.0/16', '10.1.0.0/16'],
    ['10.1.2.3', '10.1.2.3/32'],
    ['FD00:0::/48', 'fd00::/48'],
    ['10.1.0.0/33', null],
    ['ten', null],
    ['', null],
  ])('the prefix %j is read as %j', (given, expected) => {
    const withdrawn = plannedChangeSchema.safeParse({ kind: 'withdraw', resource, prefix: given })
    expect(withdrawn.success && 'prefix' in withdrawn.data ? withdrawn.data.prefix : null).toBe(expected)
    const spoke = plannedChangeSchema.safeParse({ kind: 'spoke', resource, prefixes: [given] })
    expect(spoke.success && 'prefixes' in spoke.data ? spoke.data.prefixes : null).toEqual(
      expected === null ? null : [expected],
    )
    if (!withdrawn.success) expect(withdrawn.error.issues[0]?.message).toContain('such as 10.1.0.0/16')
  })

  it.each([
    [0, false],
    [1, true],
    [200, true],
    [201, false],
  ])('a plan of %i changes: %s', (count, isAccepted) => {
    const terms = Array.from({ length: count }, () => ({ kind: 'delete', resource }))
    expect(planBodySchema.safeParse({ terms }).success).toBe(isAccepted)
  })
})

it.each<[object, string]>([
  [{ kind: 'weight', weight: 100 }, 'routing weight of er becomes 100'],
  [{ kind: 'prepend', count: 2 }, 'the customer prepends 2 more on er'],
  [{ kind: 'withdraw', prefix: '10.1.0.0/16' }, 'the customer withdraws 10.1.0.0/16 on er'],
  [{ kind: 'bandwidth', mbps: 100 }, 'bandwidth of er becomes 100 Mb/s'],
  [{ kind: 'billing', plan: 'metered' }, 'er becomes metered'],
  [{ kind: 'tier', tier: 'Local' }, 'tier of er becomes Local'],
  [{ kind: 'filter', communities: null }, 'the route filter of er is taken off'],
  [{ kind: 'filter', communities: [] }, 'the route filter of er allows nothing'],
  [{ kind: 'filter', communities: ['1:2', '1:3'] }, 'the route filter of er allows 1:2, 1:3'],
  [{ kind: 'peering_off', peering: 'private' }, 'private peering of er is taken away'],
  [{ kind: 'delete' }, 'er is deleted'],
  [{ kind: 'resize', sku: 'ErGw2AZ' }, 'SKU of er becomes ErGw2AZ'],
  [{ kind: 'spoke', prefixes: ['10.1.0.0/16', '10.2.0.0/16'] }, 'er gains 10.1.0.0/16, 10.2.0.0/16'],
])('%j in words: %s', (own, words) => {
  expect(formatPlannedChange(plannedChangeSchema.parse({ resource: 'id', ...own }), 'er')).toBe(words)
})
