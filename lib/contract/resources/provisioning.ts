/** Resource with ARM's provisioning state, that is, the progress or result of its last change; null = not reported. */
interface Provisioned {
  provisioningState: string | null
}

/**
 * Provisioning states in which a change has ended, in lower case. Every other state means that the change is in
 * progress. Source: Azure Resource Manager, "Track asynchronous Azure operations".
 */
const ENDED: ReadonlySet<string> = new Set(['succeeded', 'failed', 'canceled'])

const wordOf = ({ provisioningState }: Provisioned): string | null => provisioningState?.toLowerCase() ?? null

/** Reports whether Azure is currently changing a resource. A change that failed or was canceled has ended. */
export function isResourceChanging(resource: Provisioned): boolean {
  const word = wordOf(resource)
  return word !== null && !ENDED.has(word)
}

/** Reports whether Azure is deleting a resource, which is then no longer expected to work. */
export const isResourceBeingDeleted = (resource: Provisioned): boolean => wordOf(resource) === 'deleting'

/**
 * Returns the consequence of a resource's provisioning state as a sentence; null = no consequence. Source: Azure,
 * "Troubleshoot Microsoft.Network failed provisioning state"; the error codes come from recorded responses.
 * @param provider ARM's state of the provisioning by the provider; only for a circuit
 */
export function formatProvisioningNote(resource: Provisioned, provider: string | null = null): string | null {
  switch (wordOf(resource)) {
    case 'failed':
      return 'The last change failed. What ran before may still work, but Azure refuses changes of what depends on it (ParentResourceIsInFailedState) until an update of it succeeds.'
    case 'canceled':
      return 'The last change was canceled: what is configured may be what was before, or part of the change.'
    case 'deleting':
      return 'Azure is deleting it: it is not meant to work any more, and counts as no outage.'
    default:
      return provider === null || provider.toLowerCase() === 'provisioned'
        ? null
        : 'The provider has not provisioned it: until then Azure refuses changes of its peerings (ServiceProviderNotProvisioned) and Global Reach (InitiatingCircuitNotProvisioned).'
  }
}

/**
 * Provisioning states, in lower case, in which a resource has a configuration that is known to have effect. During
 * `updating` this is the configuration from before the update.
 */
const APPLYING: ReadonlySet<string> = new Set(['succeeded', 'updating'])

/**
 * Reports whether the configuration of a resource is known to have effect (ADR 0318). False if ARM does not report the
 * provisioning state.
 */
export const isConfigKnownEffective = (resource: Provisioned): boolean => APPLYING.has(wordOf(resource) ?? '')

/**
 * Reports whether a connection may have no effect according to its provisioning state. If ARM does not report the
 * state, the connection counts as effective, because its own poll reports its status and weight.
 */
export const isConnectionPossiblyIneffective = (connection: Provisioned): boolean =>
  connection.provisioningState !== null && !isConfigKnownEffective(connection)

/**
 * Returns the reason that the configuration of a resource may have no effect, in one sentence; null = it is known to
 * have effect.
 * @param name name of the resource, with its kind if the name alone is unclear
 * @source Azure, "Troubleshoot Microsoft.Network failed provisioning state": the state shows only how the last
 *   operation ended
 */
export function formatUnappliedConfiguration(name: string, resource: Provisioned): string | null {
  if (isConfigKnownEffective(resource)) return null
  const word = wordOf(resource)
  switch (word) {
    case null:
      return `Azure states no provisioning state of ${name}, so it is not known to have effect.`
    case 'failed':
      return `The last change of ${name} failed, so it is not known to have effect.`
    case 'canceled':
      return `The last change of ${name} was canceled, so it is not known to have effect.`
    default:
      return `Azure reports ${name} as ${resource.provisioningState}, so it is not known to have effect.`
  }
}

/**
 * Bounds in minutes of the time for which the first route map of a Route Server holds the Route Server in `Updating`, as
 * recorded. Its sessions continue, but Azure refuses other changes.
 */
export const FIRST_ROUTE_MAP_MINUTES = [22, 26] as const

export const FIRST_ROUTE_MAP_NOTE = `The first route map of a Route Server holds the Route Server in Updating for ${FIRST_ROUTE_MAP_MINUTES[0]} to ${FIRST_ROUTE_MAP_MINUTES[1]} minutes.`
