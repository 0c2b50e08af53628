/** Maintenance configurations of gateways, and their assignments. Source: Azure Maintenance REST 2023-04-01. */
import {
  type ArmOperationContext,
  getGatewayOfRequestPath,
  resourceId,
  getSubscriptionOfRequestPath,
} from './context.ts'

const configurationId = (c: ArmOperationContext, group: string, name: string) =>
  resourceId(c.world, group, 'x', name).replace(
    /\/providers\/.*$/,
    `/providers/Microsoft.Maintenance/maintenanceConfigurations/${name}`,
  )

/** Answers GET /subscriptions/{id}/providers/Microsoft.Maintenance/maintenanceConfigurations. */
export function listMaintenanceConfigurations(c: ArmOperationContext) {
  const { id } = getSubscriptionOfRequestPath(c)
  return c.world.scenario.gateways.flatMap(({ group, maintenance }) => {
    const place = c.world.topology.groups.get(group)
    if (!maintenance || place?.subscription !== id) return []
    const { name, start, duration, timeZone, recurEvery } = maintenance
    return [
      {
        id: configurationId(c, group, name),
        name,
        type: 'Microsoft.Maintenance/maintenanceConfigurations',
        location: place.location,
        properties: {
          namespace: 'Microsoft.Maintenance',
          maintenanceScope: 'Resource',
          visibility: 'Custom',
          extensionProperties: { maintenanceSubScope: 'NetworkGatewayMaintenance' },
          maintenanceWindow: { startDateTime: start, expirationDateTime: null, duration, timeZone, recurEvery },
        },
      },
    ]
  })
}

/** Answers GET {gateway}/providers/Microsoft.Maintenance/configurationAssignments. */
export function listConfigurationAssignments(c: ArmOperationContext) {
  const { spec } = getGatewayOfRequestPath(c)
  const { group, name, maintenance } = spec
  if (!maintenance) return []
  const gateway = resourceId(c.world, group, 'virtualNetworkGateways', name)
  const assigned = `${maintenance.name}-assignment`
  return [
    {
      id: `${gateway}/providers/Microsoft.Maintenance/configurationAssignments/${assigned}`,
      name: assigned,
      type: 'Microsoft.Maintenance/configurationAssignments',
      properties: { maintenanceConfigurationId: configurationId(c, group, maintenance.name), resourceId: gateway },
    },
  ]
}
