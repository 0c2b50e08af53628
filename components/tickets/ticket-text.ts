import type { TextSection } from '#lib/contract/document/document-model.ts'
import type { ApiActivityEntry, Incident } from '#lib/incidents/api/index.ts'
import type { Circuit, ApiCircuitPath } from '#lib/circuits/api/index.ts'
import type { OperatorCard } from '#lib/contract/index.ts'
import type { BgpSession } from '#lib/sessions/api/index.ts'
import type { ApiPolledSource } from '#lib/setup/api/index.ts'
import { parsePathSubject, formatSessionSubject } from '#lib/contract/vocabulary.ts'
import { formatAzureState } from '#lib/contract/words/index.ts'
import { formatPeeringType as peeringAlone } from '#lib/contract/words/path-text.ts'
import { formatCounterContradiction } from '#lib/circuits/api/counted-traffic.ts'
import { sessionRoleLabels } from '#lib/gateways/api/state-text.ts'
import { findMainPeeringType } from '#lib/contract/words/main-peering-type.ts'
import { formatBandwidth, formatBitRate, formatCountWithSeparators } from '../format/quantity.ts'
import { formatStatusText } from '../ui/status.tsx'
import { OWN_POLLS_NOTE, getCircuitStatus, getPathStatus, getSessionStatus } from '../ui/status-text.ts'
import {
  createIncidentSection,
  createLabelledSection,
  buildReferencesSection,
  createTextSection,
  createSourceSection,
  formatTicket,
  createFailedPollsSection,
  formatUtcBounds,
  createTimesSection,
} from './ticket-sections.ts'

/**
 * Possible recipients of a ticket. The text for a recipient contains the facts that this recipient can check, and the
 * recipient's own identifiers.
 */
export const ticketRecipients = ['provider', 'microsoft'] as const
export type TicketRecipient = (typeof ticketRecipients)[number]

type PathName = ApiCircuitPath['path']

/** Facts in the text of a ticket about a circuit. */
export interface CircuitTicketData {
  circuit: Circuit
  /** affected path; null = both */
  path: PathName | null
  /** sessions of the circuit and of its gateways */
  sessions: readonly BgpSession[]
  /** incident that the ticket is about; null = none */
  incident: Incident | null
  card: OperatorCard | null
  /** entries of Azure's Activity Log around the incident */
  entries: readonly ApiActivityEntry[]
  /** last polls of the circuit and of its gateways */
  polls: readonly ApiPolledSource[]
  /** URL of the page in Peerwatch, at the end of the text */
  link: string
  /** current time, epoch milliseconds */
  now: number
}

/** Returns the text of a ticket about a circuit, with times in UTC. It never contains the service key. */
export function formatCircuitTicket(facts: CircuitTicketData, reader: TicketRecipient): string {
  const { circuit, incident, polls, entries, now } = facts
  const about = polls.filter(({ subresource }) =>
    isAbout(facts, parsePathSubject(subresource).path ?? facts.path ?? undefined),
  )
  return formatTicket([
    headline(facts),
    createTextSection(formatRequest(facts, reader)),
    incident && createTimesSection(incident, now),
    createIdentitySection(facts, reader, isOver(facts) ? [] : provisioningOf(circuit)),
    ...(isOver(facts)
      ? [evidenceSection(facts)]
      : circuit.paths.map((path) =>
          isAbout(facts, path.path) ? pathSection(path, facts) : createTextSection(pathTitle(path)),
        )),
    isOver(facts) ? null : createFailedPollsSection(about.filter(({ scope }) => scope === circuit.id)),
    ...(reader === 'microsoft'
      ? [isOver(facts) ? null : gatewaySection(facts), buildReferencesSection(entries, about)]
      : []),
    createSourceSection(facts),
  ])
}

/** Returns the sentence that requests an action from the recipient, with the contact for the reply. */
function formatRequest({ circuit, path: asked, card, incident }: CircuitTicketData, reader: TicketRecipient): string {
  // If the user selected no path, the ticket is about the path that the incident names.
  const path = asked ?? (incident?.root ? parsePathSubject(incident.root.subject).path : null)
  const paths = path ? `the ${path} path` : circuit.paths.length > 1 ? 'both paths' : 'the path'
  const where =
    reader === 'provider'
      ? `${paths} of this circuit from the customer’s port to Microsoft’s edge: light, errors, VLAN tags and the BGP session`
      : `the Microsoft edge of ${paths} of this circuit: ports, ARP, BGP sessions and work in that time`
  const answer =
    incident === null
      ? 'what you find'
      : incident.endedBetween === null
        ? 'the cause and when it will be repaired'
        : 'the cause'
  return `Please check ${where}. Report ${answer}${card?.contact ? ` to ${card.contact}` : ''}.`
}

/** Reports whether the ticket is about an incident that has ended. The ticket then does not contain current states. */
const isOver = ({ incident }: CircuitTicketData): boolean => incident !== null && incident.endedBetween !== null

/**
 * Returns a section about an ended incident: the values polled around its start, and the addresses and ports of the
 * circuit's paths.
 */
function evidenceSection({ circuit, incident }: CircuitTicketData): TextSection {
  const rows = (incident?.root?.evidence ?? []).map(({ field, before, after, sampledAfter }) => {
    const values = [before, after].filter((value) => value !== null).map((value) => String(value))
    return [field, `${values.join(' → ')}${sampledAfter ? `, read ${formatUtcBounds(sampledAfter)}` : ''}`] as const
  })
  const peering = privatePeering(circuit)
  const ends = circuit.paths.map(
    ({ path, customerAddress, microsoftAddress }) =>
      [
        `${path === 'primary' ? 'Primary' : 'Secondary'} path`,
        [
          peering?.azurePorts[path] && `port ${peering.azurePorts[path]}`,
          customerAddress && `customer edge ${customerAddress}`,
          microsoftAddress && `Microsoft edge ${microsoftAddress}`,
        ]
          .filter(Boolean)
          .join(', '),
      ] as const,
  )
  return createLabelledSection('What was read then', [...rows, ...ends])
}

const isAbout = ({ path }: CircuitTicketData, name: string | undefined) => path === null || path === name

const pathTitle = ({ path, state, unconfirmedSince, lastKnown }: ApiCircuitPath) =>
  `${path === 'primary' ? 'Primary' : 'Secondary'} path: ${formatStatusText(getPathStatus(state, unconfirmedSince, lastKnown))}`

function headline({ circuit, path: name, incident }: CircuitTicketData): TextSection {
  const path = circuit.paths.find((one) => one.path === name)
  if (!incident && path)
    return createTextSection(
      `ExpressRoute circuit ${circuit.name}, ${name} path: ${formatStatusText(getPathStatus(path.state, path.unconfirmedSince, path.lastKnown))}`,
    )
  if (!incident)
    return createTextSection(`ExpressRoute circuit ${circuit.name}: ${formatStatusText(getCircuitStatus(circuit))}`)
  return createIncidentSection(incident)
}

/** Returns a section with the identifiers of a circuit. */
export function createIdentitySection(
  { circuit, card }: Pick<CircuitTicketData, 'circuit' | 'card'>,
  reader: TicketRecipient,
  states: Parameters<typeof createLabelledSection>[1] = [],
): TextSection {
  const peering = privatePeering(circuit)
  const isMicrosoft = reader === 'microsoft'
  return createLabelledSection('Circuit', [
    ['Name', circuit.name],
    ['Service id', card?.serviceId],
    ['Peering location', circuit.peeringLocation],
    ['Provider', circuit.provider],
    ['Bandwidth', circuit.bandwidthMbps === null ? null : `${formatBandwidth(circuit.bandwidthMbps)} on each path`],
    ['S-tag', formatStag(circuit)],
    ['C-tag', peering?.vlanId],
    ['Peer AS', peering?.peerAsn],
    ['Microsoft AS', peering?.azureAsn],
    ...circuit.peerings.flatMap((other) =>
      other === peering ? [] : [['Other peering', peeringWords(other)] as const],
    ),
    ...states,
    ['Resource id', isMicrosoft ? circuit.resourceId : null],
    ['Subscription', isMicrosoft ? circuit.subscriptionId : null],
    ['Our contact', card?.contact],
  ])
}

const provisioningOf = ({ provisioning }: Circuit) =>
  [
    ['Circuit state', provisioning.circuit],
    ['Provider state', provisioning.provider],
  ] as const

const formatStag = ({ stag, secondStag }: Circuit) =>
  secondStag === null ? stag : `${stag ?? 'unknown'}, ${secondStag} on the secondary path`

const peeringWords = ({ name, vlanId, peerAsn }: Circuit['peerings'][number]) =>
  [name, vlanId !== null && `C-tag ${vlanId}`, peerAsn !== null && `peer AS ${peerAsn}`].filter(Boolean).join(', ')

const privatePeering = ({ peerings }: Circuit) =>
  peerings.find(({ peeringType }) => peeringType === 'AzurePrivatePeering') ?? peerings[0]

function pathSection(path: ApiCircuitPath, { circuit, sessions }: CircuitTicketData): TextSection {
  const peering = privatePeering(circuit)
  const subnet = path.path === 'primary' ? peering?.primaryPeerAddressPrefix : peering?.secondaryPeerAddressPrefix
  const own = sessions.filter(
    (session) =>
      session.scope === circuit.id && session.peering === findMainPeeringType(circuit) && session.path === path.path,
  )
  const { bitsInPerSecond: toAzure, bitsOutPerSecond: fromAzure } = path
  return createLabelledSection(pathTitle(path), [
    ['Since', path.since && formatUtcBounds(path.since)],
    ['Reason', path.state === 'up' ? null : path.reason],
    ['Azure port', peering?.azurePorts[path.path]],
    ['Subnet', subnet],
    ['Customer edge', path.customerAddress],
    ['Microsoft edge', path.microsoftAddress],
    ...arpRows(path),
    ...own.map((session) => ['BGP', formatBgp(session)] as const),
    ...(own.length === 0 ? [['BGP', `${path.layers.bgp.replaceAll('_', ' ')}; no session polled`] as const] : []),
    ['Routes received', path.routesReceived === null ? null : formatCountWithSeparators(path.routesReceived)],
    [
      'Traffic',
      toAzure === null || fromAzure === null
        ? null
        : [
            `${formatBitRate(toAzure)} to Azure, ${formatBitRate(fromAzure)} from Azure`,
            path.allPeerings === undefined ? null : peeringAlone(findMainPeeringType(circuit)),
            formatCounterContradiction(path),
          ]
            .filter(Boolean)
            .join(', '),
    ],
  ])
}

function arpRows({ arp, layers }: ApiCircuitPath): (readonly [string, string])[] {
  if (arp.length === 0) return [['ARP', `no entry (${layers.arp})`]]
  return arp.map(({ interface: side, ipAddress, macAddress, age }) => [
    'ARP',
    `${side} ${ipAddress} ${macAddress ?? 'INCOMPLETE'}${age === null ? '' : `, ${age} min old`}`,
  ])
}

function formatBgp(session: BgpSession): string {
  const { neighbor, remoteAsn, azureState, establishedAt, downSince, verdict } = session
  const parts = [
    `${formatStatusText(getSessionStatus(session))} to ${neighbor}${remoteAsn === null ? '' : ` AS ${remoteAsn}`}`,
    verdict === 'up' && establishedAt && `established ${formatUtcBounds(establishedAt)}`,
    downSince && `fell ${formatUtcBounds(downSince)}${OWN_POLLS_NOTE}`,
    azureState && `Azure state ${formatAzureState(azureState)}`,
  ]
  return parts.filter(Boolean).join(', ')
}

/** Returns a section with the sessions between gateway instances and Microsoft's edge routers. */
function gatewaySection(facts: CircuitTicketData): TextSection | null {
  const { circuit, sessions } = facts
  const beyond = sessions.filter(
    ({ scope, role, mapping }) => scope !== circuit.id && role === 'msee' && isAbout(facts, mapping?.path),
  )
  if (beyond.length === 0) return null
  return createLabelledSection(
    'Gateway sessions',
    beyond.map((session) => {
      const { mapping } = session
      const sure = mapping?.confidence === 'certain' ? '' : ' (inferred)'
      const path = mapping?.circuitId === circuit.id ? `, ${mapping.path} path${sure}` : ''
      return [
        `${session.scopeName} ${formatSessionSubject(session).replace('~', ' - ')}`,
        `${formatStatusText(getSessionStatus(session))}, ${sessionRoleLabels[session.role]}${path}`,
      ] as const
    }),
  )
}
