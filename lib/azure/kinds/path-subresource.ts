import {
  armTypes,
  type CircuitPath,
  circuitPaths,
  isPeeringEnabled,
  isCircuitProvisioned,
} from '#lib/contract/index.ts'
import { decodeResourceConfig } from '../config/index.ts'
import { createUnsupportedFailure } from '../poll-input.ts'
import type { PlannedResource } from './kind.ts'

/**
 * Returns the names of both paths of each enabled peering of a circuit, for example `AzurePrivatePeering/primary`.
 * Empty if the circuit is not provisioned.
 */
export function listPathSubresources({ config }: PlannedResource): string[] {
  const circuit = decodeResourceConfig(armTypes.circuit, config)
  if (!isCircuitProvisioned(circuit)) return []
  return circuit.peerings.filter(isPeeringEnabled).flatMap(({ name }) => circuitPaths.map((path) => `${name}/${path}`))
}

/**
 * Parses the name of a path, for example `AzurePrivatePeering/primary`.
 * @throws PollFailure `not_polled` if the text does not name one path of a peering
 */
export function parsePathSubresource(subresource: string, kind: string): { peering: string; path: CircuitPath } {
  const [peering, device, ...rest] = subresource.split('/')
  const path = circuitPaths.find((known) => known === device?.toLowerCase())
  if (!peering || !path || rest.length > 0) {
    throw createUnsupportedFailure(
      `${kind} is polled for one path of a peering such as AzurePrivatePeering/primary, not for "${subresource}"`,
    )
  }
  return { peering, path }
}
