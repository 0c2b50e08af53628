import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isArmStateMember } from '#lib/contract/index.ts'
import type { JsonObject } from './decode/json.ts'
import { scrubConfig } from './scrub-config.ts'

/** Ends of names of members that contain the id of an operation, in any case. */
const end = fc.mixedCase(fc.constantFrom('OperationId', 'operationIds'))
const name = fc.tuple(fc.stringMatching(/^[a-zA-Z]{0,30}$/), end).map(([start, own]) => `${start}${own}`)
const value = fc.oneof(
  fc.string(),
  fc.uuid(),
  fc.integer(),
  fc.array(fc.uuid(), { maxLength: 3 }),
  fc.record({ id: fc.uuid() }),
)
const at = fc.constantFrom('top', 'properties', 'nested', 'list')

/** Returns the body of a gateway with an additional member at one place. */
function gatewayWith(place: string, member: JsonObject): JsonObject {
  const put = (here: string) => (here === place ? member : {})
  return {
    name: 'gw-leeds',
    tags: { lastOperationId: 'chosen by a user' },
    ...put('top'),
    properties: {
      gatewayType: 'ExpressRoute',
      ...put('properties'),
      bgpSettings: { asn: 65_515, ...put('nested') },
      ipConfigurations: [{ name: 'default', ...put('list') }],
    },
  }
}

it('a member whose name ends in OperationId is never configuration, at any place and also if it is new', () => {
  fc.assert(
    fc.property(at, name, value, (place, own, held) => {
      const without = scrubConfig(gatewayWith('nowhere', {}))
      expect(scrubConfig(gatewayWith(place, { [own]: held }))).toEqual(without)
      expect(isArmStateMember(own)).toBe(true)
      // a tag has a name that a user chose
      expect(without).toMatchObject({ tags: { lastOperationId: 'chosen by a user' } })
    }),
  )
})

it.each(['operationMode', 'operationIdentity', 'operator'])('a member named %s is configuration', (own) => {
  expect(scrubConfig(gatewayWith('properties', { [own]: 'x' }))).toMatchObject({ properties: { [own]: 'x' } })
})
