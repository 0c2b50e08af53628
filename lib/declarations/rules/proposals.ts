import { DEFAULT_ROUTES, parsePrefix, parsePrefixes, type IpPrefix, PrefixTrie } from '#lib/bgp/index.ts'
import type { Declarations, DeclaredSite } from '#lib/contract/index.ts'
import { formatBitRate } from '#lib/contract/words/rates.ts'
import type { DeclarationProposal } from '../api/index.ts'

/**
 * A prefix that the customer's router announced, in the route table of a circuit's private peering or of a VPN connection
 * of a hub. `circuit` is the id of the {@link CircuitForProposals}.
 */
export interface PrefixOfCustomer {
  circuit: string
  prefix: string
  /** last ASN of the shortest AS path */
  origin: number
}

/** A circuit, or a VPN connection of a hub. Proposals are derived from its location and its traffic. */
export interface CircuitForProposals {
  id: string
  name: string
  /**
   * Location and provider of a circuit, or the circuit's name if its location is unknown. For a VPN connection, it is
   * the VPN site.
   */
  place: string
  /** mean traffic of both directions in the last hour in bit/s; null = unknown */
  bitsPerSecond: number | null
}

/** An established session of a customer's router that no router reports. */
export interface SessionUnreportedByRouter {
  circuit: string
  path: string
  router: string
  asn: number | null
}

/**
 * MAX_SITE_PREFIXES: maximum number of prefixes of a proposed site. MAX_WATCHED_PREFIXES: maximum number of its
 * prefixes that are proposed to be watched.
 */
const MAX_SITE_PREFIXES = 1_000
const MAX_WATCHED_PREFIXES = 100
/**
 * Minimum traffic in bit/s of a circuit for proposing to watch its prefixes. Keepalives and BFD cause less traffic than
 * this.
 */
const MIN_CARRIED_BPS = 100_000

interface Group {
  name: string
  circuits: CircuitForProposals[]
  origin: number
  prefixes: string[]
}

/**
 * Returns proposals that follow from observed data (ADR 0374): sites from the locations and ASNs of announced prefixes,
 * watched prefixes of circuits that carry traffic, and reports of the routers whose sessions are established. Facts
 * that are already declared are left out.
 */
export function proposeDeclarations(
  announced: readonly PrefixOfCustomer[],
  circuits: readonly CircuitForProposals[],
  unreported: readonly SessionUnreportedByRouter[],
  declared: Pick<Declarations, 'sites' | 'watched'>,
): DeclarationProposal[] {
  const groups = groupByPlaceAndOrigin(announced, circuits)
  const ofOneSite = findPrefixesOfOneSite(groups, declared.sites)
  return [
    ...groups.flatMap((group) => proposeSite(group, ofOneSite, declared.sites)),
    ...groups.flatMap((group) => proposeWatched(group, declared.watched)),
    ...proposeReports(unreported),
  ]
}

/**
 * Groups prefixes by the circuits on which they are announced and by their origin ASN. A prefix with several origin
 * ASNs is left out, and so is a default route.
 */
function groupByPlaceAndOrigin(
  announced: readonly PrefixOfCustomer[],
  circuits: readonly CircuitForProposals[],
): Group[] {
  const groups = new Map<string, Group>()
  for (const [prefix, rows] of Map.groupBy(announced, (row) => row.prefix)) {
    const [origin, ...others] = new Set(rows.map((row) => row.origin))
    if (origin === undefined || others.length > 0 || DEFAULT_ROUTES.has(prefix)) continue
    const own = circuits.filter(({ id }) => rows.some(({ circuit }) => circuit === id))
    const place = [...new Set(own.map((circuit) => circuit.place))].toSorted().join(' + ')
    const name = `${place}, AS${origin}`
    const key = `${own
      .map(({ id }) => id)
      .toSorted()
      .join()} ${origin}`
    const group = groups.get(key) ?? { name, circuits: own, origin, prefixes: [] }
    group.prefixes.push(prefix)
    groups.set(key, group)
  }
  const all = [...groups.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  // circuits in the same place may have several groups, and the names of the groups must differ
  return all.map((group) => {
    const isShared = all.some((other) => other !== group && other.name === group.name)
    return isShared ? { ...group, name: `${group.name}, ${formatNames(group)}` } : group
  })
}

const formatNames = ({ circuits }: Pick<Group, 'circuits'>) =>
  circuits
    .map(({ name }) => name)
    .toSorted()
    .join(', ')
const formatCount = (count: number) => (count === 1 ? '1 prefix' : `${count} prefixes`)

/**
 * Returns the prefixes that can belong to a new site. An address belongs to only one site. Two kinds of prefixes are
 * therefore left out: prefixes of a declared site, and prefixes that contain a prefix of another group or of a declared
 * site. For the second kind, it is not clear to which site the addresses belong.
 */
function findPrefixesOfOneSite(groups: readonly Group[], sites: readonly DeclaredSite[]): ReadonlySet<string> {
  const announced = groups.flatMap((group) =>
    group.prefixes.flatMap((text) => {
      const prefix = parsePrefix(text)
      return prefix ? [{ prefix, text, group }] : []
    }),
  )
  const declared = parsePrefixes(sites.flatMap(({ prefixes }) => prefixes))
  const announcedTrie = PrefixTrie.from(announced.map((one) => [one.prefix, one] as const))
  const declaredTrie = PrefixTrie.from(declared.map((prefix) => [prefix, true] as const))
  const ofOneSite = new Set(
    announced.filter(({ prefix }) => listCovering(declaredTrie, prefix).length === 0).map(({ text }) => text),
  )
  for (const { prefix, group } of [...announced, ...declared.map((prefix) => ({ prefix, group: null }))])
    for (const { value } of listCovering(announcedTrie, prefix)) if (value.group !== group) ofOneSite.delete(value.text)
  return ofOneSite
}

/** Returns the entries of a trie whose prefixes contain a prefix or are equal to it. */
const listCovering = <T>(trie: PrefixTrie<T>, { family, bits, length }: IpPrefix) =>
  trie.matches({ family, value: bits }).filter(({ prefix }) => prefix.length <= length)

function proposeSite(
  group: Group,
  ofOneSite: ReadonlySet<string>,
  sites: readonly DeclaredSite[],
): DeclarationProposal[] {
  const prefixes = group.prefixes.filter((text) => ofOneSite.has(text))
  const isNamed = sites.some(({ name }) => name === group.name)
  if (prefixes.length === 0 || prefixes.length > MAX_SITE_PREFIXES || isNamed) return []
  return [
    {
      id: `site ${group.name}`,
      kind: 'site',
      title: `Declare the site ${group.name}`,
      effect: 'A lost or changed path to its prefixes raises an event of the site.',
      evidence: [
        `${formatNames(group)}: the customer’s routers announce ${formatCount(prefixes.length)} from AS${group.origin}.`,
      ],
      sites: [{ name: group.name, prefixes: prefixes.toSorted(), home: null, routers: [] }],
      watched: [],
    },
  ]
}

function proposeWatched(group: Group, watched: Declarations['watched']): DeclarationProposal[] {
  const carrying = group.circuits.filter(({ bitsPerSecond }) => (bitsPerSecond ?? 0) >= MIN_CARRIED_BPS)
  const known = new Set(watched.map(({ prefix }) => prefix))
  const prefixes = group.prefixes.filter((text) => !known.has(text))
  if (carrying.length === 0 || prefixes.length === 0 || group.prefixes.length > MAX_WATCHED_PREFIXES) return []
  return [
    {
      id: `watched ${group.name}`,
      kind: 'watched',
      title: `Watch ${formatCount(prefixes.length)} of ${group.name}`,
      effect: 'Every announcement, withdrawal and path change of these prefixes raises an event.',
      evidence: carrying.map(
        ({ name, bitsPerSecond }) => `${name} carried ${formatBitRate(bitsPerSecond ?? 0)} in the last hour.`,
      ),
      sites: [],
      watched: prefixes.toSorted().map((prefix) => ({ prefix, note: group.name.slice(0, 200) })),
    },
  ]
}

function proposeReports(sessions: readonly SessionUnreportedByRouter[]): DeclarationProposal[] {
  if (sessions.length === 0) return []
  return [
    {
      id: 'reports',
      kind: 'reports',
      title: 'Let the customer’s routers report by BMP, BGP and log',
      effect: 'A lost session or a changed announcement is reported within seconds, with the reason.',
      evidence: sessions.map(
        ({ circuit, path, router, asn }) =>
          `${circuit}, ${path}: the session with ${router}${asn === null ? '' : ` (AS${asn})`} is established, and no router reports it.`,
      ),
      sites: [],
      watched: [],
    },
  ]
}
