/** Requests and Azure CLI commands of kinds, written without the client. */
import { type ArmId, armTypes, parseArmId, parsePath, type PollTarget, shellWord } from '#lib/contract/index.ts'

const VERSION = '?api-version=2025-01-01'

/** A request of ARM's control plane without its host. */
export interface PlainRequest {
  method: 'GET' | 'POST'
  /** path and query */
  target: string
  body?: string
}

export const plainGet = (path: string): PlainRequest => ({ method: 'GET', target: `${path}${VERSION}` })
export const plainPost = (path: string, query = ''): PlainRequest => ({
  method: 'POST',
  target: `${path}${VERSION}${query}`,
})
export const plainQuestion = ({ path, body }: { path: string; body: object }): PlainRequest => ({
  ...plainPost(path),
  body: JSON.stringify(body),
})

/** A table of one path of a circuit's peering. */
export const pathRequest =
  (table: string) =>
  ({ resourceId, subresource }: PollTarget): PlainRequest => {
    const [peering, path] = subresource.split('/')
    return plainPost(`${resourceId}/peerings/${peering}/${table}/${path}`)
  }

/** Whether a resource is a BGP peer of a hub or a Route Server. */
export const isHubPeer = ({ resourceId }: PollTarget): boolean => /\/bgpConnections\/[^/]+$/i.test(resourceId)

/** The part of Azure that a command of the CLI shows. */
export interface Polled {
  id: ArmId
  resourceId: string
  subresource: string
}

/** A command for resources of one type. `name` is quoted, `subresource` is not. */
export function on(type: string, command: (name: string, subresource: string) => string | null) {
  return ({ id, subresource }: Polled) => (id.type === type ? command(shellWord(id.name), subresource) : null)
}

/** A list of one path of a circuit. */
export function pathCommand(list: string) {
  return on(armTypes.circuit, (name, subresource) => {
    const { peering, path } = parsePath(subresource)
    if (peering === null || path === null) return null
    return `az network express-route ${list} --name ${name} --peering-name ${shellWord(peering)} --path ${shellWord(path)}`
  })
}

/** A table of a Route Server's peer, which is a resource inside it. */
export const peerCommand =
  (list: string) =>
  ({ id, resourceId }: Polled): string | null => {
    const peer = parseArmId(resourceId)
    if (peer?.type !== armTypes.hubBgpConnection) return null
    return `az network routeserver peering ${list} --routeserver ${shellWord(id.name)} --name ${shellWord(peer.name)}`
  }

/** A subscription or a resource group. */
export const isContainer = (type: string) => type.startsWith('microsoft.resources/')
