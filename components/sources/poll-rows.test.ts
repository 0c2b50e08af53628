import { describe, expect, it } from 'vitest'
import type { Source } from '#lib/contract/index.ts'
import { pollRows } from './poll-rows.ts'

const source = (scope: string, kind: Source['kind'], change: Partial<Source> = {}): Source => ({
  scope,
  scopeName: scope,
  resourceId: `/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRouteCircuits/${scope}`,
  subresource: '',
  peering: null,
  path: null,
  neighbor: null,
  kind,
  state: 'fresh',
  lastOutcome: 'ok',
  lastPollAt: null,
  lastOkAt: null,
  error: null,
  configuredSeconds: 60,
  intervalSeconds: 60,
  observedSeconds: null,
  limitedBy: null,
  limitingBudget: null,
  relief: null,
  floorSeconds: null,
  burst: null,
  nextPollAt: null,
  budgets: [],
  budgetLeft: null,
  ...change,
})

describe('polls in rows', () => {
  it('gathers the parts of a kind in one cell that shows the worst', () => {
    const [row] = pollRows([
      source('a', 'arp', { subresource: 'AzurePrivatePeering/primary' }),
      source('a', 'arp', { subresource: 'AzurePrivatePeering/secondary', state: 'stale', lastOutcome: 'timeout' }),
    ])
    expect(row?.cells.get('arp')?.polls).toHaveLength(2)
    expect(row?.cells.get('arp')?.worst.subresource).toBe('AzurePrivatePeering/secondary')
    expect(row?.about).toBe('circuit')
  })

  it('puts the worst first, and a fresh error before a late answer', () => {
    const rows = pollRows([
      source('well', 'peers'),
      source('late', 'peers', { state: 'late' }),
      source('refused', 'peers', { lastOutcome: 'forbidden' }),
      source('stale', 'peers', { state: 'stale', lastOutcome: 'timeout' }),
    ])
    expect(rows.map(({ name }) => name)).toEqual(['stale', 'refused', 'late', 'well'])
  })
})
