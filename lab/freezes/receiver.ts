import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ReceivedNotice } from './compare.ts'

export interface NoticeReceiver {
  url: string
  notices: ReceivedNotice[]
  /** time of the first arrival in epoch milliseconds, by message ID */
  firstAt: Map<string, number>
  /** number of requests, including repeated ones */
  readonly messages: number
  close(): void
}

/**
 * Starts a webhook receiver on this machine that accepts and records every message.
 * @param host address of this machine to listen on
 */
export async function startReceiver(host = '127.0.0.1'): Promise<NoticeReceiver> {
  const notices: ReceivedNotice[] = []
  const firstAt = new Map<string, number>()
  let messages = 0
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const id = String(request.headers['webhook-id'])
    messages += 1
    if (!firstAt.has(id)) firstAt.set(id, Date.now())
    const { type, data } = JSON.parse(Buffer.concat(chunks).toString()) as Body
    // a digest contains the notices of many incidents
    for (const entry of type === 'digest' ? (data.entries ?? []) : [data]) {
      const { incidentId, reason, decidedAt } = entry
      if (incidentId) notices.push({ messageId: id, incidentId, reason, decidedAt: Date.parse(decidedAt) })
    }
    response.writeHead(204).end()
  }).listen(0, host)
  await once(server, 'listening')
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}/hook`,
    notices,
    firstAt,
    get messages() {
      return messages
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

interface Entry {
  incidentId: string | null
  reason: string
  decidedAt: string
}

interface Body {
  type: string
  data: Entry & { entries?: Entry[] }
}
