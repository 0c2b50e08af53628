import { createEstateWithManyGateways, type ScenarioInput } from '../../simulator/index.ts'

export const TORTURE_TEST_INSTANCE_ADDRESSES = ['10.0.4.12', '10.0.4.13'] as const
export const TORTURE_TEST_MSEE_ADDRESSES = { primary: '10.0.4.4', secondary: '10.0.4.5' } as const

export const createTortureTestSubscriptionId = (n: number) => `00000000-10ad-4000-8000-${String(n).padStart(12, '0')}`

/**
 * Builds an estate of gateways with one circuit each, two of them per subscription. Sessions recover within a second,
 * so that rounds are short.
 */
export function createTortureTestEstate(circuits: number): ScenarioInput {
  return {
    ...createEstateWithManyGateways(circuits, 8, 2),
    timers: { reconnect: '700ms', routesAfter: '500ms', propagation: '200ms' },
  }
}

/** Returns the names of the resources with a number: gateway, circuit, connection and virtual network. */
export const buildResourceNamesForIndex = (n: number): string[] => [`gw-${n}`, `erc-${n}`, `cxn-${n}`, `vnet-${n}`]
