import {
  doesPrefixContainAddress,
  groupPrepends,
  isNetworkSpaceRoute,
  parseAddress,
  parsePrefix,
} from '#lib/bgp/index.ts'
import { OTHER_CUSTOMERS_PATH_LABEL } from '#lib/contract/customer.ts'
import { formatSiteName } from '#lib/contract/words/site-states.ts'
import type { LookupCandidate, RouteLookup } from '#lib/routes/api/index.ts'
import { createNextHopNames, formatNetworkOfSystemRoute } from '#lib/routes/words/lookup-text.ts'
import { listDownPaths } from '#lib/routes/words/down-paths.ts'
import { formatPrefixTrackPath } from '../prefix-tracks.ts'

/** Columns of the picture, in the order in which a packet to the address passes them. */
export const lookupPathColumns = ['address', 'instance', 'neighbor', 'path', 'asPath', 'site'] as const
type PathColumn = (typeof lookupPathColumns)[number]

export interface LookupPathNode {
  column: PathColumn
  /** key of the node, unique in its column */
  key: string
  /** type of the node, shown above its text: `gateway`, `MSEE` */
  label: string
  text: string
  /** second line of the node; null = no second line */
  detail: string | null
  href: string | null
  /** best rank of the routes that pass the node; 1 = in use; {@link NO_RANK} = no route passes it */
  rank: number
  /** true = a path that is down, of a circuit whose other path has a route to the address */
  isDown?: boolean
}

/** Rank of a node that no route passes; it is sorted behind all other nodes. */
const NO_RANK = Number.MAX_SAFE_INTEGER

interface PathEdge {
  from: LookupPathNode
  to: LookupPathNode
  rank: number
}

export interface LookupPath {
  /** nodes sorted by column, within a column the best rank first */
  nodes: LookupPathNode[]
  edges: PathEdge[]
  /** one sentence for each path of the picture, the path in use first */
  sentences: string[]
}

interface PathNames {
  /** returns the name of the circuit with this id */
  circuit: (id: string) => string
  /** sites that users declared by their prefixes; the end of a path has the name of its site */
  sites: readonly { name: string; prefixes: readonly string[] }[]
  /** sites that the product learned, with the circuits that reach them */
  learnedSites: readonly { name: string; circuits: readonly string[] }[]
}

/** Maximum number of routes in the picture, so that it stays readable. */
const MAX_DRAWN_ROUTES = 12

/**
 * Returns the routes of a lookup as one picture. Its columns are the address, the gateway instance, the neighbor of the
 * instance, the circuit and path, the AS path, and the site. Azure delivers a system route without a gateway, so that
 * its only further column is the virtual network. A node that several routes pass is drawn once. Routes from
 * the path tables of circuits are drawn only if no gateway has a route to the address. If one path of a circuit is
 * down whose other path has a route, its node stays in the picture without lines, because its routes are withdrawn.
 */
export function buildLookupPath(lookup: RouteLookup, names: PathNames): LookupPath {
  const learned = lookup.candidates.filter(({ table }) => table !== 'tables')
  const drawn = (learned.length > 0 ? learned : lookup.candidates)
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, MAX_DRAWN_ROUTES)
    .map((candidate) => ({ candidate, nodes: nodesOf(lookup, candidate, names) }))
  const known = new Map<string, LookupPathNode>()
  const edges = new Map<string, PathEdge>()
  const sentences: string[] = []
  for (const { candidate, nodes } of drawn) {
    const own = nodes.map((node) => {
      const id = `${node.column} ${node.key}`
      const first = known.get(id) ?? node
      known.set(id, first)
      return first
    })
    for (const [index, to] of own.entries()) {
      const from = own[index - 1]
      if (!from) continue
      const id = `${from.column} ${from.key} > ${to.column} ${to.key}`
      // The routes are sorted by rank. The first route that uses an edge (line between two nodes) therefore has the
      // best rank of this edge.
      if (!edges.has(id)) edges.set(id, { from, to, rank: candidate.rank })
    }
    const words = own.map(({ text, detail }) => [text, detail].filter(Boolean).join(' ')).join(' → ')
    sentences.push(`${candidate.rank === 1 ? 'In use' : `Rank ${candidate.rank}`}: ${words}`)
  }
  for (const { circuitId, path } of listDownPaths(lookup)) {
    const node = createCircuitNode(circuitId, path, NO_RANK, names)
    const id = getLookupPathNodeId(node)
    known.set(id, { ...(known.get(id) ?? node), isDown: true })
    sentences.push(`Down: ${node.text} ${node.detail}`)
  }
  return { nodes: [...known.values()], edges: [...edges.values()], sentences: [...new Set(sentences)] }
}

const createCircuitNode = (
  circuitId: string,
  path: string | null,
  rank: number,
  { circuit }: Pick<PathNames, 'circuit'>,
): LookupPathNode => ({
  column: 'path',
  label: 'circuit',
  text: circuit(circuitId),
  key: `${circuitId} ${path ?? ''}`,
  detail: path && `${path} path`,
  href: `/circuits/${circuitId}`,
  rank,
})

/**
 * Effect of a route change on a node of the picture: the node exists only before the change (`withdrawn`) or only after
 * it (`new`). Or it exists before and after the change, but is used only after it (`now in use`) or only before it
 * (`no longer in use`).
 */
export type LookupPathNodeChange = 'withdrawn' | 'new' | 'now in use' | 'no longer in use'

export const getLookupPathNodeId = ({ column, key }: Pick<LookupPathNode, 'column' | 'key'>): string =>
  `${column} ${key}`

/** Maximum number of columns in one row of the picture on paper. */
const MAX_COLUMNS_ON_PAPER = 4

/**
 * Splits a picture with more than {@link MAX_COLUMNS_ON_PAPER} columns into two rows for paper, which is too narrow for
 * all columns. The second row begins with the last column of the first row, so that the rows can be read together. If a
 * line passes over that column, its first node is repeated there in the second row. The rows have no sentences.
 */
export function splitLookupPath({ nodes, edges }: LookupPath): LookupPath[] {
  const used = lookupPathColumns.filter((column) => nodes.some((node) => node.column === column))
  const seam = used[Math.ceil(used.length / 2)]
  if (used.length <= MAX_COLUMNS_ON_PAPER || seam === undefined) return [{ nodes, edges, sentences: [] }]
  const place = ({ column }: LookupPathNode) => used.indexOf(column) - used.indexOf(seam)
  const repeated = new Map(
    edges
      .filter(({ from, to }) => place(from) < 0 && place(to) > 0)
      .map(({ from }) => [from, { ...from, key: getLookupPathNodeId(from), column: seam }] as const),
  )
  return [
    { nodes: nodes.filter((node) => place(node) <= 0), edges: edges.filter(({ to }) => place(to) <= 0), sentences: [] },
    {
      nodes: [...nodes.filter((node) => place(node) >= 0), ...repeated.values()].toSorted((a, b) => a.rank - b.rank),
      edges: edges.flatMap((edge) => {
        const from = place(edge.from) >= 0 ? edge.from : repeated.get(edge.from)
        return from && place(edge.to) > 0 ? [{ ...edge, from }] : []
      }),
      sentences: [],
    },
  ]
}

interface PathDifference {
  /**
   * Changed nodes by {@link getLookupPathNodeId}. `before` contains the nodes of the earlier picture that the later
   * picture does not contain. `after` contains the changed nodes of the later picture.
   */
  before: ReadonlyMap<string, LookupPathNodeChange>
  after: ReadonlyMap<string, LookupPathNodeChange>
  /**
   * Sentences of the picture that the other picture does not contain in the same form, for example because the rank of
   * the path changed. The path in use is first.
   */
  onlyBefore: string[]
  onlyAfter: string[]
}

/** Returns the differences between the pictures of an address before and after a change. */
export function compareLookupPaths(before: LookupPath, after: LookupPath): PathDifference {
  const old = new Map(before.nodes.map((node) => [getLookupPathNodeId(node), node]))
  const left = new Set(after.nodes.map(getLookupPathNodeId))
  const marks = after.nodes.flatMap((node): [string, LookupPathNodeChange][] => {
    const was = old.get(getLookupPathNodeId(node))
    if (!was) return [[getLookupPathNodeId(node), 'new']]
    if ((was.rank === 1) === (node.rank === 1)) return []
    return [[getLookupPathNodeId(node), node.rank === 1 ? 'now in use' : 'no longer in use']]
  })
  return {
    before: new Map([...old.keys()].filter((id) => !left.has(id)).map((id) => [id, 'withdrawn'])),
    after: new Map(marks),
    onlyBefore: before.sentences.filter((sentence) => !after.sentences.includes(sentence)),
    onlyAfter: after.sentences.filter((sentence) => !before.sentences.includes(sentence)),
  }
}

function nodesOf(lookup: RouteLookup, candidate: LookupCandidate, names: PathNames): LookupPathNode[] {
  const { rank, scope, scopeName, table, instance, peer, nextHop, circuitId, path, asPath, anotherCustomer } = candidate
  const node = (
    column: PathColumn,
    label: string,
    text: string,
    more: Partial<LookupPathNode> = {},
  ): LookupPathNode => ({
    column,
    label,
    text,
    key: text,
    detail: null,
    href: null,
    rank,
    ...more,
  })
  const address = node('address', 'address', lookup.ip, { detail: candidate.prefix, key: lookup.ip, rank: 1 })
  if (isNetworkSpaceRoute(candidate))
    return [address, node('site', 'virtual network', formatNetworkOfSystemRoute(candidate))]
  const isCircuit = table === 'tables'
  const place = node('instance', isCircuit ? 'path table' : 'gateway', scopeName, {
    detail: isCircuit ? path : instance,
    key: `${scope} ${instance ?? path ?? ''}`,
    href: isCircuit ? `/circuits/${scope}` : `/gateways/${scope}`,
  })
  if (anotherCustomer) return [address, place, node('path', 'path', OTHER_CUSTOMERS_PATH_LABEL)]
  const hop = peer ?? nextHop
  // A route that an instance learned from another instance of its gateway passes that instance, and not an edge router.
  const isInstance = hop !== null && lookup.candidates.some((one) => one.instance === hop)
  const type = isInstance ? 'gateway instance' : candidate.transport === 'er' ? 'MSEE' : 'neighbor'
  const detail = isInstance ? createNextHopNames(lookup, names)(hop) : null
  const neighbor = hop === null ? [] : [node('neighbor', type, hop, { detail })]
  const circuit = circuitId === null ? [] : [createCircuitNode(circuitId, path, rank, names)]
  const end = node('site', 'site', siteOf(lookup.ip, candidate, names))
  return [
    address,
    place,
    ...neighbor,
    ...circuit,
    ...(asPath.length > 0 ? [node('asPath', 'AS path', formatPrefixTrackPath(candidate))] : []),
    end,
  ]
}

/**
 * Returns the name of the site at the end of a route. It is the declared site with a prefix that contains the address.
 * Without such a site, it is the site that Peerwatch learned for the route's circuit. Otherwise it is the AS in which
 * the route originated, or `own network` if the AS path is empty.
 */
function siteOf(
  ip: string,
  { circuitId, ...path }: Pick<LookupCandidate, 'asPath' | 'asPathText' | 'circuitId'>,
  { sites, learnedSites }: PathNames,
): string {
  const address = parseAddress(ip)
  const holds = (text: string) => {
    const prefix = parsePrefix(text)
    return prefix !== null && address !== null && doesPrefixContainAddress(prefix, address)
  }
  const site = sites.find(({ prefixes }) => prefixes.some(holds))
  const learned = learnedSites.find(({ circuits }) => circuitId !== null && circuits.includes(circuitId))
  const origin = groupPrepends(path).at(-1)
  return site?.name ?? (learned && formatSiteName(learned.name)) ?? (origin ? `AS ${origin.text}` : 'own network')
}
