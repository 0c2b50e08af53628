import {
  compareRouterWithRequiredSessions,
  type ConfiguredRouter,
  createReportedNeighbor,
  type LearnedRoute,
  parseRouterConfiguration,
  renderConfiguration,
  listUnknownSessionFields,
  type WantedSession,
  listWantedSessions,
} from '../rules/index.ts'
import type { RoutersEndpointResponse, RoutersCommandResult, RouterConfigurationParameters } from '../api/index.ts'
import { normalizeArmId, type CircuitPath, circuitPaths, type EpochMs, type PollKind } from '#lib/contract/index.ts'
import { readRoutesAtMoment } from '#lib/history/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  type CircuitResource,
  type ReadableDatabase,
  buildFreshnessFields,
  isSameIgnoringCase,
  getLastGoodTime,
  pickPollsOfKinds,
  getSqlExecutor,
  readSources,
  readTopology,
  resolveCircuit,
  type EstateTopology,
} from '#lib/questions/index.ts'
import { getMatchedLink, readRouterData } from './routers.ts'

/** Kinds of polls that show which prefixes the customer advertises and how often its ASN is prepended. */
const kinds: readonly PollKind[] = ['tables']
/**
 * Maximum number of routes that are read for a circuit path. It is twice the number that an MSEE accepts on a Premium
 * circuit.
 */
const MAX_ROUTES = 20_000

interface WantedPath {
  peering: string
  path: CircuitPath
  sessions: WantedSession[]
  learnedAt: EpochMs | null
}

/**
 * Returns a configuration for the customer's routers that matches Azure's side of a circuit. Also returns the
 * differences between this configuration and the sessions that the routers report to Peerwatch.
 */
export async function getRouterConfiguration(
  db: ReadableDatabase,
  id: string,
  { software, port }: RouterConfigurationParameters,
): Promise<RoutersEndpointResponse<'routerConfiguration'>> {
  const q = getSqlExecutor(db)
  const now = getDatabaseNow()
  const { scope, name, wanted, sources } = await wantedPaths(q, id)
  return {
    data: {
      software,
      paths: wanted.map(({ sessions, learnedAt, ...place }) => ({
        ...place,
        text: renderConfiguration(software, name, port, sessions),
        unknown: listUnknownSessionFields(sessions),
        learnedAt,
      })),
      reported: await reportedDifferences(q, scope, wanted, now),
    },
    ...buildFreshnessFields(pickPollsOfKinds(sources, kinds), now),
  }
}

/**
 * Compares a configuration that a user pasted with the configuration that Azure's side of a circuit requires. The
 * pasted text is not stored or logged.
 */
export async function compareRouterConfiguration(
  q: SqlExecutor,
  id: string,
  text: string,
): Promise<RoutersCommandResult<'compareRouterConfiguration'>> {
  const { wanted } = await wantedPaths(q, id)
  const { differences, compared, elsewhere } = compareRouterWithRequiredSessions(
    wanted.flatMap(({ sessions }) => sessions),
    parseRouterConfiguration(text),
  )
  return { data: { differences, compared: placesOf(compared), elsewhere: placesOf(elsewhere) } }
}

/** Returns the circuit paths of the sessions, each once. */
const placesOf = (sessions: readonly WantedSession[]) => [
  ...new Map(sessions.map(({ peering, path }) => [`${peering}/${path}`, { peering, path }])).values(),
]

async function wantedPaths(q: SqlExecutor, id: string) {
  const { id: scope } = await resolveCircuit(q, id)
  const estate = await readTopology(q)
  const circuit = estate.circuits.find(({ resource }) => resource.id === scope)
  const sources = await readSources(q, scope)
  const outerVlan = circuit ? outerVlanOf(circuit, estate) : null
  const wanted: WantedPath[] = []
  for (const peering of circuit?.config.peerings ?? []) {
    for (const path of circuitPaths) {
      const subresource = `${peering.name}/${path}`
      const source = sources.find(
        (one) => one.poll.kind === 'tables' && isSameIgnoringCase(one.subresource, subresource),
      )
      const learnedAt = source ? getLastGoodTime(source.poll) : null
      const learned = learnedAt === null ? null : await learnedOn(q, scope, subresource)
      const sessions = listWantedSessions(peering, path, { outerVlan, learned })
      if (sessions.length > 0) wanted.push({ peering: peering.name, path, sessions, learnedAt })
    }
  }
  return { scope, name: circuit?.resource.name ?? scope, wanted, sources }
}

async function learnedOn(q: SqlExecutor, scope: string, subresource: string): Promise<LearnedRoute[]> {
  const { rows } = await readRoutesAtMoment(q, { scope, at: null, kinds: ['tables'], subresource, limit: MAX_ROUTES })
  return rows.flatMap(({ prefix, nextHop, asPath }) => (nextHop === null ? [] : [{ prefix, nextHop, asPath }]))
}

/**
 * Returns the outer VLAN tag that the customer sets on an ExpressRoute Direct port with QinQ encapsulation; null for
 * other ports.
 * Source: Azure documentation, "About ExpressRoute Direct", VLAN tagging.
 */
function outerVlanOf({ config }: CircuitResource, { ports }: EstateTopology): number | null {
  const encapsulation = config.portId === null ? null : ports.get(normalizeArmId(config.portId))?.encapsulation
  return encapsulation?.toLowerCase() === 'qinq' ? config.stag : null
}

/**
 * Compares the sessions that routers report by BMP with the sessions that the circuit requires. Only addresses and ASNs
 * are compared, because BMP reports nothing else of the configuration.
 */
async function reportedDifferences(q: SqlExecutor, circuitId: string, wanted: readonly WantedPath[], now: EpochMs) {
  const { sessions, joins, routers } = await readRouterData(q, now)
  return sessions.flatMap(({ id, routerId, protocol, neighbor, localAsn, neighborAsn }) => {
    const link = getMatchedLink(joins.get(id))
    if (protocol !== 'bmp' || link?.circuitId !== circuitId || neighbor === null) return []
    const session = wanted.flatMap((path) => path.sessions).find((one) => one.neighbor === neighbor)
    if (!session) return []
    const reported: ConfiguredRouter = {
      asn: localAsn,
      interfaces: null,
      neighbors: [createReportedNeighbor(neighbor, neighborAsn ?? session.remoteAsn)],
    }
    const { peering, path } = session
    return {
      peering,
      path,
      routerName: routers.find((one) => one.id === routerId)?.name || null,
      differences: compareRouterWithRequiredSessions([session], reported).differences,
    }
  })
}
