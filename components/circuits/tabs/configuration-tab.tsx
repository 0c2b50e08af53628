import dynamic from 'next/dynamic'
import type { Circuit } from '#lib/circuits/api/index.ts'
import { EditCircuitFactsButton } from '../../declarations/circuit-declaration.tsx'
import { ADD_CONTACT_LABEL, OperatorCardPanel } from '../../declarations/operator-card.tsx'
import { formatBandwidth, formatFractionAsPercent } from '../../format/quantity.ts'
import { NetworkFindings } from '../../networks/findings.tsx'
import { FormerResourceLine } from '../../resource-page/join-controls.tsx'
import { LimitsPanel } from '../../resource-page/limits-panel.tsx'
import { ConfigurationPanel, buildProvisioningFact, SettingsPanel } from '../../resource-page/page-parts.tsx'
import { CollapsiblePanel } from '../../ui/fold-panel.tsx'
import { RuleSource } from '../../ui/facts/azure-rule.tsx'
import { type PanelFact, Panel } from '../../ui/panel.tsx'
import { CircuitConnections } from '../connections.tsx'
import { GlobalReach } from '../global-reach.tsx'
import { CircuitPeerings } from '../peerings.tsx'
import { formatCircuitPlan } from '../plan-text.ts'

const MatchingConfiguration = dynamic(() => import('../matching-configuration.tsx'), {
  loading: () => <div className="skeleton h-80" />,
})

/** Tab with the configuration of a circuit, the facts that users declared about it, and its use of Azure's limits. */
export function CircuitConfigurationTab({ circuit }: { circuit: Circuit }) {
  const { id, name, peerings, connections, overlaps, paths } = circuit
  return (
    <>
      <FormerResourceLine resource={circuit} list="/circuits" />
      <ConfigurationPanel title="Circuit" {...circuit} facts={circuitFacts(circuit)} />
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <EditCircuitFactsButton id={id} name={name} />
        <div className="hidden flex-wrap items-center gap-x-3 text-xs text-ink-3 has-[button,section]:flex print:hidden">
          {ADD_CONTACT_LABEL} to
          <OperatorCardPanel scope={id} of={name} shown="name" />
          {paths.map(({ path }) => (
            <OperatorCardPanel key={path} scope={id} part={path} of={`the ${path} path`} shown="name" />
          ))}
        </div>
      </div>
      <CircuitPeerings peerings={peerings} />
      <CollapsiblePanel
        id="router"
        title="Router configuration"
        note="that matches Azure’s side, to copy or to compare with yours"
      >
        <MatchingConfiguration circuit={circuit} />
      </CollapsiblePanel>
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
        <CircuitConnections connections={connections} />
        <GlobalReach {...circuit} />
        <LimitsPanel limits={circuit.limits} />
        <SettingsPanel settings={circuit.settings} />
      </div>
      {overlaps && overlaps.length > 0 && (
        <Panel id="overlaps" title="Overlapping addresses" note="where this circuit reaches">
          <NetworkFindings findings={overlaps} />
        </Panel>
      )}
    </>
  )
}

const circuitFacts = (circuit: Circuit): PanelFact[] => [
  ['Peering location', circuit.peeringLocation],
  ['Resiliency', resiliencyOf(circuit)],
  ['Provider', circuit.provider],
  ['Connectivity', formatCall(circuit)],
  ['Port', circuit.port && `${circuit.port.name}${circuit.port.kind === 'lag' ? ' (LAG)' : ''}`],
  ['Authorizations', formatAuthorization(circuit.authorizations)],
  ['Bandwidth', circuit.bandwidthMbps === null ? null : `${formatBandwidth(circuit.bandwidthMbps)} on each path`],
  ['SKU', [circuit.sku.tier, formatCircuitPlan(circuit.sku.family)].filter(Boolean).join(', ') || null],
  ['State of circuit, provider', statesOf(circuit)],
  ...buildProvisioningFact(circuit),
  ['Region', circuit.location],
  [
    'S-tag',
    circuit.secondStag === null
      ? circuit.stag
      : `${circuit.stag ?? 'unknown'}, ${circuit.secondStag} on the secondary path (declared)`,
  ],
  ['Service key', circuit.serviceKey],
  [
    'Overlapping addresses',
    circuit.overlaps && (circuit.overlaps.length === 0 ? 'none found' : `${circuit.overlaps.length}, see below`),
  ],
  ['Global Reach', circuit.globalReachEnabled === null ? null : circuit.globalReachEnabled ? 'enabled' : 'not enabled'],
]

/** Returns Microsoft's resiliency level of the circuit. For a Metro circuit, its two peering locations follow. */
function resiliencyOf({ resiliencyLevel, peeringLocations }: Circuit): PanelFact[1] {
  if (peeringLocations?.length !== 2) return resiliencyLevel
  return (
    <>
      {resiliencyLevel}: {peeringLocations.join(' and ')} <RuleSource rule="metro" />
    </>
  )
}

function statesOf({ provisioning: { circuit, provider } }: Circuit): string | null {
  return circuit === null && provider === null ? null : `${circuit ?? 'unknown'}, ${provider ?? 'unknown'}`
}

/**
 * Formats the connectivity model of the circuit, with the evidence for it; null if it is unknown. The model determines
 * whether the customer or the provider operates BGP.
 */
function formatCall({ connectivity, connectivityBasis, connectivityConfidence }: Circuit): string | null {
  const words = modelWords(connectivity)
  if (words === null) return null
  switch (connectivityBasis) {
    case 'last_writer':
      return `${words} (inferred, ${formatFractionAsPercent(connectivityConfidence ?? 0)} sure)`
    case 'declared':
      return `${words} (declared)`
    default:
      return words
  }
}

const formatAuthorization = ({ total, inUse }: Circuit['authorizations']): string =>
  total === 0 ? 'none' : `${inUse} of ${total} in use`

function modelWords(connectivity: Circuit['connectivity']): string | null {
  switch (connectivity) {
    case 'exchange':
      return 'cloud exchange, BGP by your routers'
    case 'telco':
      return 'telco, BGP by the provider'
    case 'direct':
      return 'ExpressRoute Direct, BGP by your routers'
    case null:
      return null
  }
}
