import { describe, expect, it } from 'vitest'
import { costOverrideBody } from '#lib/contract/index.ts'
import { type Draft, emptyDraft, overrideOf, overrideWords } from './override-draft.ts'

const draft = (more: Partial<Draft>): Draft => ({ ...emptyDraft, why: 'contract 4711', ...more })

describe('an override as typed', () => {
  it.each<[Partial<Draft>, words: string]>([
    [{ kind: 'discount', percent: '12.5' }, '12.5 % off all meters'],
    [{ kind: 'price', meterName: 'ErGw1AZ Gateway', amount: '0.3' }, 'ErGw1AZ Gateway at 0.3 USD'],
    [{ kind: 'price', meterName: 'VpnGw2AZ', region: 'uksouth', amount: '0.7' }, 'VpnGw2AZ, uksouth, at 0.7 USD'],
    [{ kind: 'provider_l2', name: 'VXC', amount: '300' }, 'VXC (provider): 300 USD a month'],
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
    const read = overrideOf(draft(more))
    expect(read.ok && overrideWords(read.override)).toBe(words)
    expect(read.ok && costOverrideBody.parse(read.override)).toEqual(read.ok && read.override)
  })

  it('holds from midnight UTC of its days', () => {
    const read = overrideOf(draft({ percent: '5', from: '2026-11-01', until: '2026-12-01', circuitId: 'c1' }))
    expect(read).toMatchObject({
      override: { circuitIds: ['c1'], from: '2026-11-01T00:00:00.000Z', until: '2026-12-01T00:00:00.000Z' },
    })
  })

  it.each<[Partial<Draft>, fault: RegExp]>([
    [{ percent: '' }, /Percent off: a number up to 100/],
    [{ percent: '101' }, /up to 100/],
    [{ percent: '5', why: ' ' }, /Reason/],
    [{ percent: '5', from: '2026-12-01', until: '2026-11-01' }, /must be after From/],
    [{ kind: 'price', meterName: 'x', amount: 'cheap' }, /decimal number/],
    [{ kind: 'price', meterName: 'x', amount: '1', currency: 'usd' }, /three capital letters/],
    [{ kind: 'price', amount: '1' }, /Meter, as on the bill/],
    [{ kind: 'provider_l2', name: 'VXC' }, /Per month: a decimal/],
    [{ kind: 'provider_l2', amount: '1' }, /Name/],
    [{ kind: 'zone' }, /Choose a circuit/],
  ])('%o is refused', (more, fault) => {
    const read = overrideOf(draft(more))
    expect(read.ok ? '' : read.fault).toMatch(fault)
  })
})
