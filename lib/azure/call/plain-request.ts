import type { PollTarget } from '#lib/contract/index.ts'
import type { SingleAnswerKind } from '../decode/decode-answer.ts'
import { hubTableRequest } from '../kinds/hub-routes.ts'

const VERSION = '?api-version=2025-01-01'

/** A request of ARM's control plane without its host. */
interface PlainRequest {
  method: 'GET' | 'POST'
  /** path and query */
  target: string
  body?: string
}

/**
 * The request that the client makes for a kind, for runs at virtual time that do without the client; `decodeAnswer` reads its answer.
 * Source: Azure Network REST, the operations named in docs/azure-permissions.md.
 */
export function plainRequest(target: PollTarget, kind: SingleAnswerKind): PlainRequest {
  const { resourceId, subresource } = target
  const ofHub = hubTableRequest(target, kind)
  if (ofHub) return { method: 'POST', target: `${ofHub.path}${VERSION}`, body: JSON.stringify(ofHub.body) }
  const get = (path = '') => ({ method: 'GET' as const, target: `${resourceId}${path}${VERSION}` })
  const post = (operation: string, query = '') => ({
    method: 'POST' as const,
    target: `${resourceId}/${operation}${VERSION}${query}`,
  })
  const [peering, path] = subresource.split('/')
  const ofPath = (table: string) => post(`peerings/${peering}/${table}/${path}`)
  const isHub = /\/virtualHubs\/[^/]+$/i.test(resourceId)
  const isHubPeer = /\/bgpConnections\/[^/]+$/i.test(resourceId)
  switch (kind) {
    case 'peers':
      return isHub ? get('/bgpConnections') : post('getBgpPeerStatus')
    case 'learned':
      return post(isHubPeer ? 'learnedRoutes' : 'getLearnedRoutes')
    case 'advertised':
      return isHubPeer
        ? post('advertisedRoutes')
        : post('getAdvertisedRoutes', `&peer=${encodeURIComponent(subresource)}`)
    case 'summary':
      return ofPath('routeTablesSummary')
    case 'arp':
      return ofPath('arpTables')
    case 'tables':
      return ofPath('routeTables')
    case 'effective':
      return post('effectiveRouteTable')
    case 'stats':
      return get(`${peering ? `/peerings/${peering}` : ''}/stats`)
    case 'connection':
      return get(subresource === '' ? '' : `/peerings/${subresource}`)
  }
}
