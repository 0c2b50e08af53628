import type { TextSection } from '#lib/contract/document/document-model.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import type { Gateway } from '#lib/gateways/api/index.ts'
import { formatSessionSubject } from '#lib/contract/vocabulary.ts'
import { sessionRoleLabels } from '#lib/gateways/api/state-text.ts'
import { formatStatusText } from '../ui/status.tsx'
import { getGatewayStatus, getSessionStatus } from '../ui/status-text.ts'
import {
  createIncidentSection,
  createLabelledSection,
  buildReferencesSection,
  createTextSection,
  createSourceSection,
  formatTicket,
  createFailedPollsSection,
  createTimesSection,
} from './ticket-sections.ts'
import type { CircuitTicketData } from './ticket-text.ts'

/** Facts in the text of a ticket about a gateway. */
export interface GatewayTicketData extends Omit<CircuitTicketData, 'circuit' | 'path' | 'incident'> {
  gateway: Gateway
  incident: Incident
}

/**
 * Returns the text of a ticket about a gateway, with times in UTC. The recipient is Microsoft, which operates every
 * gateway.
 */
export function formatGatewayTicket(facts: GatewayTicketData): string {
  const { gateway, incident, polls, entries, now, card } = facts
  const goesOn = incident.endedBetween === null ? 'the cause and when it will be repaired' : 'the cause'
  return formatTicket([
    createIncidentSection(incident),
    createTextSection(
      `Please check the instances of this gateway, their hosts and work on them in that time. Report ${goesOn}${card?.contact ? ` to ${card.contact}` : ''}.`,
    ),
    createTimesSection(incident, now),
    createLabelledSection('Gateway', [
      ['Name', gateway.name],
      ['SKU', gateway.sku.name ?? gateway.sku.tier],
      ['Region', gateway.location],
      ['Virtual network', gateway.vnet],
      ['AS', gateway.asn],
      ['State', formatStatusText(getGatewayStatus(gateway))],
      ['Reason', gateway.reason],
      ['Provisioning', gateway.provisioningState],
      ['Resource id', gateway.resourceId],
      ['Subscription', gateway.subscriptionId],
      ['Our contact', card?.contact],
    ]),
    gateway.instances.length === 0 ? null : createLabelledSection('Instances', gateway.instances.map(instanceRow)),
    sessionsSection(facts),
    gateway.connections.length === 0
      ? null
      : createLabelledSection('Connections', gateway.connections.map(connectionRow)),
    createFailedPollsSection(polls),
    buildReferencesSection(entries, polls),
    createSourceSection(facts),
  ])
}

const instanceRow = ({ address, reporting, sessionsUp, sessionsExpected }: Gateway['instances'][number]) => {
  if (reporting === null) return [address, 'sessions not known, peer status late'] as const
  return [address, `${sessionsUp} of ${sessionsExpected} sessions up${reporting ? '' : ', does not report'}`] as const
}

const connectionRow = ({ name, status, circuitName, resourceId }: Gateway['connections'][number]) =>
  [name, [status, circuitName && `circuit ${circuitName}`, resourceId].filter(Boolean).join(', ')] as const

/**
 * Returns the section with the sessions of the gateway. Sessions between its own instances that never connected are
 * left out, because it is normal that they do not connect.
 */
function sessionsSection({ sessions }: GatewayTicketData): TextSection | null {
  const counted = sessions.filter(({ role, verdict }) => role !== 'gateway-peer' || verdict !== 'never_established')
  if (counted.length === 0) return null
  return createLabelledSection(
    'Sessions',
    counted.map((session) => [
      formatSessionSubject(session).replace('~', ' - '),
      `${formatStatusText(getSessionStatus(session))}, ${sessionRoleLabels[session.role]}`,
    ]),
  )
}
