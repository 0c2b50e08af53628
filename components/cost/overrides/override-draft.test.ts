import { describe, expect, it } from 'vitest'
import { type OverrideDraft, emptyOverrideDraft, formatCostOverride } from './override-draft.ts'
import { validateOverrideForm } from './read-override.ts'

const draft = (more: Partial<OverrideDraft>): OverrideDraft => ({
  ...emptyOverrideDraft,
  why: 'contract 4711',
  ...more,
})

describe('an override as typed', () => {
  it.each<[Partial<OverrideDraft>, words: string]>([
    [{ kind: 'discount', percent: '12.5' }, '12.5 % off all meters'],
    [{ kind: 'price', meterName: 'ErGw1AZ Gateway', amount: '0.3' }, 'ErGw1AZ Gateway at 0.3 USD'],
    [{ kind: 'price', meterName: 'VpnGw2AZ', region: 'uksouth', amount: '0.7' }, 'VpnGw2AZ, uksouth, at 0.7 USD'],
    [{ kind: 'provider_l2', name: 'VXC', amount: '300' }, 'VXC (provider): 300 USD a month'],
    [
      { kind: 'provider_l2', name: 'VXC', amount: '300', contractEnds: '2027-06-30' },
      'VXC (provider): 300 USD a month, contract until 2027-06-30',
    ],
    [
      { kind: 'colocation', name: 'rack', amount: '300', contractEnds: '2027-06-30' },
      'rack (colocation): 300 USD a month',
    ],
    [
      { kind: 'cross_connect', name: 'LD5', amount: '90', once: '1000' },
      'LD5 (cross-connect): 90 USD a month, 1000 USD once',
    ],
    [{ kind: 'cross_connect', name: 'LD5', once: '1000' }, 'LD5 (cross-connect): 1000 USD once'],
    [{ kind: 'direct_port', name: 'port pair', amount: '8000' }, 'port pair (ExpressRoute Direct): 8000 USD a month'],
    [{ kind: 'zone', circuitId: 'c1', zone: 'Zone 3' }, 'Zone 3'],
    [{ kind: 'currency', currency: 'EUR', amount: '0.92' }, 'list prices in EUR, at 0.92'],
    [{ kind: 'global_reach_share', circuitId: 'c1', percent: '20' }, '20 % of the bytes out belong to Global Reach'],
    [{ kind: 'share', customer: 'red', percent: '40' }, '40 % for red'],
  ])('%o reads "%s", and is taken by the API', (more, words) => {
    const read = validateOverrideForm(draft(more), 3)
    expect(read).toMatchObject({ body: { version: 3, withdraw: [], why: 'contract 4711' } })
    expect('body' in read && read.body.add.map(formatCostOverride)).toEqual([words])
  })

  it('holds from midnight UTC of its days', () => {
    const read = validateOverrideForm(
      draft({ percent: '5', from: '2026-11-01', until: '2026-12-01', circuitId: 'c1' }),
      3,
    )
    const scope = { circuitIds: ['c1'], from: '2026-11-01T00:00:00.000Z', until: '2026-12-01T00:00:00.000Z' }
    expect(read).toMatchObject({ body: { add: [scope] } })
  })

  it.each<[Partial<OverrideDraft>, faults: Record<string, RegExp>]>([
    [{ percent: '' }, { percent: /number up to 100/ }],
    [{ percent: '101' }, { percent: /up to 100/ }],
    [{ percent: 'some' }, { percent: /up to 100/ }],
    [{ percent: '5', why: ' ' }, { why: /required/ }],
    [{ percent: '5', from: '2026-12-01', until: '2026-11-01' }, { until: /after From/ }],
    [{ kind: 'price', meterName: 'x', amount: 'cheap' }, { amount: /decimal number/ }],
    [{ kind: 'price', meterName: 'x', amount: '1', currency: 'usd' }, { currency: /USD/ }],
    [{ kind: 'price', amount: '1' }, { meterName: /required/ }],
    [{ kind: 'provider_l2', name: 'VXC' }, { amount: /monthly or a one-time/ }],
    [{ kind: 'provider_l2', name: 'VXC', amount: '1', once: 'much' }, { once: /decimal/ }],
    [{ kind: 'provider_l2', amount: '1' }, { name: /required/ }],
    [{ kind: 'provider_l2', name: 'VXC', amount: '1', contractEnds: '2026-02-30' }, { contractEnds: /./ }],
    [{ kind: 'zone' }, { circuitId: /choose a circuit/ }],
    [
      { kind: 'share', customer: ' ', percent: '0', why: '' },
      { customer: /required/, percent: /up to 100/, why: /required/ },
    ],
  ])('%o is refused at its fields', (more, faults) => {
    const read = validateOverrideForm(draft(more), 3)
    const found = 'faults' in read ? read.faults : {}
    expect(Object.keys(found).toSorted()).toEqual(Object.keys(faults).toSorted())
    for (const [field, message] of Object.entries(faults)) expect(found[field]).toMatch(message)
  })
})
