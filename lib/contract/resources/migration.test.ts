import { expect, it } from 'vitest'
import { isTaggedByMigration, findGatewayMigration } from './migration.ts'

const gateway = (name: string, more: { kind?: 'vpn'; isStandby?: true; isOfMigration?: true } = {}) => ({
  name,
  kind: 'expressRoute' as const,
  isStandby: false,
  isOfMigration: false,
  ...more,
})
const STANDBY = { isStandby: true } as const

it.each([
  ['the tagged one is new, whatever its name', [gateway('a', { isOfMigration: true }), gateway('b')], ['b', 'a']],
  ['the one with the suffix is new', [gateway('gw', STANDBY), gateway('gw_migrated')], ['gw', 'gw_migrated']],
  ['while it is prepared, too', [gateway('gw'), gateway('gw_migrate', STANDBY)], ['gw', 'gw_migrate']],
  ['of other names one waits, before the traffic moves', [gateway('gw'), gateway('gw-az', STANDBY)], ['gw', 'gw-az']],
  ['and after it, with the same roles', [gateway('gw', STANDBY), gateway('gw-az')], ['gw', 'gw-az']],
  ['two of which neither waits are independent', [gateway('a'), gateway('b')], null],
  ['a VPN gateway beside one is none', [gateway('er'), gateway('vpn', { kind: 'vpn', ...STANDBY })], null],
  ['one alone waits for nobody', [gateway('gw', STANDBY)], null],
])('%s', (_, gateways, roles) => {
  const found = findGatewayMigration(gateways)
  expect(found && [found.from.name, found.to.name]).toEqual(roles)
  expect(findGatewayMigration(gateways.toReversed())).toEqual(found)
})

it('reads the tag in any case', () => {
  expect(isTaggedByMigration({ createdby: 'gatewayskumigration' })).toBe(true)
  for (const tags of [{ CreatedBy: 'sam' }, {}, null, 'CreatedBy']) expect(isTaggedByMigration(tags)).toBe(false)
})
