import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * Simulates an Azure with slow diagnostic operations in a separate process: token endpoint, accepted POSTs, and their
 * results. Arguments: run time in seconds, Retry-After in seconds. Sends `{url}` to the parent process, and its
 * counters in reply to any message.
 */
const [run = '60', retryAfter = '10'] = process.argv.slice(2)
const running = new Map<string, Map<number, number>>()
const seen = { posts: 0, checks: 0, overlaps: 0 }
let inFlight = 0
let begun = 0

const PEERS = JSON.stringify({
  value: ['10.0.4.4', '10.0.4.5'].map((neighbor) => ({
    localAddress: '10.0.4.12',
    neighbor,
    asn: 12076,
    state: 'Connected',
    connectedDuration: '3.03:14:13.1',
    routesReceived: 18,
    messagesSent: 5157,
    messagesReceived: 4995,
  })),
})

const server = createServer((request, response) => {
  request.resume()
  const { pathname, searchParams } = new URL(request.url ?? '/', url())
  const answer = (status: number, body: string, headers: Record<string, string> = {}) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
  if (pathname === '/msi/token') {
    const expires_on = Math.floor(Date.now() / 1_000) + 86_400
    return answer(200, JSON.stringify({ access_token: 'bench', expires_on, resource: searchParams.get('resource') }))
  }
  const [, , resource = '', n = ''] = /\/(operationResults)\/([^/]+)\/(\d+)$/.exec(pathname) ?? []
  if (request.method === 'GET' && n !== '') {
    seen.checks += 1
    const ends = running.get(resource)?.get(Number(n)) ?? 0
    if (ends > Date.now()) return answer(202, '', place(resource, Number(n)))
    if (running.get(resource)?.delete(Number(n))) inFlight -= 1
    return answer(200, PEERS)
  }
  const gateway = /virtualNetworkGateways\/([^/]+)\/getBgpPeerStatus$/i.exec(pathname)?.[1]
  if (!gateway) return answer(500, JSON.stringify({ error: { code: 'NotHere', message: 'only peers are here' } }))
  seen.posts += 1
  const own = running.get(gateway) ?? new Map<number, number>()
  running.set(gateway, own)
  if ([...own.values()].some((ends) => ends > Date.now())) seen.overlaps += 1
  begun += 1
  own.set(begun, Date.now() + Number(run) * 1_000)
  inFlight += 1
  return answer(202, '', place(gateway, begun))
})

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const place = (resource: string, n: number) => ({
  location: `${url()}/subscriptions/s/providers/Microsoft.Network/locations/x/operationResults/${resource}/${n}`,
  'retry-after': retryAfter,
})

server.listen(0, '127.0.0.1', () => process.send?.({ url: url() }))
process.on('message', () => process.send?.({ ...seen, inFlight }))
process.once('disconnect', () => process.exit())
