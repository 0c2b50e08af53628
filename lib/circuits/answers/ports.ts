import { decodeConfig, settingsOf } from '#lib/azure/config/index.ts'
import {
  armKey,
  armTypes,
  type EpochMs,
  LIGHT_LIMITS,
  type ListParameters,
  parseArmId,
  type PollKind,
  type PortConfig,
  type PortLinkConfig,
} from '#lib/contract/index.ts'
import type { Port, PortLink, ResponseOf } from '../api/index.ts'
import { listResources, type MetricNow, type ResourceView } from '#lib/history/index.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import { type Db, queryable, ageOf, pollsUnder, readSources, pageOfList, iso } from '#lib/questions/index.ts'

import { recentMetrics } from '#lib/sessions/answers/index.ts'

const kinds: readonly PollKind[] = ['metrics']
const METRICS = [
  'AdminState',
  'LineProtocol',
  'RxLightLevel',
  'TxLightLevel',
  'PortBitsInPerSecond',
  'PortBitsOutPerSecond',
]

/** ExpressRoute Direct ports by name: their links with light and state as Azure Monitor reported last, and the circuits on them. */
export async function listPorts(
  db: Db,
  parameters: ListParameters,
  now: EpochMs = databaseNow(),
): Promise<ResponseOf<'ports'>> {
  const q = queryable(db)
  const resources = await listResources(q, { types: [armTypes.port, armTypes.circuit] })
  const byKey = new Map(resources.map((resource) => [armKey(resource.resourceId), resource]))
  const metrics = Map.groupBy(await recentMetrics(q, undefined, METRICS, now), ({ scope }) => scope)
  const ports = resources.flatMap((resource) => {
    const config = resource.type === armTypes.port ? decodeConfig(armTypes.port, resource.config) : null
    return config ? [portView(resource, config, metrics.get(resource.id) ?? [], byKey)] : []
  })
  const { rows, nextCursor } = pageOfList(ports, ({ name, id }) => JSON.stringify([name, id]), parameters)
  const shown = new Set(ports.map(({ id }) => id))
  const sources = (await readSources(q)).filter(({ scope }) => shown.has(scope))
  return { data: rows, ...ageOf(pollsUnder(sources, kinds, now), now), nextCursor }
}

function portView(
  { id, resourceId, name, subscriptionId, resourceGroup, location, config: stated }: ResourceView,
  config: PortConfig,
  metrics: readonly MetricNow[],
  byKey: ReadonlyMap<string, ResourceView>,
): Port {
  const { resource: _, circuitKeys, links, ...facts } = config
  return {
    id,
    resourceId,
    name,
    subscriptionId,
    resourceGroup,
    location,
    ...facts,
    lightLimits: LIGHT_LIMITS,
    settings: settingsOf(armTypes.port, stated),
    links: links.map((link) => linkView(link, metrics.filter(isOf(link)))),
    circuits: circuitKeys.map((key) => {
      const circuit = byKey.get(key)
      const known = circuit && decodeConfig(armTypes.circuit, circuit.config)
      return {
        id: circuit?.id ?? null,
        name: circuit?.name ?? parseArmId(key)?.name ?? key,
        bandwidthMbps: known?.bandwidthMbps ?? null,
      }
    }),
  }
}

const isOf =
  ({ name }: PortLinkConfig) =>
  ({ dimensions }: MetricNow) =>
    dimensions['link']?.toLowerCase() === name.toLowerCase()

function linkView(link: PortLinkConfig, metrics: readonly MetricNow[]): PortLink {
  const newest = (metric: string) => metrics.filter((one) => one.metric === metric && one.average !== null)
  const value = (metric: string) => newest(metric)[0]?.average ?? null
  const line = value('LineProtocol')
  const [rx, tx] = [lightOf(newest('RxLightLevel')), lightOf(newest('TxLightLevel'))]
  const lineProtocol = line === null ? 'unknown' : line > 0 ? 'up' : 'down'
  return {
    ...link,
    lineProtocol,
    state: stateOf(link, lineProtocol, [rx, tx]),
    rx,
    tx,
    bitsInPerSecond: value('PortBitsInPerSecond'),
    bitsOutPerSecond: value('PortBitsOutPerSecond'),
  }
}

function stateOf(
  { adminState }: PortLinkConfig,
  line: PortLink['lineProtocol'],
  lights: readonly PortLink['rx'][],
): PortLink['state'] {
  if (adminState?.toLowerCase() === 'disabled') return 'disabled'
  if (line !== 'up') return line
  return lights.some((light) => light?.isLow) ? 'degraded' : 'up'
}

/** Of several lanes the weakest. */
function lightOf(lanes: readonly MetricNow[]): PortLink['rx'] {
  const [weakest] = lanes.toSorted((a, b) => (a.average ?? 0) - (b.average ?? 0))
  if (!weakest || weakest.average === null) return null
  const { average: dbm, dimensions, at } = weakest
  return { dbm, lane: dimensions['lane'] ?? null, at: iso(at), isLow: dbm < LIGHT_LIMITS.least }
}
