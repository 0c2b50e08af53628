import type { ScenarioHappening } from '../happening.ts'
import type { SimulatorScenario } from '../schema.ts'

/** A happening that changes the configuration of a resource. */
export type ConfigurationHappening = Extract<ScenarioHappening, { op: 'configuration' }>

/**
 * Returns the resource group of the resource that a happening changes; null = the scenario has no resource of that kind
 * and name.
 */
export function findGroupOfConfiguredResource(
  scenario: SimulatorScenario,
  { kind, name }: ConfigurationHappening,
): string | null {
  const lists = {
    circuit: scenario.circuits,
    peering: scenario.circuits,
    connection: scenario.connections,
    gateway: scenario.gateways,
    vnet: scenario.vnets,
    'vnet-peering': scenario.vnets,
    'route-filter': scenario.routeFilters,
    lag: scenario.ports,
    'route-map': scenario.hubs,
    hub: scenario.hubs,
  }
  return lists[kind].find((one) => one.name === name)?.group ?? null
}
