import { decodeResourceConfig, listDisplayedSettings } from '#lib/azure/config/index.ts'
import {
  normalizeArmId,
  armTypes,
  countActivePorts,
  directTypes,
  type EpochMs,
  isDirectType,
  isPortDisabled,
  judgeLagLink,
  type LagLinkState,
  NORMAL_LIGHT_RANGE_DBM,
  type ListParameters,
  parseArmId,
  type PollKind,
  type PortConfig,
  type PortLinkConfig,
} from '#lib/contract/index.ts'
import type { CircuitsEndpointResponse } from '../api/index.ts'
import { readResourcePage, type CurrentMetric } from '#lib/history/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import {
  type ReadableDatabase,
  getSqlExecutor,
  buildFreshnessFields,
  findSupportingPolls,
  readSources,
  pickPageOfList,
} from '#lib/questions/index.ts'

import { readRecentMetrics } from '#lib/sessions/answers/index.ts'

type Port = CircuitsEndpointResponse<'ports'>['data'][number]
type PortLink = Port['links'][number]

const kinds: readonly PollKind[] = ['metrics']
const METRICS = [
  'AdminState',
  'LineProtocol',
  'RxLightLevel',
  'TxLightLevel',
  'PortBitsInPerSecond',
  'PortBitsOutPerSecond',
]

/**
 * Returns ExpressRoute Direct ports and LAGs, ordered by name: their links with light levels and states from Azure
 * Monitor, the members of a LAG's links, and their circuits.
 */
export async function readExpressRoutePortsPage(
  db: ReadableDatabase,
  parameters: ListParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<CircuitsEndpointResponse<'ports'>> {
  const q = getSqlExecutor(db)
  const resources = await readResourcePage(q, { types: [...directTypes, armTypes.circuit] })
  const byKey = new Map(resources.map((resource) => [normalizeArmId(resource.resourceId), resource]))
  const metrics = Map.groupBy(await readRecentMetrics(q, undefined, METRICS, now), ({ scope }) => scope)
  const ports = resources.flatMap((resource): Port[] => {
    if (!isDirectType(resource.type)) return []
    const config = decodeResourceConfig(resource.type, resource.config)
    const own = metrics.get(resource.id) ?? []
    return [
      {
        ...resource,
        ...config,
        lightLimits: NORMAL_LIGHT_RANGE_DBM,
        settings: listDisplayedSettings(resource.type, resource.config),
        links: config.links.map((link) => judgeLink(config, link, own.filter(isOf(link)))),
        circuits: config.circuitKeys.map((key) => {
          const circuit = byKey.get(key)
          const known = circuit && decodeResourceConfig(armTypes.circuit, circuit.config)
          return {
            id: circuit?.id ?? null,
            name: circuit?.name ?? parseArmId(key)?.name ?? key,
            bandwidthMbps: known?.bandwidthMbps ?? null,
          }
        }),
      },
    ]
  })
  const { rows, nextCursor } = pickPageOfList(ports, ({ name, id }) => JSON.stringify([name, id]), parameters)
  const shown = new Set(ports.map(({ id }) => id))
  const sources = (await readSources(q)).filter(({ scope }) => shown.has(scope))
  return { data: rows, ...buildFreshnessFields(findSupportingPolls(sources, kinds, now), now), nextCursor }
}

const isOf =
  ({ name }: PortLinkConfig) =>
  ({ dimensions }: CurrentMetric) =>
    dimensions['link']?.toLowerCase() === name.toLowerCase()

function judgeLink(port: PortConfig, link: PortLinkConfig, metrics: readonly CurrentMetric[]): PortLink {
  const newest = (metric: string) => metrics.filter((one) => one.metric === metric)
  const value = (metric: string) => newest(metric).find(({ average }) => average !== null)?.average ?? null
  const line = value('LineProtocol')
  const [rx, tx] = [lightOf(newest('RxLightLevel')), lightOf(newest('TxLightLevel'))]
  const lineProtocol = line === null ? 'unknown' : line > 0 ? 'up' : 'down'
  return {
    ...link,
    lineProtocol,
    activePorts: countActivePorts(link),
    state: port.kind === 'lag' ? lagStates[judgeLagLink(port, link)] : stateOf(link, lineProtocol, [rx, tx]),
    rx,
    tx,
    bitsInPerSecond: value('PortBitsInPerSecond'),
    bitsOutPerSecond: value('PortBitsOutPerSecond'),
  }
}

/**
 * State of a LAG's link for each state that the configuration of the LAG results in. A link with enough active members
 * (`full`) is `unknown` instead of up, because Azure documents no metrics of LAGs that could confirm it.
 */
const lagStates: Record<LagLinkState, PortLink['state']> = {
  full: 'unknown',
  reduced: 'reduced',
  belowMinimum: 'down',
  disabled: 'disabled',
  unknown: 'unknown',
}

function stateOf(
  { adminState }: PortLinkConfig,
  line: PortLink['lineProtocol'],
  lights: readonly PortLink['rx'][],
): PortLink['state'] {
  if (isPortDisabled(adminState)) return 'disabled'
  if (line !== 'up') return line
  return lights.some((light) => light?.isLow) ? 'degraded' : 'up'
}

/**
 * Returns the lowest light level among the lanes (single fibers) of a link. Lanes without a value are only counted.
 * Null if no lane has a value.
 */
function lightOf(lanes: readonly CurrentMetric[]): PortLink['rx'] {
  const known = lanes.flatMap(({ average, ...lane }) => (average === null ? [] : { ...lane, dbm: average }))
  const [weakest] = known.toSorted((a, b) => a.dbm - b.dbm)
  if (!weakest) return null
  const { dbm, dimensions, at } = weakest
  return {
    dbm,
    lane: dimensions['lane'] ?? null,
    unknownLanes: lanes.length - known.length,
    at,
    isLow: dbm < NORMAL_LIGHT_RANGE_DBM.least,
  }
}
