/** Functions that build the requests and Azure CLI commands of poll kinds without the Azure SDK. */
import { type ArmId, armTypes, parseArmId, parsePath, type PollTarget, shellWord } from '#lib/contract/index.ts'

const VERSION = '?api-version=2025-01-01'

/** A request to ARM, without the host. */
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
 * Returns a function that builds the request for one of the tables of a circuit's path, for example `arpTables`. The
 * polled subresource is `peering/path`, for example `AzurePrivatePeering/primary`.
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
 * The target of an Azure CLI command. `id` is the resource whose name the command contains: the polled resource, or its
 * parent if the polled resource is part of another resource.
 */
export interface Polled {
  id: ArmId
  resourceId: string
  subresource: string
}

/**
 * Returns a function that builds the command for resources of one type, and returns null for other types. The function
 * `command` receives the name of the resource, already quoted for the shell, and the subresource, which is not quoted.
 */
export function on(type: string, command: (name: string, subresource: string) => string | null) {
  return ({ id, subresource }: Polled) => (id.type === type ? command(shellWord(id.name), subresource) : null)
}

/**
 * Returns a function that builds the command for printing a list of one path of a circuit. It returns null if the
 * subresource does not name a path.
 */
export function pathCommand(list: string) {
  return on(armTypes.circuit, (name, subresource) => {
    const { peering, path } = parsePath(subresource)
    if (peering === null || path === null) return null
    return `az network express-route ${list} --name ${name} --peering-name ${shellWord(peering)} --path ${shellWord(path)}`
  })
}

/**
 * Returns a function that builds the command for printing a table of a BGP peer. The peer is a resource inside a Route
 * Server or hub. For other resources the function returns null.
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
