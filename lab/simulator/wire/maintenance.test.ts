import { expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { oneCircuitScenario } from '../scenarios/pair.ts'
import {
  requestSimulator,
  TEST_TIMELINE_ORIGIN,
  ONE_CIRCUIT_GROUP_ARM_ID,
  createOneCircuitWorld,
  getResponseValueRows,
} from '../testing.ts'

const maintenance = {
  name: 'nights',
  start: '2026-01-03 22:00',
  duration: '05:00',
  timeZone: 'GMT Standard Time',
  recurEvery: 'Day',
}
const [gateway] = oneCircuitScenario.gateways ?? []
const SUBSCRIPTION = ONE_CIRCUIT_GROUP_ARM_ID.slice(0, ONE_CIRCUIT_GROUP_ARM_ID.indexOf('/resourceGroups'))

it('a maintenance configuration of a gateway is listed, and what it is assigned to', () => {
  const world = createOneCircuitWorld([], { gateways: [{ ...gateway, maintenance }] })
  const list = `${SUBSCRIPTION}/providers/Microsoft.Maintenance/maintenanceConfigurations`
  const [configuration] = getResponseValueRows(requestSimulator(world, TEST_TIMELINE_ORIGIN, 'GET', list))
  expect(configuration).toMatchObject({
    name: 'nights',
    properties: {
      extensionProperties: { maintenanceSubScope: 'NetworkGatewayMaintenance' },
      maintenanceWindow: { startDateTime: '2026-01-03 22:00', recurEvery: 'Day' },
    },
  })
  const assignments = `${ONE_CIRCUIT_GROUP_ARM_ID}/virtualNetworkGateways/${gateway?.name}/providers/Microsoft.Maintenance/configurationAssignments`
  expect(getResponseValueRows(requestSimulator(world, TEST_TIMELINE_ORIGIN, 'GET', assignments))).toMatchObject([
    { properties: { maintenanceConfigurationId: configuration?.id } },
  ])
  expect(getResponseValueRows(requestSimulator(createOneCircuitWorld(), TEST_TIMELINE_ORIGIN, 'GET', list))).toEqual([])
  expect(
    getResponseValueRows(requestSimulator(createOneCircuitWorld(), TEST_TIMELINE_ORIGIN, 'GET', assignments)),
  ).toEqual([])
})

it('the circuit that announced work is about is listed once it is announced', () => {
  const world = createOneCircuitWorld([
    { op: 'maintenance', circuit: 'erc-pair', path: 'primary', at: '+1h', announced: '2h', trackingId: 'SIM-1' },
  ])
  const list = `${SUBSCRIPTION}/providers/Microsoft.ResourceHealth/events/SIM-1/impactedResources`
  expect(requestSimulator(world, TEST_TIMELINE_ORIGIN - 90 * MS_PER_MINUTE, 'GET', list).status).toBe(404)
  expect(getResponseValueRows(requestSimulator(world, TEST_TIMELINE_ORIGIN, 'GET', list))).toMatchObject([
    { properties: { targetResourceId: `${ONE_CIRCUIT_GROUP_ARM_ID}/expressRouteCircuits/erc-pair` } },
  ])
})
