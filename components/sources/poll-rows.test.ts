import { describe, expect, it } from 'vitest'
import type { ApiPolledSource } from '#lib/setup/api/index.ts'
import { armTypes } from '#lib/contract/vocabulary.ts'
import { groupPollsByResource } from './poll-rows.ts'
import { createTestSourceResponse } from './testing.ts'

const source = (scope: string, kind: ApiPolledSource['kind'], change: Partial<ApiPolledSource> = {}): ApiPolledSource =>
  createTestSourceResponse({
    scope,
    scopeName: scope,
    resourceId: `/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRouteCircuits/${scope}`,
    kind,
    ...change,
  })

describe('polls in rows', () => {
  it('gathers the parts of a kind in one cell that shows the worst', () => {
    const [group] = groupPollsByResource([
      source('a', 'arp', { subresource: 'AzurePrivatePeering/primary' }),
      source('a', 'arp', { subresource: 'AzurePrivatePeering/secondary', state: 'stale', lastOutcome: 'timeout' }),
    ])
    const row = group?.rows[0]
    expect(row?.cells.get('arp')?.polls).toHaveLength(2)
    expect(row?.cells.get('arp')?.worst.subresource).toBe('AzurePrivatePeering/secondary')
    expect(group?.name).toBe('ExpressRoute circuits')
  })

  it('gives the oldest in a cell whose parts are as well as each other', () => {
    const at = (subresource: string, lastOkAt: string) => source('a', 'advertised', { subresource, lastOkAt })
    const oldest = at('10.0.4.5', '2026-11-21T09:17:00.000Z')
    const all = [at('10.0.4.4', '2026-11-21T09:59:50.000Z'), oldest, at('10.0.4.6', '2026-11-21T09:59:55.000Z')]
    expect(groupPollsByResource(all)[0]?.rows[0]?.cells.get('advertised')?.worst).toBe(oldest)
  })

  it('puts the worst first, and a fresh error before a late answer', () => {
    const [group] = groupPollsByResource([
      source('well', 'peers'),
      source('late', 'peers', { state: 'late' }),
      source('refused', 'peers', { lastOutcome: 'forbidden' }),
      source('stale', 'peers', { state: 'stale', lastOutcome: 'timeout' }),
    ])
    expect(group?.rows.map(({ name }) => name)).toEqual(['stale', 'refused', 'late', 'well'])
  })

  it('puts the type with the worst poll first, then those with sessions', () => {
    const of = (type: string, scope: string, change: Partial<ApiPolledSource> = {}) =>
      source(scope, 'metrics', {
        resourceId: `/subscriptions/s/resourceGroups/g/providers/${type}/${scope}`,
        ...change,
      })
    const groups = groupPollsByResource([
      of('Microsoft.Network/somethingElse', 'x'),
      of(armTypes.port, 'erd-1'),
      of(armTypes.networkInterface, 'nic-1', { state: 'stale' }),
      of(armTypes.circuit, 'erc-1'),
    ])
    expect(groups.map(({ name }) => name)).toEqual([
      'Network interfaces',
      'ExpressRoute circuits',
      'ExpressRoute Direct ports',
      'microsoft.network/somethingelse',
    ])
  })
})
