import { describe, expect, it } from 'vitest'
import {
  type AccessScope,
  listAccessScopeTexts,
  isAccessScopeWithin,
  EMPTY_ACCESS_SCOPE,
  parseAccessScope,
  ACCESS_RIGHTS,
  ROLES,
  AccessScopeTextError,
} from './index.ts'

const LON = '0a000000-0000-4000-8000-000000000001'
const PAR = '0a000000-0000-4000-8000-000000000002'

describe('the text form of a scope', () => {
  it('reads subscriptions in lower case, customers as written, each once', () => {
    expect(
      parseAccessScope([`subscription:${LON.toUpperCase()}`, `subscription:${LON}`, 'customer: Contoso: Retail ']),
    ).toEqual({ subscriptions: [LON], customers: ['Contoso: Retail'] })
  })

  it('is read back as it was written', () => {
    const scope: AccessScope = { subscriptions: [LON, PAR], customers: ['Contoso'] }
    expect(parseAccessScope(listAccessScopeTexts(scope))).toEqual(scope)
    expect(parseAccessScope(listAccessScopeTexts('everything'))).toBe('everything')
    expect(listAccessScopeTexts(EMPTY_ACCESS_SCOPE)).not.toEqual(listAccessScopeTexts('everything'))
    expect(parseAccessScope(listAccessScopeTexts(EMPTY_ACCESS_SCOPE))).toEqual(EMPTY_ACCESS_SCOPE)
    expect(() => parseAccessScope(['nothing', ...listAccessScopeTexts(scope)])).toThrow(AccessScopeTextError)
  })

  it.each(['', 'everything', 'subscription:', 'subscription:abc', 'customer:', 'customer: ', 'tenant:x', LON])(
    'refuses %j',
    (text) => expect(() => parseAccessScope([text])).toThrow(AccessScopeTextError),
  )
})

describe('a scope', () => {
  const lon: AccessScope = { subscriptions: [LON], customers: [] }
  const both: AccessScope = { subscriptions: [LON, PAR], customers: ['Contoso'] }
  it.each([
    [lon, both, true],
    [both, lon, false],
    [lon, lon, true],
    [lon, 'everything', true],
    ['everything', both, false],
    [EMPTY_ACCESS_SCOPE, lon, true],
    [{ subscriptions: [], customers: ['Fabrikam'] }, both, false],
  ] as [AccessScope, AccessScope, boolean][])('%j is within %j: %s', (inner, outer, expected) => {
    expect(isAccessScopeWithin(inner, outer)).toBe(expected)
  })
})

it('every right belongs to a role, and the admin has all', () => {
  expect(new Set(Object.values(ROLES).flatMap(({ rights }) => rights))).toEqual(new Set(ACCESS_RIGHTS))
  expect(ROLES.admin.rights).toEqual(ACCESS_RIGHTS)
})
