import { expect, it } from 'vitest'
import { parseSignInOrigins } from '#lib/access/sign-in/sign-in-origins.ts'
import { resolveOwnPage, findSignInAddress } from './auth-client.ts'

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
  expect(resolveOwnPage(wanted)).toBe(expected)
})

it.each([
  ['https://noc.example', 'https://noc.example/sign-in', null],
  ['http://127.0.0.1:3000', 'http://localhost:3000/sign-in', null],
  ['https://noc.example', 'http://noc.example/sign-in', 'https://noc.example/sign-in'],
  ['https://noc.example', 'http://127.0.0.1:3000/sign-in/link#secret', 'https://noc.example/sign-in/link#secret'],
  ['http://127.0.0.1:3000', 'http://10.0.0.5:3000/sign-in?next=%2Fcost', 'http://127.0.0.1:3000/sign-in?next=%2Fcost'],
])('people sign in at %s: %s leads to %s', (own, address, expected) => {
  expect(findSignInAddress(parseSignInOrigins(own), address)?.href ?? null).toBe(expected)
})
