import { buildHandoverText } from '#components/handover/handover-text.ts'
import { formatPostMortem } from '#components/incidents/post-mortem/post-mortem.ts'
import { findAffectedCircuit } from '#components/tickets/affected-circuit.ts'
import { formatGatewayTicket } from '#components/tickets/gateway-ticket-text.ts'
import { ticketRecipients, formatCircuitTicket } from '#components/tickets/ticket-text.ts'
import type { ApiActivityEntry, ShiftHandover, IncidentDetail } from '#lib/incidents/api/index.ts'
import type { Circuit } from '#lib/circuits/api/index.ts'
import type { Declarations, EpochMs } from '#lib/contract/index.ts'
import type { Gateway } from '#lib/gateways/api/index.ts'
import type { BgpSession } from '#lib/sessions/api/index.ts'
import type { ApiPolledSource } from '#lib/setup/api/index.ts'
import { type RequestProductFunction, fetchApiResponseData } from './ask.ts'
import type { RecordedProductAnswer } from './recording.ts'

const LINK = 'https://peerwatch.example/incidents/'

/**
 * Returns the texts that screens copy for other tools, made from the API's answers: the handover of a shift, and
 * post-mortems and tickets of incidents.
 */
export async function createClipboardTexts(
  ask: RequestProductFunction,
  now: EpochMs,
  most: number,
): Promise<RecordedProductAnswer[]> {
  const of = <Data>(path: string) => fetchApiResponseData<Data>(ask, path)
  const recorded: RecordedProductAnswer[] = []
  const add = (name: string, body: string) => {
    recorded.push({ name: `text ${name}`, scope: '-', status: 0, type: 'text/plain', body })
  }
  const since = new Date(now - 7 * 86_400_000).toISOString()
  for (const zone of ['UTC', 'Europe/Berlin'])
    add(`handover ${zone}`, buildHandoverText(await of<ShiftHandover>(`handover?since=${since}`), zone, LINK))

  const [circuits, gateways] = [await of<Circuit[]>('circuits?limit=1000'), await of<Gateway[]>('gateways?limit=1000')]
  const { cards } = await of<Declarations>('declarations')
  for (const { id } of await of<{ id: string }[]>(`incidents?limit=${most}`)) {
    const incident = await of<IncidentDetail>(`incidents/${id}`)
    add(`post-mortem ${id}`, formatPostMortem(incident, { picture: '', link: LINK + id, now, zone: 'UTC' }))
    const { scope } = incident
    const [sessions, polls] = [
      await of<BgpSession[]>(`sessions?scope=${scope}`),
      await of<ApiPolledSource[]>(`sources?scope=${scope}`),
    ]
    const entries = await of<ApiActivityEntry[]>(`activity?scope=${scope}`)
    const shared = { sessions, polls, entries, incident, link: LINK + id, now }
    const circuit = findAffectedCircuit(incident, circuits, sessions)
    const gateway = gateways.find((one) => one.id === scope)
    const card = cards.find((one) => one.part === '' && one.scope === (circuit ?? gateway)?.id) ?? null
    if (circuit)
      for (const reader of ticketRecipients)
        add(`ticket ${reader} ${id}`, formatCircuitTicket({ circuit, path: null, card, ...shared }, reader))
    else if (gateway) add(`ticket ${id}`, formatGatewayTicket({ gateway, card, ...shared }))
  }
  return recorded
}
