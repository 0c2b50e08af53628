import { getRouterNamespaceName, runProgram } from './namespaces.ts'

interface KernelRoute {
  readonly dst: string
  readonly gateway?: string
  readonly nexthops?: readonly { readonly gateway: string }[]
}

/**
 * Returns the next hops in a router's kernel by prefix, which decide where packets are sent. Several next hops share
 * the load.
 */
export async function kernelNextHops(router: string): Promise<Map<string, string[]>> {
  const text = await runProgram('ip', ['-j', '-n', getRouterNamespaceName(router), 'route', 'show', 'proto', 'bird'])
  const routes = JSON.parse(text) as KernelRoute[]
  return new Map(
    routes.map(({ dst, gateway, nexthops }) => [
      dst,
      (nexthops?.map((hop) => hop.gateway) ?? (gateway ? [gateway] : [])).toSorted(),
    ]),
  )
}
