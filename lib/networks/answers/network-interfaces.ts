import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import { armTypes, type EpochMs, formatPollOutcome, parseArmId } from '#lib/contract/index.ts'
import type { NetworkToEncode } from '../api/index.ts'
import type { RoutesEndpointResponse } from '#lib/routes/api/index.ts'
import { isFreshnessUsable } from '#lib/detection/index.ts'
import { readResourcePage, countPrefixesInTables, readCoveringRoutes, type SourceStatus } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { getLastGoodTime, judgePollFreshness, readSources } from '#lib/questions/index.ts'

const types = [armTypes.networkInterface]

/**
 * Returns the network interfaces whose effective routes are polled because operators chose them, with the state of
 * these routes. The interfaces are grouped by the ARM ID of their network, in the form that `armKey` returns.
 */
export async function readInterfacesByNetwork(
  q: SqlExecutor,
  now: EpochMs,
): Promise<Map<string, NetworkToEncode['interfaces']>> {
  const resources = await readResourcePage(q, { types })
  if (resources.length === 0) return new Map()
  const sizes = await countPrefixesInTables(q, { scopes: resources.map(({ id }) => id), kinds: ['effective'] })
  const polled = (await readSources(q)).filter(({ poll }) => poll.kind === 'effective')
  const interfaces = resources.flatMap(({ id, resourceId, name, config }) => {
    const { networkKey, machine, subnet, addresses } = decodeResourceConfig(armTypes.networkInterface, config)
    if (networkKey === null) return []
    const source = polled.find(({ scope }) => scope === id)
    const prefixes = sizes.find(({ scope }) => scope === id)?.prefixes ?? null
    return [
      { id, resourceId, name, machine, subnet, addresses, prefixes, ...howRead(machine, source, now), networkKey },
    ]
  })
  return Map.groupBy(interfaces, ({ networkKey }) => networkKey)
}

type HowRead = Pick<NetworkToEncode['interfaces'][number], 'state' | 'reason' | 'readAt'>

function howRead(machine: string | null, source: SourceStatus | undefined, now: EpochMs): HowRead {
  if (machine === null) {
    return {
      state: 'unknown',
      reason: 'It is attached to no virtual machine: Azure has no effective routes of it.',
      readAt: null,
    }
  }
  if (source === undefined) return { state: 'unknown', reason: 'It was not polled yet.', readAt: null }
  const { poll } = source
  const readAt = getLastGoodTime(poll)
  const freshness = judgePollFreshness(poll, now)
  const reason = whyNot(poll)
  if (isFreshnessUsable(freshness)) return { state: freshness === 'fresh' ? 'current' : 'late', reason, readAt }
  return { state: 'unknown', reason: reason ?? 'Its polls are late.', readAt }
}

/** Returns the reason why the last poll failed; null if it succeeded at least in part, or if there was no poll. */
function whyNot({ lastOutcome, lastStartedAt, error }: SourceStatus['poll']): string | null {
  if (lastStartedAt === null || lastOutcome === 'ok' || lastOutcome === 'incomplete') return null
  const said = error ? `: ${error.detail} (${error.code})` : '.'
  return lastOutcome === 'not_polled'
    ? `Azure has effective routes only while the virtual machine runs${said}`
    : `${formatPollOutcome(lastOutcome)}${said}`
}

interface Question {
  /** the IP address in canonical form */
  ip: string
  at: EpochMs | undefined
  /** short ID of one network interface; undefined = all */
  scope: string | undefined
  /** sources of all kinds of polls */
  sources: readonly SourceStatus[]
}

/**
 * Returns for each chosen network interface the effective route that Azure uses for an address, which is the active
 * route with the longest prefix. The route shows how Azure handles packets that leave this interface. The route lookup
 * does not use it to rank paths.
 */
export async function findInterfaceRoutes(
  q: SqlExecutor,
  { ip, at, scope, sources }: Question,
  now: EpochMs,
): Promise<RoutesEndpointResponse<'routeLookup'>['data']['interfaces']> {
  const polled = sources.filter(({ poll }) => poll.kind === 'effective')
  if (polled.length === 0) return []
  const readAt = new Map(polled.map(({ sourceId, poll }) => [sourceId, getLastGoodTime(poll)]))
  const usable = new Set(
    polled.filter(({ poll }) => isFreshnessUsable(judgePollFreshness(poll, now))).map(({ sourceId }) => sourceId),
  )
  const rows = await readCoveringRoutes(q, { address: ip, scope, at: at ?? null, kinds: ['effective'] })
  const seen = rows.filter(
    ({ known, state, sourceId }) =>
      known !== 'unknown' && state?.toLowerCase() === 'active' && (at !== undefined || usable.has(sourceId)),
  )
  if (seen.length === 0) return []
  const networks = await networkNames(q, at)
  return [...Map.groupBy(seen, ({ sourceId }) => sourceId).values()].flatMap((own) => {
    // rows are sorted by the length of their prefix, longest first
    const [first] = own
    if (!first) return []
    const used = own.filter(({ prefix, peer }) => prefix === first.prefix && peer === first.peer)
    return [
      {
        scope: first.scope,
        scopeName: first.scopeName,
        network: networks.get(first.scope) ?? null,
        prefix: first.prefix,
        source: first.peer,
        nextHopType: first.origin,
        nextHops: used.flatMap(({ nextHop }) => nextHop ?? []),
        readAt: at === undefined ? (readAt.get(first.sourceId) ?? null) : null,
        known: used.some(({ known }) => known === 'indeterminate') ? ('indeterminate' as const) : ('observed' as const),
      },
    ]
  })
}

async function networkNames(q: SqlExecutor, at: EpochMs | undefined): Promise<Map<string, string>> {
  const resources = await readResourcePage(q, { types, ...(at !== undefined && { at }) })
  return new Map(
    resources.flatMap(({ id, config }) => {
      const { networkKey } = decodeResourceConfig(armTypes.networkInterface, config)
      const name = parseArmId(networkKey ?? '')?.name
      return name === undefined ? [] : [[id, name] as const]
    }),
  )
}
