import { expect, it } from 'vitest'
import { ownPage } from './auth-client.ts'

it.each([
  ['/circuits/c1?from=2026-11-20', '/circuits/c1?from=2026-11-20'],
  ['/cost#budgets', '/cost#budgets'],
  [null, '/'],
  ['', '/'],
  ['circuits', '/'],
  ['//evil.example/', '/'],
  ['/\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['/..//evil.example', '/'],
  ['https://evil.example/', '/'],
  ['javascript:alert(1)', '/'],
  ['/sign-in?next=/sign-in', '/'],
])('after signing in, %j leads to %s', (wanted, expected) => {
  expect(ownPage(wanted)).toBe(expected)
})
