import type { Gateway } from '#lib/gateways/api/index.ts'
import { AzureReportsPanel } from '../azure-reports-panel.tsx'
import { OperatorCardPanel } from '../../declarations/operator-card.tsx'
import { FormerResourceLine } from '../../resource-page/join-controls.tsx'
import { LimitsPanel } from '../../resource-page/limits-panel.tsx'
import { ConfigurationPanel, buildProvisioningFact, SettingsPanel } from '../../resource-page/page-parts.tsx'
import { RuleSource } from '../../ui/facts/azure-rule.tsx'
import { GatewayConnections } from '../connections.tsx'
import { formatGatewayKindName, formatScaleUnits, formatGatewaySku } from '../gateway-text.ts'

/** Tab with the configuration of a gateway and its use of Azure's limits. */
export function GatewayConfigurationTab({ gateway }: { gateway: Gateway }) {
  return (
    <>
      <FormerResourceLine resource={gateway} list="/gateways" />
      <ConfigurationPanel title="Gateway" {...gateway} facts={gatewayFacts(gateway)} />
      <OperatorCardPanel scope={gateway.id} of={gateway.name} shown="invitation" />
      {gateway.kind !== 'vwan' && <GatewayConnections connections={gateway.connections} />}
      {(gateway.kind === 'expressRoute' || gateway.kind === 'vwan') && <AzureReportsPanel id={gateway.id} />}
      <SettingsPanel settings={gateway.settings} />
      <LimitsPanel limits={gateway.limits} />
    </>
  )
}

/** Returns a fact with Microsoft's resiliency level of the gateway. The level depends on the gateway's circuits. */
const resiliencyFact = ({ resiliencyLevel }: Gateway): [string, React.ReactNode] => [
  'Resiliency',
  resiliencyLevel && (
    <>
      {resiliencyLevel} <RuleSource rule="resiliency" />
    </>
  ),
]

const gatewayFacts = (gateway: Gateway): [string, React.ReactNode][] => [
  ['Kind', formatGatewayKindName(gateway.kind)],
  ['SKU', formatGatewaySku(gateway.sku)],
  ['Scale units', formatScaleUnits(gateway.scaleUnits)],
  ['Zones', gateway.zones?.join(', ')],
  ['ASN', gateway.asn],
  ['Virtual network', gateway.vnet],
  ...(gateway.kind === 'expressRoute' || gateway.kind === 'vwan' ? [resiliencyFact(gateway)] : []),
  ['Mode', gateway.activeActive === null ? null : gateway.activeActive ? 'active-active' : 'active-standby'],
  ...buildProvisioningFact(gateway),
  ['Region', gateway.location],
]
