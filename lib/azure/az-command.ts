import { type ArmId, owningResource, parseArmId, type PollKind, shellWord } from '#lib/contract/index.ts'
import { kinds } from './kinds/index.ts'

/**
 * Returns the Azure CLI command that prints the current answer to a poll of this source, so that a user can compare it with the
 * stored answer.
 * @param source `subresource` as in PollTarget
 * @returns null if the CLI has no such command, or if the ID is not an ARM ID
 * @source Azure CLI reference: az network express-route, vnet-gateway, vpn-connection, vhub; az monitor
 */
export function azCommand({
  resourceId,
  kind,
  subresource = '',
}: {
  resourceId: string
  kind: PollKind
  subresource?: string
}): string | null {
  // the CLI addresses a nested resource through the resource that contains it
  const id = parseArmId(owningResource(resourceId))
  if (!id) return null
  const command = kinds[kind].command?.({ id, resourceId, subresource })
  return command ? inPlace(command, id) : null
}

/**
 * Appends the options `--resource-group` and `--subscription`, unless the command already names its resource by the
 * whole ARM ID.
 */
function inPlace(command: string, { resourceGroup, subscriptionId }: ArmId): string {
  if (/ --(?:ids|resource) /.test(command)) return command
  const group = resourceGroup === null ? '' : ` --resource-group ${shellWord(resourceGroup)}`
  return `${command}${group} --subscription ${shellWord(subscriptionId)}`
}
