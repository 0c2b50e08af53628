import { expect, it } from 'vitest'
import { hasMicrosoft365 } from './route-filter.ts'

const filter = (...rules: object[]) => ({
  properties: { provisioningState: 'Succeeded', rules: rules.map((properties) => ({ name: 'r', properties })) },
})

it.each([
  [{ access: 'Allow', communities: ['12076:51002', '12076:5010'] }, true],
  [{ access: 'Allow', communities: ['12076:51002', '12076:5040'] }, false],
  [{ access: 'Deny', communities: ['12076:5010'] }, false],
])('%j lets Microsoft 365 through: %s', (rule, expected) => {
  expect(hasMicrosoft365(filter(rule))).toBe(expected)
})

it('without rules lets nothing through, and is not known while it is not provisioned', () => {
  const rule = { access: 'Allow', communities: ['12076:5010'] }
  const inState = (provisioningState?: string) => ({
    properties: { ...filter(rule).properties, provisioningState },
  })
  expect([filter(), inState('Updating')].map(hasMicrosoft365)).toEqual([false, true])
  expect([inState('Failed'), inState('Deleting'), inState(), {}, null].map(hasMicrosoft365)).toEqual([
    null,
    null,
    null,
    null,
    null,
  ])
})
