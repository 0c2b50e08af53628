/** Draws a request from the budgets to which it belongs, before the rest of the request is processed. */
import type { SimulatorServerState } from '../memory.ts'
import type { SimulatedWorld } from '../world.ts'

export interface RateLimitedRequest {
  readonly method: string
  /** Path without query, with doubled slashes collapsed. */
  readonly path: string
  readonly principal: string
}

const parts = (path: string): string[] => path.toLowerCase().split('/').filter(Boolean)

/**
 * Reports whether a path belongs to the data plane of Azure Monitor. In Azure it has its own host; the simulator serves
 * it on the same port.
 */
const isDataPlane = (segments: readonly string[]): boolean => segments.at(-1) === 'metrics:getbatch'

/**
 * Returns the region whose network provider answers: the region of the resource, of its group, or of the subscription's
 * first group.
 */
export function findNetworkProviderRegion(world: SimulatedWorld, path: string): string {
  const [, subscription = '', , group = '', , , type = '', name = ''] = parts(path)
  const segments = parts(path)
  const place = segments.indexOf('locations')
  if (place > 0) return segments[place + 1] ?? 'global'
  const { scenario } = world
  const lists: Readonly<Record<string, readonly { name: string; location?: string | undefined }[]>> = {
    virtualnetworkgateways: scenario.gateways,
    expressroutecircuits: scenario.circuits,
    connections: scenario.connections,
    virtualnetworks: scenario.vnets,
    virtualhubs: [...scenario.hubs, ...scenario.routeServers],
    expressroutegateways: scenario.hubs.map(({ location, expressRoute }) => ({
      name: expressRoute?.name ?? '',
      location,
    })),
    vpngateways: scenario.hubs.map(({ location, vpn }) => ({ name: vpn?.name ?? '', location })),
  }
  const own = lists[type]?.find((x) => x.name.toLowerCase() === name)?.location
  if (own !== undefined) return own
  const groups = scenario.subscriptions.find((s) => s.id.toLowerCase() === subscription)?.groups ?? []
  return (groups.find((g) => g.name.toLowerCase() === group) ?? groups[0])?.location ?? 'global'
}

/**
 * Draws a request from the budget of ARM, then from the budget of the network provider.
 * @param remaining receives the headers with the remaining budgets, which are sent with every response
 * @throws ArmError 429 if a budget is empty
 */
export function applyRequestRateLimits(
  memory: SimulatorServerState,
  world: SimulatedWorld,
  request: RateLimitedRequest,
  at: number,
  speed: number,
  remaining: Record<string, string>,
): void {
  const segments = parts(request.path)
  if (isDataPlane(segments)) return
  const subscription = segments[0] === 'subscriptions' ? (segments[1] ?? '') : ''
  const { profile, arm, network } = memory
  if (arm) {
    const call = { method: request.method, subscription, principal: request.principal }
    try {
      arm.admit(call, at, speed)
    } finally {
      if (profile.headers !== 'none') Object.assign(remaining, arm.remaining(call, at))
    }
  }
  if (segments.at(-2) === 'microsoft.resourcegraph')
    Object.assign(remaining, memory.graph?.admit(request.principal, at, speed))
  const provider = segments[segments.lastIndexOf('providers') + 1]
  if (network && provider === 'microsoft.network') {
    const call = { method: request.method, subscription, region: findNetworkProviderRegion(world, request.path) }
    try {
      network.admit(call, at, speed)
    } finally {
      if (profile.headers === 'levels') Object.assign(remaining, network.levels(call, at))
      if (profile.headers === 'all') Object.assign(remaining, network.remaining(call, at))
    }
  }
}
