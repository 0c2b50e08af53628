/**
 * Runs a copy of the network (a "twin") on this machine. Each router is a BIRD process in a Linux network namespace,
 * and each BGP session has a pair of virtual interfaces.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { BgpSpeakerPolicy } from '#lab/simulator/daemons/bird-config.ts'
import { BirdDaemon } from '#lab/simulator/daemons/bird-daemon.ts'
import { readRoutes } from '#lab/simulator/daemons/bird-output.ts'
import { kernelNextHops } from '#lab/simulator/daemons/kernel-routes.ts'
import {
  runIpCommandsInNamespace,
  createRouterNamespace,
  getRouterNamespaceName,
  removeRouterNamespaces,
  removeLeftoverRouterNamespaces,
} from '#lab/simulator/daemons/namespaces.ts'
import { computeAsPathLength, parseAddress, parsePrefix, PrefixTrie } from '#lib/bgp/index.ts'
import type { NetworkTwinActions } from './twin-actions.ts'
import {
  MAX_TWIN_SESSIONS,
  buildRouterPolicy,
  createBirdRouterConfig,
  type NetworkTwin,
  type TwinForwardingRouter,
} from './twin-plan.ts'

/** This machine cannot run the twin. The message tells the user what to do. */
export class TwinRefusedError extends Error {
  override name = 'TwinRefusedError'
}

/** Maximum number of routers in a twin. Each needs some megabytes of memory for a minute or two. */
const MAX_ROUTERS = 400
/** Number of routers that are started or read at the same time. */
const AT_ONCE = 8

/**
 * The route that a route table uses for an address: its prefix and its sorted paths, each in the format of
 * `formatTwinHop`. Null = the table has no route for the address.
 */
export type TwinSelectedRoute = { prefix: string; hops: string[] } | null

/**
 * A route table as it was read from the routers of the twin. Its index in the list equals the index of the recorded
 * table that it represents.
 */
export interface TwinRoutingTable {
  taken: (address: string) => TwinSelectedRoute
  /** prefixes to which at least one router that represents the table has a route */
  prefixes: ReadonlySet<string>
}

export interface RunningRouterTwin {
  read: () => Promise<TwinRoutingTable[]>
  /**
   * Applies the changes to the running routers.
   * @param isSilent true = lost routers hang instead of ending, so that their neighbors notice the loss only after the
   *   BGP hold time
   */
  carryOut: (acts: NetworkTwinActions, isSilent?: boolean) => Promise<void>
  /** Reverts the changes, so that all routers are as they were before. */
  undo: (acts: NetworkTwinActions) => Promise<void>
  close: () => Promise<void>
}

/** Returns the version of BIRD. If this machine cannot run a twin, returns the reason and what to do (`why`). */
export function findBirdVersion(): { version: string } | { why: string } {
  if (process.platform !== 'linux') return { why: 'needs network namespaces: run it on Linux' }
  if (process.getuid?.() !== 0) return { why: 'makes network namespaces: run it as root' }
  if (spawnSync('ip', ['-V']).status !== 0) return { why: 'needs ip: apt-get install iproute2' }
  const { status, stdout, stderr } = spawnSync('bird', ['--version'], { encoding: 'utf8', timeout: 10_000 })
  if (status !== 0) return { why: 'needs BIRD 2: apt-get install bird2' }
  const version = `${stdout}${stderr}`.trim().replace(/^BIRD version /, '')
  return version.startsWith('2.') ? { version } : { why: `needs BIRD 2, and this is ${version}` }
}

/**
 * Starts all routers of a twin.
 * @throws TwinRefusedError if there are too many routers or sessions, or if this machine does not permit network
 *   namespaces
 */
export async function startNetworkTwin(twin: NetworkTwin): Promise<RunningRouterTwin> {
  const { routers, sessions } = twin
  if (routers.size > MAX_ROUTERS || sessions.length > MAX_TWIN_SESSIONS)
    throw new TwinRefusedError(
      `would take ${routers.size} routers, and ${MAX_ROUTERS} are the most: name fewer lost resources`,
    )
  await removeLeftoverRouterNamespaces()
  const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-twin-'))
  const made: string[] = []
  const daemons = new Map(
    [...routers.values()].map((router) => [
      router.name,
      new BirdDaemon(createBirdRouterConfig(router, twin), buildRouterPolicy(router, twin.preferences), folder),
    ]),
  )
  const daemonOf = (name: string): BirdDaemon => {
    const found = daemons.get(name)
    if (!found) throw new RangeError(`there is no router ${name}`)
    return found
  }
  const ended = new Set<string>()
  const follow = async (name: string, policy: BgpSpeakerPolicy): Promise<void> => {
    await daemonOf(name).follow(policy)
    await daemonOf(name).ask(['reload in all'])
  }
  const close = async (): Promise<void> => {
    for (const one of daemons.values()) await one.kill()
    await removeRouterNamespaces(made)
    rmSync(folder, { recursive: true })
  }
  try {
    for (const name of routers.keys()) {
      await createRouterNamespace(name).catch((error: unknown) => {
        throw new TwinRefusedError(
          `needs network namespaces, and this machine does not permit them: ${(error as Error).message}`,
        )
      })
      made.push(name)
    }
    await wire(twin)
    await inParts([...daemons.values()], (one) => one.start())
  } catch (error) {
    await close()
    throw error
  }
  return {
    read: async () => {
      const names = [...new Set(twin.readers.flat().map(({ router }) => router))].filter((name) => !ended.has(name))
      const read = await inParts(names, async (name) => [name, await forwardingOf(name, daemonOf(name))] as const)
      const tables = new Map(read)
      return twin.readers.map((readers) => tableOf(readers, tables))
    },
    carryOut: async ({ killed, disabled, changed }, isSilent = false) => {
      await Promise.all([
        ...killed.map((name) => {
          ended.add(name)
          return isSilent ? daemonOf(name).pause() : daemonOf(name).kill()
        }),
        ...disabled
          .filter(({ router }) => !killed.includes(router))
          .map(({ router, session }) => daemonOf(router).ask([`disable ${session}`])),
        ...changed.map(({ router, policy }) => follow(router, policy)),
      ])
    },
    undo: async ({ killed, disabled, changed }) => {
      await inParts(killed, async (name) => {
        // A router that hung was silent for so long that its sessions have ended. It is therefore ended and started
        // again.
        await daemonOf(name).kill()
        await daemonOf(name).start()
        ended.delete(name)
      })
      for (const { router, session } of disabled) await daemonOf(router).ask([`enable ${session}`])
      for (const { router } of changed) {
        const found = routers.get(router)
        if (found) await follow(router, buildRouterPolicy(found, twin.preferences))
      }
    },
    close,
  }
}

async function inParts<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = []
  for (let n = 0; n < all.length; n += AT_ONCE) done.push(...(await Promise.all(all.slice(n, n + AT_ONCE).map(work))))
  return done
}

/**
 * Creates a separate pair of interfaces for each session. No two sessions share a network, so that resources with equal
 * addresses in the real network do not conflict.
 */
async function wire({ routers, sessions }: NetworkTwin): Promise<void> {
  const made = new Map([...routers.keys()].map((name) => [name, { links: [] as string[], ends: [] as string[] }]))
  for (const { name, ends } of sessions) {
    const [a, b] = ends
    made
      .get(a.router)
      ?.links.push(`link add ${name} type veth peer name ${name} netns ${getRouterNamespaceName(b.router)}`)
    for (const { router, address } of ends)
      made.get(router)?.ends.push(`addr add ${address}/30 dev ${name}`, `link set ${name} up`)
  }
  for (const part of ['links', 'ends'] as const)
    for (const [router, commands] of made)
      if (commands[part].length > 0) await runIpCommandsInNamespace(router, commands[part])
}

interface Forwarding {
  /** addresses of the next hops of a route in the routing table of the Linux kernel */
  hops: readonly string[]
  localPref: number
  length: number
}

/** Returns the routes in the kernel of a router. Local preference and AS path length are read from its BIRD process. */
async function forwardingOf(name: string, daemon: BirdDaemon): Promise<Map<string, Forwarding>> {
  const [hops, [text = '']] = await Promise.all([kernelNextHops(name), daemon.ask(['show route all'])])
  const best = new Map(
    readRoutes(text)
      .filter((route) => route.best)
      .map((route) => [route.network, route]),
  )
  return new Map(
    [...hops].flatMap(([dst, to]) => {
      const prefix = dst === 'default' ? '0.0.0.0/0' : dst.includes('/') ? dst : `${dst}/32`
      const route = best.get(prefix)
      // BIRD withdrew the route after the kernel's table was read, so that its attributes are unknown and the route is
      // left out
      if (!route) return []
      return [[prefix, { hops: to, localPref: route.localPref ?? 0, length: computeAsPathLength(route) }] as const]
    }),
  )
}

function tableOf(
  readers: readonly TwinForwardingRouter[],
  tables: ReadonlyMap<string, ReadonlyMap<string, Forwarding>>,
): TwinRoutingTable {
  const own = readers.flatMap(({ router, hops }) => {
    const table = tables.get(router)
    if (!table) return []
    const trie = PrefixTrie.from(
      [...table].flatMap(([text, forwarding]) => {
        const prefix = parsePrefix(text)
        return prefix ? [[prefix, { text, ...forwarding }] as const] : []
      }),
    )
    return [{ hops, trie, prefixes: [...table.keys()] }]
  })
  return {
    prefixes: new Set(own.flatMap(({ prefixes }) => prefixes)),
    taken: (text) => {
      const address = parseAddress(text)
      const found = own.flatMap(({ hops, trie }) => {
        const match = address && trie.longestMatch(address)
        if (!match) return []
        const { text: prefix, localPref, length, hops: to } = match.value
        return to.map((one) => {
          const { hop, tie } = hops.get(one) ?? { hop: `?  ${one}`, tie: 0 }
          return { prefix, hop, keys: [-match.prefix.length, -localPref, length, -tie] }
        })
      })
      // Several routers may represent one recorded table. The best route among all of them counts.
      const least = found.map(({ keys }) => keys).toSorted(compareKeys)[0]
      const best = least ? found.filter(({ keys }) => compareKeys(keys, least) === 0) : []
      const [first] = best
      return first ? { prefix: first.prefix, hops: [...new Set(best.map(({ hop }) => hop))].toSorted() } : null
    },
  }
}

const compareKeys = (a: readonly number[], b: readonly number[]): number =>
  a.map((key, n) => key - (b[n] ?? 0)).find((difference) => difference !== 0) ?? 0
