import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalizeArmId, getTopLevelResourceId, parseArmId, getResourceGroupId, getSubscriptionId } from './arm-id.ts'

const circuit = '/subscriptions/S/resourceGroups/Edge/providers/Microsoft.Network/expressRouteCircuits/Lon'

describe('an ARM id', () => {
  it.each([
    ['/subscriptions/S', 'microsoft.resources/subscriptions', 'S', null, {}],
    ['/subscriptions/S/', 'microsoft.resources/subscriptions', 'S', null, {}],
    ['/subscriptions/S/resourceGroups/Edge', 'microsoft.resources/resourcegroups', 'Edge', 'Edge', {}],
    [circuit, 'microsoft.network/expressroutecircuits', 'Lon', 'Edge', { expressroutecircuits: 'Lon' }],
    [
      `${circuit}/peerings/Private`,
      'microsoft.network/expressroutecircuits/peerings',
      'Private',
      'Edge',
      { expressroutecircuits: 'Lon', peerings: 'Private' },
    ],
    ['/subscriptions/S/providers/Own/machines/one', 'own/machines', 'one', null, { machines: 'one' }],
  ])('%s', (text, type, name, resourceGroup, names) =>
    expect(parseArmId(text)).toEqual({ subscriptionId: 'S', resourceGroup, type, name, names }),
  )

  it.each([
    '',
    'subscriptions/S',
    '/subscriptions',
    '/providers/x',
    '/subscriptions/S/resourceGroups',
    '/subscriptions/S/resourceGroups/Edge/providers',
    '/subscriptions/S/resourceGroups/Edge/providers/Microsoft.Network',
    `${circuit}/peerings`,
    '/subscriptions/S/else/Edge',
  ])('%j is none', (text) => expect(parseArmId(text)).toBeNull())

  it('says the same in any capitals', () => {
    const lower = (text: string) => {
      const { subscriptionId, resourceGroup, type, name } = parseArmId(text) ?? {}
      return [subscriptionId, resourceGroup, type, name].map((word) => word?.toLowerCase())
    }
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: circuit.length, maxLength: circuit.length }), (upper) => {
        const spelled = [...circuit]
          .map((letter, i) => (upper[i] ? letter.toUpperCase() : letter.toLowerCase()))
          .join('')
        expect(lower(spelled)).toEqual(lower(circuit))
        expect([normalizeArmId(spelled), getSubscriptionId(spelled), getResourceGroupId(spelled)]).toEqual([
          circuit.toLowerCase(),
          's',
          '/subscriptions/s/resourcegroups/edge',
        ])
      }),
    )
  })

  it('below a resource belongs to that', () => {
    expect(getTopLevelResourceId(`${circuit}/peerings/Private/connections/one`)).toBe(circuit)
    expect(getTopLevelResourceId(circuit)).toBe(circuit)
    expect(getTopLevelResourceId('/subscriptions/S')).toBe('/subscriptions/S')
  })

  it('has no subscription and no group where it is none', () =>
    expect([
      getSubscriptionId('elsewhere'),
      getResourceGroupId('elsewhere'),
      getResourceGroupId('/subscriptions/S'),
    ]).toEqual(['', null, null]))
})
