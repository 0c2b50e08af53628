import { describe, expect, it } from 'vitest'
import { formatAuditAction, formatAuditDifference } from './audit-text.ts'

it.each([
  ['requestServiceKey', 'Request service key'],
  ['putChannels', 'Change channels'],
  ['signIn', 'Sign in'],
])('the action %s reads %s', (action, words) => {
  expect(formatAuditAction(action)).toBe(words)
})

describe('what differs', () => {
  it.each<[name: string, before: unknown, after: unknown, words: string[]]>([
    ['nothing', null, null, []],
    ['a field that changed', { role: 'viewer' }, { role: 'admin' }, ['role: viewer → admin']],
    [
      'a new item',
      null,
      { id: 't1', kind: 'api', expiresAt: null, createdBy: 'Ada' },
      ['kind: api', 'expires at: none'],
    ],
    ['a field that is gone', { note: 'x' }, {}, ['note: x removed']],
    [
      'members of a list by their names, and not the version',
      {
        version: 2,
        maintenance: [
          { id: 'a', title: 'Drill' },
          { id: 'b', title: 'Old' },
        ],
      },
      {
        version: 3,
        maintenance: [
          { id: 'b', title: 'New' },
          { id: 'c', title: 'Reload' },
        ],
      },
      ['maintenance: added Reload; changed New; removed Drill'],
    ],
    [
      'members without a name',
      { mappings: [] },
      { mappings: [{ gateway: 'gw', neighbor: '10.0.4.4' }] },
      ['mappings: added gw 10.0.4.4'],
    ],
    [
      'members by what people call them',
      { cards: [], watched: [] },
      {
        cards: [{ note: 'badge', scope: 'a3', displayName: 'London' }],
        watched: [{ note: 'n', prefix: '10.0.0.0/8' }],
      },
      ['cards: added London', 'watched: added 10.0.0.0/8'],
    ],
    ['not when a calendar was read', null, { name: 'x', readAt: 'a', triedAt: 'b' }, ['name: x']],
    ['a list by itself', [{ id: 'a', name: 'NOC' }], [], ['removed NOC']],
    [
      'fields within fields',
      { filters: { minSeverity: 'minor' } },
      { filters: { minSeverity: 'major' } },
      ['filters: min severity: minor → major'],
    ],
    ['what was cut', null, { cutAfter: 16_000, text: '{' }, ['too long to be named here']],
  ])('%s', (_, before, after, words) => {
    expect(formatAuditDifference(before, after)).toEqual(words)
  })
})
