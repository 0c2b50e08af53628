/** Requests and Azure CLI commands of poll kinds, which are built without the Azure client. */
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

/**
 * Returns a function that builds the request for a table of one path of a circuit's peering, for example `arpTables`.
 * The subresource is `peering/path`.
 */
export const pathRequest =
  (table: string) =>
  ({ resourceId, subresource }: PollTarget): PlainRequest => {
    const [peering, path] = subresource.split('/')
    return plainPost(`${resourceId}/peerings/${peering}/${table}/${path}`)
  }

/** Reports whether a resource is a BGP peer of a hub or a Route Server. */
export const isHubPeer = ({ resourceId }: PollTarget): boolean => /\/bgpConnections\/[^/]+$/i.test(resourceId)

/**
 * Target of an Azure CLI command. `id` is the resource that the command names: the polled resource, or the resource
 * that contains it.
 */
export interface Polled {
  id: ArmId
  resourceId: string
  subresource: string
}

/**
 * Limits a command to resources of one type, so that it is null for other types. `name` is quoted for the shell,
 * `subresource` is not.
 */
export function on(type: string, command: (name: string, subresource: string) => string | null) {
  return ({ id, subresource }: Polled) => (id.type === type ? command(shellWord(id.name), subresource) : null)
}

/** Returns the command that prints a list of one path of a circuit; null if the subresource does not name a path. */
export function pathCommand(list: string) {
  return on(armTypes.circuit, (name, subresource) => {
    const { peering, path } = parsePath(subresource)
    if (peering === null || path === null) return null
    return `az network express-route ${list} --name ${name} --peering-name ${shellWord(peering)} --path ${shellWord(path)}`
  })
}

/**
 * Returns the command that prints a table of a Route Server's BGP peer, which is a resource inside the Route Server;
 * null for other resources.
 */
export const peerCommand =
  (list: string) =>
  ({ id, resourceId }: Polled): string | null => {
    const peer = parseArmId(resourceId)
    if (peer?.type !== armTypes.hubBgpConnection) return null
    return `az network routeserver peering ${list} --routeserver ${shellWord(id.name)} --name ${shellWord(peer.name)}`
  }

/** Reports whether a resource type is a subscription or a resource group. */
export const isContainer = (type: string) => type.startsWith('microsoft.resources/')
