/**
 * Table `resourcechanges` of Resource Graph. It contains the changes by configuration happenings, with their author,
 * their client, and the values before and after. Source: "Get resource changes": rows are kept for 14 days, POST
 * actions have no row, and rows appear some time after the change.
 */
import { computeHappeningOccurrenceTimes } from '../consequences.ts'
import { formatIsoTimestamp } from '../duration.ts'
import { generateEffectOccurrences } from '../effect.ts'
import { hash32, hashTextToUnitFraction } from '../hash.ts'
import { getCircuit } from './circuit.ts'
import { type ConfigurationHappening, findGroupOfConfiguredResource } from './configured-group.ts'
import type { ArmOperationContext } from './context.ts'
import { answerGetExpressRouteLag } from './ports.ts'
import { getRouteFilter } from './estate.ts'
import { getConnection, getGateway } from './gateway.ts'
import { getHub } from './hub.ts'
import type { KustoRow } from './kusto.ts'
import { ArmError } from './message.ts'
import { getVnet } from './vnet.ts'

const RETENTION = 14 * 86_400_000
/** Delay from the change to its row in milliseconds: seconds to minutes. */
const LAG = { least: 20_000, most: 180_000 }
/** Paths of live fields, which the table omits ("Never contains live status"). */
const LIVE = /^properties\.(?:connectionStatus|(?:in|e)gressBytesTransferred|tunnelConnectionStatus)/

const TYPES = {
  circuit: ['expressRouteCircuits', getCircuit],
  peering: ['expressRouteCircuits', getCircuit],
  connection: ['connections', getConnection],
  gateway: ['virtualNetworkGateways', getGateway],
  vnet: ['virtualNetworks', getVnet],
  'vnet-peering': ['virtualNetworks', getVnet],
  'route-filter': ['routeFilters', getRouteFilter],
  lag: ['expressRouteLags', answerGetExpressRouteLag],
  'route-map': ['virtualHubs', getHub],
  hub: ['virtualHubs', getHub],
} as const

function placeOf({ world: { scenario, topology } }: ArmOperationContext, h: ConfigurationHappening) {
  return topology.groups.get(findGroupOfConfiguredResource(scenario, h) ?? '') ?? null
}

/**
 * Collects all scalar values of a body by their path.
 * @returns `found`, to which the values were added
 */
function leaves(value: unknown, path: string, found: Map<string, unknown>): Map<string, unknown> {
  if (typeof value !== 'object' || value === null)
    return found.set(path, typeof value === 'bigint' ? String(value) : value)
  for (const [key, inner] of Object.entries(value))
    leaves(inner, Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`, found)
  return found
}

/** Returns a resource's body at a moment; null while it does not exist. */
function bodyAt(
  c: ArmOperationContext,
  h: ConfigurationHappening,
  group: string,
  subscription: string,
  at: number,
): Map<string, unknown> | null {
  const [, handler] = TYPES[h.kind]
  try {
    const made: unknown = handler({ ...c, at, params: { subscription, group, name: h.name } })
    return leaves(made, '', new Map())
  } catch (error) {
    if (error instanceof ArmError) return null
    throw error
  }
}

function differences(
  before: ReadonlyMap<string, unknown> | null,
  after: ReadonlyMap<string, unknown> | null,
): KustoRow {
  const paths = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])
  const changed = [...paths].filter((path) => !LIVE.test(path) && before?.get(path) !== after?.get(path))
  return Object.fromEntries(
    changed.map((path) => [
      path,
      {
        previousValue: before?.get(path) ?? null,
        newValue: after?.get(path) ?? null,
        changeCategory: 'User',
        propertyChangeType: !before?.has(path) ? 'Insert' : !after?.has(path) ? 'Remove' : 'Update',
        isTruncated: 'false',
      },
    ]),
  )
}

function rowOf(c: ArmOperationContext, h: ConfigurationHappening, id: string, at: number): KustoRow[] {
  const group = placeOf(c, h)
  if (!group) return []
  const before = bodyAt(c, h, group.name, group.subscription, at - 1)
  const after = bodyAt(c, h, group.name, group.subscription, at)
  const changes = before && after ? differences(before, after) : {}
  const changeType = before && after ? 'Update' : after ? 'Create' : 'Delete'
  if (changeType === 'Update' && Object.keys(changes).length === 0) return []
  const [type] = TYPES[h.kind]
  const target = `/subscriptions/${group.subscription}/resourceGroups/${group.name}/providers/Microsoft.Network/${type}/${h.name}`
  const guid = c.world.topology.guid(`change/${id}/${at}`)
  const name = `${String(hash32(`${id}/${at}`)).padStart(10, '0')}_${guid}`
  const person = h.caller.includes('@')
  return [
    {
      id: `${target}/providers/Microsoft.Resources/changes/${name}`,
      name,
      type: 'microsoft.resources/changes',
      tenantId: c.world.scenario.subscriptions.find((s) => s.id === group.subscription)?.tenant ?? '',
      kind: '',
      location: '',
      resourceGroup: group.name.toLowerCase(),
      subscriptionId: group.subscription,
      managedBy: '',
      sku: null,
      plan: null,
      properties: {
        changeType,
        targetResourceId: target,
        targetResourceType: `microsoft.network/${type.toLowerCase()}`,
        changeAttributes: {
          changesCount: Object.keys(changes).length,
          // the same ID as in the Activity Log's entries of the change
          correlationId: h.logged ? c.world.topology.guid(`${id}/${at}`) : guid,
          timestamp: formatIsoTimestamp(at),
          previousResourceSnapshotId: c.world.topology.guid(`snapshot/${id}/${at - 1}`),
          newResourceSnapshotId: c.world.topology.guid(`snapshot/${id}/${at}`),
          changedBy: h.logged ? h.caller : 'Unspecified',
          changedByType: !h.logged ? 'System' : person ? 'User' : 'Application',
          clientType: !h.logged ? 'Unspecified' : person ? 'Azure Portal' : 'Azure Resource Manager SDK',
          operation:
            h.operation ?? `microsoft.network/${type.toLowerCase()}/${changeType === 'Delete' ? 'delete' : 'write'}`,
        },
        changes,
      },
    },
  ]
}

/** Returns the rows of those subscriptions that the identity may read. */
export function resourceChanges(c: ArmOperationContext, subscriptions: ReadonlySet<string>): KustoRow[] {
  const from = Math.max(c.at - RETENTION, c.world.timeline.epoch)
  return c.world.timeline.entries.flatMap(({ id, happening }) => {
    if (happening.op !== 'configuration') return []
    if (!subscriptions.has(placeOf(c, happening)?.subscription.toLowerCase() ?? '')) return []
    return [...generateEffectOccurrences(computeHappeningOccurrenceTimes(happening, c.world.origin), from, c.at)]
      .flatMap((o) => [o.from, o.until])
      .filter(
        (at) =>
          at >= from && at + LAG.least + (LAG.most - LAG.least) * hashTextToUnitFraction(`lag/${id}/${at}`) <= c.at,
      )
      .flatMap((at) => rowOf(c, happening, id, at))
  })
}
