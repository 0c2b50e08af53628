import { canonicalizePrefix } from '#lib/bgp/index.ts'
import { TextProcessingLimiter } from '#lib/platform/work-budget.ts'
import type { ConfigurationDifference, DifferenceKind } from '../api/router-configuration.ts'
import type { ConfiguredInterface, ConfiguredNeighbor, ConfiguredRouter } from './configured-router.ts'
import type { WantedSession } from './wanted-session.ts'

type Found = Pick<ConfigurationDifference, 'kind' | 'wanted' | 'found'>

/** Result of comparing the configuration of a router with the sessions that a circuit requires. */
interface Comparison {
  differences: ConfigurationDifference[]
  /** Required sessions on paths that are not in the configuration. They may be configured on another router. */
  elsewhere: WantedSession[]
  compared: WantedSession[]
}

/**
 * Maximum number of differences: one for each of 10,000 prefixes (the maximum of a circuit path), on each of two paths.
 */
const LIMITS = {
  differences: {
    max: 20_000,
    message:
      'text: it differs from this circuit in more than 20,000 places: paste the lists of prefixes that are for this circuit',
  },
} as const

/**
 * Compares the configuration of a router with the sessions that a circuit requires. Values that ARM does not report are
 * not compared.
 */
export function compareRouterWithRequiredSessions(
  wanted: readonly WantedSession[],
  router: ConfiguredRouter,
): Comparison {
  const has = ({ neighbor, local }: WantedSession) =>
    router.neighbors.some(({ address }) => address === neighbor) ||
    (router.interfaces ?? []).some(({ addresses }) => addresses.some(({ address }) => address === local))
  const isHere = (session: WantedSession) =>
    wanted.some((one) => one.peering === session.peering && one.path === session.path && has(one))
  const compared = wanted.filter(isHere)
  const budget = new TextProcessingLimiter(LIMITS)
  return {
    compared,
    elsewhere: wanted.filter((session) => !isHere(session)),
    differences: compared.flatMap((session) =>
      [...linkDifferences(session, router), ...sessionDifferences(session, router)].map((found) => {
        budget.spend('differences')
        return {
          peering: session.peering,
          path: session.path,
          family: session.family,
          neighbor: session.neighbor,
          ...found,
          words: words[found.kind](found, session),
        }
      }),
    ),
  }
}

function* linkDifferences(session: WantedSession, { interfaces }: ConfiguredRouter): Generator<Found> {
  if (interfaces === null) return
  const at = interfaces.find(({ addresses }) => addresses.some(({ address }) => address === session.local))
  if (!at) {
    yield { kind: 'address', wanted: `${session.local}/${session.length}`, found: null }
    return
  }
  const length = at.addresses.find(({ address }) => address === session.local)?.length ?? null
  yield* differs('prefix_length', session.length, length)
  yield* tagDifferences(session, at)
  if (at.isShut) yield { kind: 'interface_shut', wanted: 'on', found: 'shutdown' }
}

function* tagDifferences({ vlan, outerVlan }: WantedSession, at: ConfiguredInterface): Generator<Found> {
  if (vlan !== null) yield* differs('vlan', vlan, at.vlan)
  if (outerVlan !== null) yield* differs('outer_vlan', outerVlan, at.outerVlan)
}

function* sessionDifferences(session: WantedSession, router: ConfiguredRouter): Generator<Found> {
  const neighbor = router.neighbors.find(({ address }) => address === session.neighbor)
  if (!neighbor) {
    yield { kind: 'neighbor', wanted: session.neighbor, found: null }
    return
  }
  yield* differs('remote_asn', session.remoteAsn, neighbor.remoteAsn)
  const own = neighbor.localAsn ?? router.asn
  if (session.localAsn !== null && own !== null) yield* differs('local_asn', session.localAsn, own)
  if (neighbor.isShut) yield { kind: 'neighbor_shut', wanted: 'on', found: 'shutdown' }
  if (!neighbor.families.has(session.family))
    yield { kind: 'family', wanted: `IPv${session.family} unicast`, found: null }
  if (session.md5 === 'set' && !neighbor.password) yield { kind: 'md5', wanted: 'a key', found: null }
  // do not compare BFD for GoBGP (interfaces null), because GoBGP does not support it
  if (session.bfd && router.interfaces !== null && !neighbor.bfd)
    yield { kind: 'bfd', wanted: '300 ms x 3', found: null }
  if (router.interfaces !== null) yield* policyDifferences(session, neighbor)
}

function* policyDifferences(
  { announced, prepends, prepended }: WantedSession,
  { out }: ConfiguredNeighbor,
): Generator<Found> {
  if (out === null) {
    yield { kind: 'no_filter', wanted: 'a list of prefixes', found: null }
  } else if (announced && out.prefixes) {
    const let_ = new Set(out.prefixes.map(canonical))
    const meant = new Set(announced.map(canonical))
    for (const prefix of meant) if (!let_.has(prefix)) yield { kind: 'not_let_out', wanted: prefix, found: null }
    for (const prefix of let_) if (!meant.has(prefix)) yield { kind: 'let_out', wanted: null, found: prefix }
  }
  // if prefixes have different numbers of prepends, only the largest number is compared
  const most = prepends ?? prepended?.at(-1)?.times ?? null
  if (most !== null) yield* differs('prepends', most, out?.prepends ?? 0)
}

const canonical = (prefix: string): string => canonicalizePrefix(prefix) ?? prefix

function* differs(kind: DifferenceKind, wanted: number, found: number | null): Generator<Found> {
  if (found !== wanted) yield { kind, wanted: String(wanted), found: found === null ? null : String(found) }
}

const none = (text: string | null): string => text ?? 'none'

const words: Record<DifferenceKind, (found: Found, session: WantedSession) => string> = {
  address: ({ wanted }) => `No interface has ${wanted}, the router’s end of the link.`,
  prefix_length: ({ wanted, found }, { local }) => `${local} has the length /${none(found)}; the link is a /${wanted}.`,
  vlan: ({ wanted, found }) => `The VLAN (C-tag) is ${none(found)}; the peering has ${wanted}.`,
  outer_vlan: ({ wanted, found }) => `The outer VLAN (S-tag) is ${none(found)}; the circuit has ${wanted}.`,
  interface_shut: (_, { local }) => `The interface with ${local} is shut down.`,
  neighbor: ({ wanted }) => `The neighbor ${wanted}, Microsoft’s edge router, is not configured.`,
  remote_asn: ({ wanted, found }, { neighbor }) =>
    `The neighbor ${neighbor} has AS ${none(found)}; Azure’s is ${wanted}.`,
  local_asn: ({ wanted, found }, { neighbor }) =>
    `The router speaks to ${neighbor} as AS ${none(found)}; the peering expects ${wanted}.`,
  neighbor_shut: (_, { neighbor }) => `The neighbor ${neighbor} is shut down.`,
  family: ({ wanted }, { neighbor }) => `The neighbor ${neighbor} is not active for ${wanted}.`,
  md5: (_, { neighbor }) =>
    `The peering has an MD5 key; the neighbor ${neighbor} has none, so the session can’t come up.`,
  bfd: (_, { neighbor }) =>
    `The neighbor ${neighbor} runs no BFD: a silent loss takes up to the hold time (180 s) instead of about 1 s.`,
  no_filter: (_, { neighbor }) =>
    `Nothing filters what is announced to ${neighbor}: more prefixes than the circuit takes end the session.`,
  not_let_out: ({ wanted }, { peering }) =>
    `${wanted} is not let out; ${isMicrosoft(peering) ? 'the peering declares it' : 'Azure has it from this router now'}.`,
  let_out: ({ found }, { peering }) =>
    `${found} is let out; ${isMicrosoft(peering) ? 'the peering does not declare it' : 'Azure does not have it from this router now'}.`,
  prepends: ({ wanted, found }) =>
    `The router’s ASN is prepended ${none(found)} times; Azure learned it ${wanted} times more than once.`,
}

const isMicrosoft = (peering: string): boolean => peering.toLowerCase().startsWith('microsoft')
