import { describe, expect, it } from 'vitest'
import type { ConfigurationChange } from '#lib/incidents/api/index.ts'
import {
  formatChangedField,
  mergeConfigurationChanges,
  formatChangeOperation,
  formatChangedValue,
} from './change-text.ts'

describe('a changed field reads', () => {
  it.each([
    ['/sku/family', 'sku › family'],
    ['/tags/cost~1centre', 'tags › cost/centre'],
    ['', 'entire resource'],
  ])('%s as %s', (pointer, words) => {
    expect(formatChangedField(pointer)).toBe(words)
  })
})

describe('a value reads', () => {
  it.each([
    [null, 'not set'],
    [undefined, 'not set'],
    [false, 'false'],
    ['', 'empty'],
    ['Premium', 'Premium'],
    [{ a: 1 }, '{"a":1}'],
  ])('%j as %s', (value, words) => {
    expect(formatChangedValue(value)).toBe(words)
  })
})

it('an operation reads without its provider', () => {
  expect(formatChangeOperation('Microsoft.Network/expressRouteCircuits/peerings/write')).toBe(
    'expressRouteCircuits peerings write',
  )
})

const change = (resourceId: string, latest: string): ConfigurationChange => ({
  scope: resourceId,
  scopeName: resourceId,
  resourceId,
  type: 'microsoft.network/connections',
  op: 'changed',
  seenBy: 'connection',
  fields: [{ path: '/fastPath', before: false, after: true }],
  between: ['2026-11-19T00:00:00.000Z', latest],
  explainedBy: null,
  azCommand: null,
})

it('changes of several scopes are one list, newest first, each once', () => {
  const early = change('/a', '2026-11-19T01:00:00.000Z')
  const late = change('/b', '2026-11-19T02:00:00.000Z')
  expect(
    mergeConfigurationChanges([[early], [late, { ...early, resourceId: '/A' }]]).map(({ between }) => between[1]),
  ).toEqual([late.between[1], early.between[1]])
})
