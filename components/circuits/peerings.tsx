import type { Circuit } from '#lib/contract/index.ts'
import { Glyph } from '../ui/glyph.tsx'
import { Facts, Panel } from '../ui/panel.tsx'

const names: Record<string, string> = {
  AzurePrivatePeering: 'Private peering',
  MicrosoftPeering: 'Microsoft peering',
  AzurePublicPeering: 'Public peering (deprecated)',
}

export function Peerings({ peerings }: { peerings: Circuit['peerings'] }) {
  return (
    <Panel title="Peerings" flush>
      {peerings.length === 0 && <p className="p-3.5 text-ink-2">No peering configured on this circuit.</p>}
      {peerings.map((peering) => (
        <div key={peering.name} className="border-b p-3.5 last:border-b-0">
          <h3 className="mb-2 font-medium">{names[peering.peeringType] ?? peering.name}</h3>
          <Facts
            facts={[
              ['State', peering.state],
              ['Azure ASN', peering.azureAsn],
              [
                'Peer ASN',
                peering.peerAsn !== null && (
                  <>
                    {peering.peerAsn}
                    {peering.peerAsnReserved && (
                      <span className="mt-0.5 flex items-center gap-1.5 text-xs text-degraded">
                        <Glyph tone="degraded" />
                        reserved by {peering.peerAsnReserved}
                      </span>
                    )}
                  </>
                ),
              ],
              ['VLAN', peering.vlanId],
              [
                'Primary subnet',
                peering.primaryPeerAddressPrefix && (
                  <span className="font-mono text-xs">{peering.primaryPeerAddressPrefix}</span>
                ),
              ],
              [
                'Secondary subnet',
                peering.secondaryPeerAddressPrefix && (
                  <span className="font-mono text-xs">{peering.secondaryPeerAddressPrefix}</span>
                ),
              ],
              ...(peering.advertisedPublicPrefixesState
                ? ([['Advertised prefixes', peering.advertisedPublicPrefixesState]] as [string, string][])
                : []),
            ]}
          />
        </div>
      ))}
    </Panel>
  )
}
