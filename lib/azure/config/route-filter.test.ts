import { expect, it } from 'vitest'
import { hasMicrosoft365 } from './route-filter.ts'

const filter = (...rules: object[]) => ({
  properties: { rules: rules.map((properties) => ({ name: 'r', properties })) },
})

it.each([
  [{ access: 'Allow', communities: ['12076:51002', '12076:5010'] }, true],
  [{ access: 'Allow', communities: ['12076:51002', '12076:5040'] }, false],
  [{ access: 'Deny', communities: ['12076:5010'] }, false],
])('%j lets Microsoft 365 through: %s', (rule, expected) => {
  expect(hasMicrosoft365(filter(rule))).toBe(expected)
})

it('of which nothing is known lets nothing through', () => {
  expect([hasMicrosoft365(filter()), hasMicrosoft365({}), hasMicrosoft365(null)]).toEqual([false, false, false])
})
