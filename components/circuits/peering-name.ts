import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import type { ApiPeering } from '#lib/circuits/api/index.ts'

const names: Record<string, string> = createSafeLookupTable({
  AzurePrivatePeering: 'Private peering',
  MicrosoftPeering: 'Microsoft peering',
  AzurePublicPeering: 'Public peering (deprecated)',
})

/** Returns the display name of a peering's type; for an unknown type, the name of the peering itself. */
export const formatPeeringName = ({ peeringType, name }: Pick<ApiPeering, 'peeringType' | 'name'>): string =>
  names[peeringType] ?? name
