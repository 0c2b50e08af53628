import { wordTable } from '#lib/bgp/word-table.ts'
import type { PeeringView } from '#lib/circuits/api/index.ts'

const names: Record<string, string> = wordTable({
  AzurePrivatePeering: 'Private peering',
  MicrosoftPeering: 'Microsoft peering',
  AzurePublicPeering: 'Public peering (deprecated)',
})

/** Returns the display name of a peering's type; if the type is not known, returns the name of the peering. */
export const peeringName = ({ peeringType, name }: Pick<PeeringView, 'peeringType' | 'name'>): string =>
  names[peeringType] ?? name
