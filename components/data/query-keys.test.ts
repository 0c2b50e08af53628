import { describe, expect, it } from 'vitest'
import { isQueryAffected } from './query-keys.ts'

describe('a change affects', () => {
  it.each([
    ['the list of its topic', ['circuits', null, 'list'], { topics: ['circuits'], scope: 'c1' }, true],
    ['the resource it names', ['circuits', 'c1', 'one'], { topics: ['circuits'], scope: 'c1' }, true],
    ['no other resource', ['circuits', 'c2', 'one'], { topics: ['circuits'], scope: 'c1' }, false],
    ['no other topic', ['routes', 'c1', 'list'], { topics: ['circuits'], scope: 'c1' }, false],
    ['every resource when it names none', ['gateways', 'g1', 'one'], { topics: ['gateways'], scope: null }, true],
    [
      'nothing of a moment in the past',
      ['circuits', 'c1', 'one', { at: '2026-11-20T03:12:00.000Z' }],
      { topics: ['circuits'], scope: 'c1' },
      false,
    ],
    [
      'a resource asked for by its ARM id',
      ['circuits', '/subscriptions/s/x', 'one'],
      { topics: ['circuits'], scope: 'c1' },
      true,
    ],
  ] as const)('%s', (_, key, change, affected) => {
    expect(isQueryAffected(key, { topics: [...change.topics], scope: change.scope })).toBe(affected)
  })
})
