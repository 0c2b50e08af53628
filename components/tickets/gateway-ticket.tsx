import type { Gateway } from '#lib/gateways/api/index.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import { useNowInSteps } from '../ui/times/page-clock.tsx'
import { formatGatewayTicket } from './gateway-ticket-text.ts'
import { TicketBody } from './ticket-body.tsx'
import { useGatewayTicket } from './use-ticket.ts'

/**
 * Text of a ticket about a gateway. The recipient is Microsoft, which operates every gateway.
 * @param link URL at the end of the text; default: the current page
 */
export function GatewayTicket({ link, ...subject }: { gateway: Gateway; incident: Incident; link?: string }) {
  const { facts, pending } = useGatewayTicket(subject, useNowInSteps(5_000))
  return <TicketBody text={formatGatewayTicket({ ...facts, link: link ?? window.location.href })} pending={pending} />
}
