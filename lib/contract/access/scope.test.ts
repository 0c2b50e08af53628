import { describe, expect, it } from 'vitest'
import {
  type AccessScope,
  formatScope,
  isScopeWithin,
  EMPTY_SCOPE,
  parseScope,
  RIGHTS,
  ROLES,
  ScopeTextError,
} from './index.ts'

const LON = '0a000000-0000-4000-8000-000000000001'
const PAR = '0a000000-0000-4000-8000-000000000002'

describe('the text form of a scope', () => {
  it('reads subscriptions in lower case, customers as written, each once', () => {
    expect(
      parseScope([`subscription:${LON.toUpperCase()}`, `subscription:${LON}`, 'customer: Contoso: Retail ']),
    ).toEqual({ subscriptions: [LON], customers: ['Contoso: Retail'] })
  })

  it('is read back as it was written', () => {
    const scope: AccessScope = { subscriptions: [LON, PAR], customers: ['Contoso'] }
    expect(parseScope(formatScope(scope))).toEqual(scope)
    expect(parseScope(formatScope('everything'))).toBe('everything')
    expect(formatScope(EMPTY_SCOPE)).not.toEqual(formatScope('everything'))
    expect(parseScope(formatScope(EMPTY_SCOPE))).toEqual(EMPTY_SCOPE)
    expect(() => parseScope(['nothing', ...formatScope(scope)])).toThrow(ScopeTextError)
  })

  it.each(['', 'everything', 'subscription:', 'subscription:abc', 'customer:', 'customer: ', 'tenant:x', LON])(
    'refuses %j',
    (text) => expect(() => parseScope([text])).toThrow(ScopeTextError),
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
    [EMPTY_SCOPE, lon, true],
    [{ subscriptions: [], customers: ['Fabrikam'] }, both, false],
  ] as [AccessScope, AccessScope, boolean][])('%j is within %j: %s', (inner, outer, expected) => {
    expect(isScopeWithin(inner, outer)).toBe(expected)
  })
})

it('every right belongs to a role, and the admin has all', () => {
  expect(new Set(Object.values(ROLES).flatMap(({ rights }) => rights))).toEqual(new Set(RIGHTS))
  expect(ROLES.admin.rights).toEqual(RIGHTS)
})
