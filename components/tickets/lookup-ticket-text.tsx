import { useState } from 'react'
import type { LookupContext, RouteLookup } from '#lib/routes/api/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { useOperatorCard } from '../declarations/operator-card.tsx'
import { ProblemNotice } from '../ui/answer-view.tsx'
import { formatLookupTicket } from './lookup-ticket-text.ts'
import { ServiceKeyNote } from './service-key-note.tsx'
import { TicketRecipientChoice, TicketBody } from './ticket-body.tsx'
import type { TicketRecipient } from './ticket-text.ts'

/** Text of a ticket about the path to an address at the time of a route lookup. */
export function LookupTicketText({
  lookup,
  around,
  circuitId,
}: {
  lookup: RouteLookup
  around: LookupContext
  circuitId: string
}) {
  const isMicrosofts = around.incidents[0]?.owner === 'microsoft'
  const [reader, setReader] = useState<TicketRecipient>(isMicrosofts ? 'microsoft' : 'provider')
  const circuits = useEndpointQuery('circuits')
  const arp = useEndpointQuery('circuits/{id}/arp', { id: circuitId, from: around.from, to: around.to })
  const card = useOperatorCard(circuitId)
  const circuit = circuits.data?.data.find(({ id }) => id === circuitId)
  if (!circuit)
    return circuits.error ? (
      <ProblemNotice error={circuits.error} />
    ) : (
      <div aria-busy="true" className="skeleton h-64" />
    )
  const facts = { lookup, around, circuit, card, arp: arp.data?.data ?? null, link: window.location.href }
  return (
    <TicketBody
      text={formatLookupTicket(facts, reader)}
      pending={arp.isPending}
      reader={<TicketRecipientChoice reader={reader} onChange={setReader} />}
    >
      <ServiceKeyNote circuit={circuit} />
    </TicketBody>
  )
}
