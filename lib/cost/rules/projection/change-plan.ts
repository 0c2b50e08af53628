import { formatUtcDay } from '#lib/contract/time/dates.ts'
import { type ArmId, isPlanChangeDocumented, parseArmId } from '#lib/contract/index.ts'
import type { CostPlanStep } from '../../api/index.ts'
import { quoteShellWord } from '#lib/contract/shell-word.ts'
import type { DeclaredCharge } from '../prices/overrides.ts'
import { type CircuitOffer, formatOffer } from '../prices/quote-offer.ts'
import { type PlanChange, formatProvider } from './plan-change.ts'

import type { CircuitProjectionInput } from './circuit-input.ts'
import { CIRCUIT_CHANGE_OVERLAP_DAYS } from './payback.ts'

/** Returns the arguments for the Azure CLI that set the tier and the plan of a circuit. */
const skuOf = ({ plan, tier }: CircuitOffer): string =>
  `--sku-tier ${tier} --sku-family ${plan === 'metered' ? 'MeteredData' : 'UnlimitedData'}`

/**
 * Returns the steps of the change from one offer to another: questions to answer first, the changes in order with their
 * interruptions, and how to check success.
 * Sources: Azure CLI reference, az network express-route; ExpressRoute FAQ (changes without downtime);
 * docs/rules/detection.md#4-failover (times).
 */
export function createChangePlan(
  input: CircuitProjectionInput,
  from: CircuitOffer,
  to: CircuitOffer,
  { change, hindrances }: PlanChange,
  charges: readonly DeclaredCharge[],
): CostPlanStep[] {
  if (change === 'impossible') return []
  const asks = hindrances.flatMap(({ ask }) => ask ?? [])
  const steps = change === 'in_place' ? inPlace(input, from, to) : newCircuit(input, from, to, charges)
  const review = step('Follow it up', 'you', {
    words:
      change === 'in_place'
        ? 'Log the decision. In the month after it, the weekly review compares the cost with the cost that the last review before it expected for the new offer of the circuit.'
        : 'Log the decision, and note its outcome a month later: the review shows the new circuit separately, without the history of the old circuit.',
    proof: `The weekly review: ${formatOffer(to)}, and its cost within the band that was expected.`,
  })
  const first = asks.length > 0 ? [step('Ask first', 'you', { words: `${asks.join('. ')}.` })] : []
  return [...first, ...steps, review]
}

/**
 * Returns the Azure CLI command that connects the new circuit to the ExpressRoute gateway of a Virtual WAN hub. Source:
 * Azure CLI reference, az network express-route gateway connection.
 */
function toHub(gateway: string, circuit: string): string {
  const { name, place } = namesOf({ resourceId: gateway, name: '<gateway>' })
  return `az network express-route gateway connection create --gateway-name ${name} --name ${quoteShellWord(`${circuit}-new`)} ${place} --peering <id of the AzurePrivatePeering of ${circuit}-new>`
}

const step = (
  title: string,
  by: CostPlanStep['by'],
  more: Pick<CostPlanStep, 'words'> & Partial<CostPlanStep>,
): CostPlanStep => ({ title, by, breaks: null, commands: [], proof: null, ...more })

interface Names {
  name: string
  /** Arguments for the Azure CLI that select the resource: ` --resource-group ... --subscription ...`. */
  place: string
}

function namesOf({ resourceId, name }: Pick<CircuitProjectionInput, 'resourceId' | 'name'>): Names {
  const id: ArmId | null = parseArmId(resourceId)
  const group = id?.resourceGroup ?? '<resource-group>'
  const subscription = id?.subscriptionId ?? '<subscription>'
  return {
    name: quoteShellWord(id?.name ?? name),
    place: `--resource-group ${quoteShellWord(group)} --subscription ${quoteShellWord(subscription)}`,
  }
}

function inPlace(input: CircuitProjectionInput, from: CircuitOffer, to: CircuitOffer): CostPlanStep[] {
  const { name, place } = namesOf(input)
  const bandwidth = to.bandwidthMbps === from.bandwidthMbps ? '' : ` --bandwidth ${to.bandwidthMbps}`
  const isDocumented = isPlanChangeDocumented(from.plan, to.plan)
  return [
    ...(bandwidth
      ? [
          step('Order it from the provider', 'provider', {
            words: `${formatProvider(input.provider)} has to carry ${to.bandwidthMbps} Mb/s as well: its service, the port and the policer.`,
          }),
        ]
      : []),
    step('Change the circuit', 'azure', {
      words: isDocumented
        ? 'In place, without downtime (ExpressRoute FAQ).'
        : 'In place. The documentation does not list a change to Local: take a maintenance window.',
      breaks: isDocumented ? null : 'No effect is documented; no session was lost in the published lab.',
      commands: [`az network express-route update --name ${name} ${place} ${skuOf(to)}${bandwidth}`],
      proof: `The circuit's page shows ${formatOffer(to)}, its state is Provisioned, and no session was established again.`,
    }),
  ]
}

function newCircuit(
  input: CircuitProjectionInput,
  from: CircuitOffer,
  to: CircuitOffer,
  charges: readonly DeclaredCharge[],
): CostPlanStep[] {
  const { name, place } = namesOf(input)
  const own = quoteShellWord(`${input.name}-new`)
  const provider = formatProvider(input.provider)
  const location = input.configured.at(-1)?.facts.peeringLocation ?? '<peering location>'
  const ends = charges.find(({ charge }) => charge === 'provider_l2')?.contractEnds ?? null
  const contract =
    ends === null
      ? 'Until when does the old contract run'
      : `It runs until ${formatUtcDay(ends)}: what does an earlier end cost`
  return [
    step('Ask the provider', 'provider', {
      words: `What does a second service of ${to.bandwidthMbps} Mb/s at ${location} cost, once and a month? When would it be there, and on which port and VLANs beside the old one? ${contract}?`,
    }),
    step('Create the new circuit', 'azure', {
      words: `Azure charges from here on, when it issues the service key. The old one stays: ${CIRCUIT_CHANGE_OVERLAP_DAYS} days of both are counted.`,
      commands: [
        `az network express-route create --name ${own} ${place} --peering-location ${quoteShellWord(location)} --provider ${quoteShellWord(input.provider ?? '<provider>')} --bandwidth ${to.bandwidthMbps} ${skuOf(to)}`,
        `az network express-route show --name ${own} ${place} --query serviceKey --output tsv`,
      ],
      proof: 'It is among the circuits, with the provider state NotProvisioned.',
    }),
    step('Have it provisioned', 'provider', {
      words: `Give the service key to ${provider}.`,
      proof: 'Its provider state is Provisioned.',
    }),
    step('Peer and connect it', 'you', {
      words:
        'Its own /30 subnets and VLAN, the same ASN; then the gateways. Have the customer’s routers prepend on it at first.',
      commands: [
        `az network express-route peering create --circuit-name ${own} ${place} --peering-type AzurePrivatePeering --peer-asn <asn> --vlan-id <vlan> --primary-peer-subnet <subnet> --secondary-peer-subnet <subnet>`,
        `az network vpn-connection create --name ${quoteShellWord(`${input.name}-new`)} ${place} --vnet-gateway1 <gateway> --express-route-circuit2 <id of ${input.name}-new>`,
        ...(input.hubGateways ?? []).map((gateway) => toHub(gateway, input.name)),
      ],
      proof: 'Both paths are established, and the diff of routes shows the same prefixes on both circuits.',
    }),
    step('Move the traffic', 'you', {
      words: 'Take the prepends off the new one and put them on the old one, a path at a time.',
      breaks:
        'Each prefix changes its path while both are learned: packets in flight, seconds at the most. A stateful firewall that sees one direction alone may cut its connections.',
      proof: `Traffic on both paths of the new circuit, none on ${input.name}, and no prefix cut off by any single failure.`,
    }),
    step('Release the old circuit', 'you', {
      words: 'Follow its decommissioning steps. Azure and the provider charge until both have released it.',
      commands: [`az network express-route delete --name ${name} ${place}`],
      proof: `${input.name} is gone from the circuits, and from the bill of the next month.`,
    }),
  ]
}
