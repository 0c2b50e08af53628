import { expect, it } from 'vitest'
import { MINUTE } from '#lib/contract/time/time.ts'
import { pair } from '../scenarios/pair.ts'
import { ask, ORIGIN, PAIR, pairWorld, rows } from '../testing.ts'

const maintenance = {
  name: 'nights',
  start: '2026-01-03 22:00',
  duration: '05:00',
  timeZone: 'GMT Standard Time',
  recurEvery: 'Day',
}
const [gateway] = pair.gateways ?? []
const SUBSCRIPTION = PAIR.slice(0, PAIR.indexOf('/resourceGroups'))

it('a maintenance configuration of a gateway is listed, and what it is assigned to', () => {
  const world = pairWorld([], { gateways: [{ ...gateway, maintenance }] })
  const list = `${SUBSCRIPTION}/providers/Microsoft.Maintenance/maintenanceConfigurations`
  const [configuration] = rows(ask(world, ORIGIN, 'GET', list))
  expect(configuration).toMatchObject({
    name: 'nights',
    properties: {
      extensionProperties: { maintenanceSubScope: 'NetworkGatewayMaintenance' },
      maintenanceWindow: { startDateTime: '2026-01-03 22:00', recurEvery: 'Day' },
    },
  })
  const assignments = `${PAIR}/virtualNetworkGateways/${gateway?.name}/providers/Microsoft.Maintenance/configurationAssignments`
  expect(rows(ask(world, ORIGIN, 'GET', assignments))).toMatchObject([
    { properties: { maintenanceConfigurationId: configuration?.id } },
  ])
  expect(rows(ask(pairWorld(), ORIGIN, 'GET', list))).toEqual([])
  expect(rows(ask(pairWorld(), ORIGIN, 'GET', assignments))).toEqual([])
})

it('the circuit that announced work is about is listed once it is announced', () => {
  const world = pairWorld([
    { op: 'maintenance', circuit: 'erc-pair', path: 'primary', at: '+1h', announced: '2h', trackingId: 'SIM-1' },
  ])
  const list = `${SUBSCRIPTION}/providers/Microsoft.ResourceHealth/events/SIM-1/impactedResources`
  expect(ask(world, ORIGIN - 90 * MINUTE, 'GET', list).status).toBe(404)
  expect(rows(ask(world, ORIGIN, 'GET', list))).toMatchObject([
    { properties: { targetResourceId: `${PAIR}/expressRouteCircuits/erc-pair` } },
  ])
})
