import { type ArmId, getTopLevelResourceId, parseArmId, type PollKind, quoteShellWord } from '#lib/contract/index.ts'
import { pollKindDefinitions } from './kinds/index.ts'

/**
 * Returns the Azure CLI command that prints the data that a poll reads. With it a user can compare Azure's current
 * response with the stored data.
 * @param source `subresource` is the polled part of the resource, as in PollTarget
 * @returns null if the CLI has no such command, or if the ID is not an ARM ID
 * @source Azure CLI reference: az network, az monitor
 */
export function buildAzCommand({
  resourceId,
  kind,
  subresource = '',
}: {
  resourceId: string
  kind: PollKind
  subresource?: string
}): string | null {
  // the CLI names a nested resource by its top-level resource, for example a peering by its circuit
  const id = parseArmId(getTopLevelResourceId(resourceId))
  if (!id) return null
  const command = pollKindDefinitions[kind].command?.({ id, resourceId, subresource })
  return command ? inPlace(command, id) : null
}

/**
 * Returns the command with the options `--resource-group` and `--subscription`. They are not added if the command
 * already contains a complete ARM ID (`--ids` or `--resource`).
 */
function inPlace(command: string, { resourceGroup, subscriptionId }: ArmId): string {
  if (/ --(?:ids|resource) /.test(command)) return command
  const group = resourceGroup === null ? '' : ` --resource-group ${quoteShellWord(resourceGroup)}`
  return `${command}${group} --subscription ${quoteShellWord(subscriptionId)}`
}
