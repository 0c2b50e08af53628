import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import type { Circuit, NatPool, ApiPeering } from '#lib/circuits/api/index.ts'
import { RuleSource } from '../ui/facts/azure-rule.tsx'
import { formatCountWithSeparators } from '../format/quantity.ts'
import { formatPeeringName } from './peering-name.ts'
import { formatNatPool } from './nat-pool-text.ts'
import { StateSymbol } from '../ui/drawing/glyph.tsx'
import { FactList } from '../ui/facts/fact-list.tsx'
import { type PanelFact, Panel } from '../ui/panel.tsx'
import { buildProvisioningFact } from '../resource-page/page-parts.tsx'

export function CircuitPeerings({ peerings }: { peerings: Circuit['peerings'] }) {
  return (
    <Panel title="Peerings" flush>
      {peerings.length === 0 && <p className="p-3.5 text-ink-2">No peering configured on this circuit.</p>}
      {peerings.map((peering) => (
        <div key={peering.name} className="border-b p-3.5 last:border-b-0">
          <h3 className="mb-2 font-medium">{formatPeeringName(peering)}</h3>
          <FactList
            facts={[...factsOf(peering), ...(peering.type === 'microsoft' ? microsoftFacts(peering) : [])]}
            className="xl:columns-2 xl:gap-x-8"
          />
        </div>
      ))}
    </Panel>
  )
}

const factsOf = (peering: ApiPeering): PanelFact[] => [
  ['State', peering.state],
  ...buildProvisioningFact(peering),
  ['Azure ASN', peering.azureAsn],
  ['Peer ASN', peering.peerAsn !== null && <PeerAsn asn={peering.peerAsn} reserved={peering.peerAsnReserved} />],
  ['C-tag (VLAN)', peering.vlanId],
  ['Primary subnet', peering.primaryPeerAddressPrefix],
  ['Secondary subnet', peering.secondaryPeerAddressPrefix],
  ...(peering.ipv6
    ? ([
        ['Primary IPv6 subnet', peering.ipv6.primary],
        ['Secondary IPv6 subnet', peering.ipv6.secondary],
      ] satisfies PanelFact[])
    : []),
  ['Primary Azure port', peering.azurePorts.primary],
  ['Secondary Azure port', peering.azurePorts.secondary],
  ['MD5 key', peering.md5Key === 'set' ? 'set' : 'not reported by Azure'],
]

const microsoftFacts = (peering: ApiPeering): PanelFact[] => [
  [
    'Prefixes from Microsoft',
    peering.prefixesReceived === null || peering.prefixesReceived === undefined
      ? 'unknown: no route table was read'
      : formatCountWithSeparators(peering.prefixesReceived),
  ],
  [
    'Advertised prefixes',
    peering.advertisedPrefixes.length === 0 ? (
      'none'
    ) : (
      <ul>
        {peering.advertisedPrefixes.map(({ prefix, validation }) => (
          <li key={prefix}>
            <span className="font-mono text-xs">{prefix}</span>{' '}
            <span className="text-xs text-ink-3">{formatValidation(validation)}</span>
          </li>
        ))}
      </ul>
    ),
  ],
  [
    'NAT pools (declared)',
    peering.natPools && peering.natPools.length > 0 ? <NatPools key="pools" pools={peering.natPools} /> : null,
  ],
  ['Customer ASN', peering.customerAsn || null],
  ['Routing registry', peering.routingRegistry],
  ['Route filter', <RouteFilter key="filter" filter={peering.routeFilter} />],
]

function NatPools({ pools }: { pools: readonly NatPool[] }) {
  return (
    <ul className="flex flex-col gap-1">
      {pools.map((pool) => {
        const { words, tone } = formatNatPool(pool)
        return (
          <li key={pool.prefix}>
            <span className="font-mono text-xs">{pool.prefix}</span>{' '}
            <span className={tone === 'up' ? 'text-xs text-ink-3' : 'text-xs text-degraded'}>{words}</span>
          </li>
        )
      })}
    </ul>
  )
}

const validations: Record<string, string> = createSafeLookupTable({
  configured: 'validated',
  configuring: 'being validated',
  validationneeded: 'validation needed',
  notconfigured: 'not configured',
})

/** Formats the state of Azure's validation of the advertised public prefixes (Microsoft peering). */
const formatValidation = (state: string | null): string =>
  state === null ? 'validation unknown' : (validations[state.toLowerCase()] ?? state)

function RouteFilter({ filter }: { filter: ApiPeering['routeFilter'] }) {
  if (filter === null)
    return (
      <>
        none: Microsoft advertises nothing without one <RuleSource rule="route_filters" />
      </>
    )
  return (
    <>
      {filter.name}
      {filter.unapplied !== null && <span className="block text-xs text-ink-2">{filter.unapplied}</span>}
      {filter.communities === null && (
        <span className="block text-xs text-ink-3">its rules are not in the inventory</span>
      )}
      {filter.communities?.length === 0 && <span className="block text-xs text-ink-3">allows nothing</span>}
      {filter.communities && filter.communities.length > 0 && (
        <ul className="mt-0.5 flex flex-wrap gap-x-4 text-xs text-ink-2">
          {filter.communities.map(({ community, name }) => (
            <li key={community} className="whitespace-nowrap">
              {name ?? 'not documented'} <span className="font-mono text-ink-3">{community}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function PeerAsn({ asn, reserved }: { asn: number; reserved: string | null }) {
  return (
    <>
      {asn}
      {reserved && (
        <span className="mt-0.5 flex items-center gap-1.5 text-xs text-degraded">
          <StateSymbol tone="degraded" />
          reserved by {reserved} <RuleSource rule="reserved_asns" />
        </span>
      )}
    </>
  )
}
