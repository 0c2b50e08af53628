/** Functions that build the requests and Azure CLI commands of poll kinds without the Azure SDK. */
import {
  type ArmId,
  armTypes,
  parseArmId,
  parsePathSubject,
  type PollTarget,
  quoteShellWord,
} from '#lib/contract/index.ts'

const VERSION = '?api-version=2025-01-01'

/** A request to ARM, without the host. */
export interface ArmRequest {
  method: 'GET' | 'POST'
  /** path and query */
  target: string
  body?: string
}

export const buildArmGet = (path: string): ArmRequest => ({ method: 'GET', target: `${path}${VERSION}` })
export const buildArmPost = (path: string, query = ''): ArmRequest => ({
  method: 'POST',
  target: `${path}${VERSION}${query}`,
})
export const buildArmPostWithBody = ({ path, body }: { path: string; body: object }): ArmRequest => ({
  ...buildArmPost(path),
  body: JSON.stringify(body),
})

/**
 * Returns a function that builds the request for one of the tables of a circuit's path, for example `arpTables`. The
 * polled subresource is `peering/path`, for example `AzurePrivatePeering/primary`.
 */
export const createPathTableRequest =
  (table: string) =>
  ({ resourceId, subresource }: PollTarget): ArmRequest => {
    const [peering, path] = subresource.split('/')
    return buildArmPost(`${resourceId}/peerings/${peering}/${table}/${path}`)
  }

/** Reports whether a resource is a BGP peer of a hub or a Route Server. */
export const isHubPeer = ({ resourceId }: PollTarget): boolean => /\/bgpConnections\/[^/]+$/i.test(resourceId)

/**
 * The target of an Azure CLI command. `id` is the resource whose name the command contains: the polled resource, or its
 * parent if the polled resource is part of another resource.
 */
export interface CliCommandTarget {
  id: ArmId
  resourceId: string
  subresource: string
}

/**
 * Returns a function that builds the command for resources of one type, and returns null for other types. The function
 * `command` receives the name of the resource, already quoted for the shell, and the subresource, which is not quoted.
 */
export function createCommandBuilder(type: string, command: (name: string, subresource: string) => string | null) {
  return ({ id, subresource }: CliCommandTarget) =>
    id.type === type ? command(quoteShellWord(id.name), subresource) : null
}

/**
 * Returns a function that builds the command for printing a list of one path of a circuit. It returns null if the
 * subresource does not name a path.
 */
export function createPathCommand(list: string) {
  return createCommandBuilder(armTypes.circuit, (name, subresource) => {
    const { peering, path } = parsePathSubject(subresource)
    if (peering === null || path === null) return null
    return `az network express-route ${list} --name ${name} --peering-name ${quoteShellWord(peering)} --path ${quoteShellWord(path)}`
  })
}

/**
 * Returns a function that builds the command for printing a table of a BGP peer. The peer is a resource inside a Route
 * Server or hub. For other resources the function returns null.
 */
export const createPeerCommand =
  (list: string) =>
  ({ id, resourceId }: CliCommandTarget): string | null => {
    const peer = parseArmId(resourceId)
    if (peer?.type !== armTypes.hubBgpConnection) return null
    return `az network routeserver peering ${list} --routeserver ${quoteShellWord(id.name)} --name ${quoteShellWord(peer.name)}`
  }

/** Reports whether a resource type is a subscription or a resource group. */
export const isSubscriptionOrGroup = (type: string) => type.startsWith('microsoft.resources/')
