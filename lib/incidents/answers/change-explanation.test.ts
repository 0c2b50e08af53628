import { describe, expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { ActivityEntry, ConfigChangeRow } from '#lib/history/index.ts'
import { computeExplanationBounds, findActivityEntryExplainingChange } from './change-explanation.ts'

const CIRCUIT = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRouteCircuits/ckt-lon'
const key = CIRCUIT.toLowerCase()
const earliest = Date.UTC(2026, 10, 20, 3)
const latest = earliest + 10 * MS_PER_MINUTE

const change = (fields: Partial<ConfigChangeRow> = {}): ConfigChangeRow => ({
  scope: 'c1',
  scopeName: 'ckt-lon',
  resourceId: CIRCUIT,
  resourceType: 'microsoft.network/expressroutecircuits',
  seenBy: 'inventory',
  op: 'changed',
  fields: [{ path: '/properties/peerings/AzurePrivatePeering/properties/state', before: 'Enabled', after: 'Disabled' }],
  between: { earliest, latest },
  ...fields,
})

const entry = (id: string, fields: Partial<ActivityEntry> = {}): ActivityEntry => ({
  id,
  correlationId: null,
  at: earliest + MS_PER_MINUTE,
  operation: 'Microsoft.Network/expressRouteCircuits/write',
  status: 'Succeeded',
  resourceKey: key,
  caller: 'ada@example.com',
  ...fields,
})

const peering = `${key}/peerings/azureprivatepeering`

describe('the Activity Log entry that explains a change', () => {
  it.each<{ name: string; change?: Partial<ConfigChangeRow>; entries: ActivityEntry[]; expected: string | null }>([
    { name: 'none', entries: [], expected: null },
    { name: 'a write', entries: [entry('a')], expected: 'a' },
    {
      name: 'not a read',
      entries: [entry('a', { operation: 'Microsoft.Network/expressRouteCircuits/read' })],
      expected: null,
    },
    { name: 'not one that failed', entries: [entry('a', { status: 'Failed' })], expected: null },
    { name: 'nor one that only began', entries: [entry('a', { status: 'Started' })], expected: null },
    {
      name: 'done before accepted',
      entries: [entry('a'), entry('b', { status: 'Accepted', at: earliest + 2 * MS_PER_MINUTE })],
      expected: 'a',
    },
    {
      name: 'the newest of equals',
      entries: [entry('a'), entry('b', { at: earliest + 5 * MS_PER_MINUTE })],
      expected: 'b',
    },
    {
      name: 'not the one after it was seen, when there is one before',
      entries: [entry('a'), entry('b', { at: latest + 30_000 })],
      expected: 'a',
    },
    {
      name: 'of the peering that changed, before a newer one of the circuit',
      entries: [entry('a', { resourceKey: peering }), entry('b', { at: latest })],
      expected: 'a',
    },
    {
      name: 'of the circuit, before one of another peering',
      entries: [entry('a'), entry('b', { resourceKey: `${key}/peerings/microsoftpeering`, at: latest })],
      expected: 'a',
    },
    {
      name: 'a delete for what is gone',
      change: { op: 'removed', fields: [] },
      entries: [entry('a', { operation: 'Microsoft.Network/expressRouteCircuits/delete' }), entry('b', { at: latest })],
      expected: 'a',
    },
    { name: 'at the earliest', entries: [entry('a', { at: earliest - 15 * MS_PER_MINUTE })], expected: 'a' },
    { name: 'not earlier', entries: [entry('a', { at: earliest - 15 * MS_PER_MINUTE - 1 })], expected: null },
    { name: 'at the latest', entries: [entry('a', { at: latest + MS_PER_MINUTE })], expected: 'a' },
    { name: 'not later', entries: [entry('a', { at: latest + MS_PER_MINUTE + 1 })], expected: null },
  ])('$name', ({ change: fields, entries, expected }) => {
    expect(findActivityEntryExplainingChange(change(fields), entries)?.id ?? null).toBe(expected)
    expect(findActivityEntryExplainingChange(change(fields), entries.toReversed())?.id ?? null).toBe(expected)
  })

  it('is searched from a quarter of an hour before to a minute after', () => {
    expect(computeExplanationBounds({ earliest, latest })).toEqual({
      earliest: earliest - 15 * MS_PER_MINUTE,
      latest: latest + MS_PER_MINUTE,
    })
  })
})
