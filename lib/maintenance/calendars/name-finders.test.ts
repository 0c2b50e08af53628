import { expect, it } from 'vitest'
import { createNameFinder } from './name-finders.ts'

const resources = [
  { id: 'lon', services: [], names: ['erc-london', 'EL-100.7', ''] },
  { id: 'lon2', services: [], names: ['erc-london-2'] },
  {
    id: 'hub',
    services: [],
    names: [
      'ergw-hub',
      '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways/ergw-hub',
    ],
  },
  { id: 'x', services: [], names: ['er'] },
]

it.each([
  ['CHG-7: ERC-London, two hours', ['lon'], []],
  ['work on erc-london-2.', ['lon2'], []],
  ['service EL-100.7 (provider)', ['lon'], []],
  ['service EL-10037', [], []],
  ['erc-london/primary and later ERC-LONDON/primary', ['lon'], ['primary']],
  ['erc-london/primary, then erc-london/secondary', ['lon'], []],
  ['erc-london/secondary and ergw-hub', ['lon', 'hub'], []],
  ['/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways/ergw-hub', ['hub'], []],
  ['er gateway, user groups', ['x'].slice(1), []],
])('%s', (text, scopes, paths) => {
  expect(createNameFinder(resources)(text)).toEqual({ scopes, paths })
})

it('many texts are compared with many names in the time of a few', () => {
  const many = Array.from({ length: 1_000 }, (_, n) => ({
    id: `c${n}`,
    services: [],
    names: [`erc-site-${n}`, `SVC-${n}.00`],
  }))
  const named = createNameFinder(many)
  const begun = performance.now()
  const found = Array.from({ length: 50 }, (_, n) => named(`CHG-${n} erc-site-7 ${'lorem ipsum dolor '.repeat(100)}`))
  // a separate pattern for each comparison took about 15 s
  expect(performance.now() - begun).toBeLessThan(4_000)
  expect(found.every(({ scopes }) => scopes.join() === 'c7')).toBe(true)
})
