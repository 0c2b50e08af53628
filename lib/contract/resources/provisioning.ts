/** ARM's word for how far the last change of a resource has come; null = not stated. */
interface Provisioned {
  provisioningState: string | null
}

/** Words that end a change. Source: Azure Resource Manager, "Track asynchronous Azure operations": any other means that it goes on. */
const ENDED: ReadonlySet<string> = new Set(['succeeded', 'failed', 'canceled'])

const wordOf = ({ provisioningState }: Provisioned): string | null => provisioningState?.toLowerCase() ?? null

/** Whether Azure is changing a resource. A change that failed is over: what was set up before goes on. */
export function isChanging(resource: Provisioned): boolean {
  const word = wordOf(resource)
  return word !== null && !ENDED.has(word)
}

/** Whether Azure is deleting a resource: from then on it is not meant to work. */
export const isBeingDeleted = (resource: Provisioned): boolean => wordOf(resource) === 'deleting'

/**
 * What follows from a resource's provisioning state, in one sentence; null = nothing. Sources: Azure, "Troubleshoot Microsoft.Network
 * failed provisioning state"; the codes with which operations end then are as recorded.
 * @param provider of a circuit: ARM's word for its provider's side; not given = of what has no such side
 */
export function provisioningNote(resource: Provisioned, provider: string | null = null): string | null {
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

/** Words of a resource whose configuration applies. While Azure updates a resource, the configuration from before the update applies. */
const APPLYING: ReadonlySet<string> = new Set(['succeeded', 'updating'])

/** Reports whether the configuration of a resource is known to have effect (ADR 0318). */
export const isKnownToApply = (resource: Provisioned): boolean => APPLYING.has(wordOf(resource) ?? '')

/**
 * Reports whether Azure states that a connection is not known to have effect. Without a stated state a connection counts, because its own poll
 * reports its status and weight.
 */
export const isUnapplied = (connection: Provisioned): boolean =>
  connection.provisioningState !== null && !isKnownToApply(connection)

/**
 * Returns the reason for which the configuration of a resource is not known to have effect, in one sentence; null = it has effect.
 * @param name of the resource, with its kind where the name alone is unclear
 * @source Azure, "Troubleshoot Microsoft.Network failed provisioning state": the state shows only how the last operation ended
 */
export function formatUnapplied(name: string, resource: Provisioned): string | null {
  if (isKnownToApply(resource)) return null
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
