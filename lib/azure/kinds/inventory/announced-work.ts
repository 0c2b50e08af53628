import { isGatewayType, type PollOutcome } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { decodeRowsWithSchema } from '../../decode/decode.ts'
import { acceptEmptyAsNull, armTextSchema, armTextOrNullSchema } from '../../decode/fields.ts'
import { isJsonObject, type ExactJson, type JsonObject } from '../../decode/json.ts'
import { classifyRequestError } from '../../call/classify-failure.ts'
import { fetchListRows } from '../../call/paging.ts'
import type { UnreadRowCounter } from '../../decode/unread-row-counter.ts'
import type { ResourceListRequest } from './optional-list.ts'
import { createArmBodySchema, createArmRowSchema, findListMember, getArmMember } from '../../decode/members.ts'

export const HEALTH_API_VERSION = '2024-02-01'
export const MAINTENANCE_API_VERSION = '2023-04-01'
/**
 * Maximum age in milliseconds of an announcement of planned work. Work is announced weeks ahead, and Azure may not
 * update the announcement before the work begins.
 */
const ANNOUNCED_MS = 90 * MS_PER_DAY

/** Pattern for the names of the Azure services whose planned work is listed. */
const OF_NETWORK = /expressroute|vpn gateway|virtual wan|virtual network|network infrastructure|route server/i

/** Schema of a Service Health event. Source: Azure Resource Health REST, Events - List By Subscription Id. */
const event = createArmRowSchema({
  name: armTextSchema,
  properties: createArmBodySchema({
    eventType: armTextOrNullSchema,
    eventSubType: armTextOrNullSchema,
    status: armTextOrNullSchema,
  }),
})

/**
 * Lists planned work on network services and announced retirements of such services, from Service Health. Each event
 * contains the resources that it affects according to Azure.
 */
export async function fetchServiceHealthEvents(
  asked: ResourceListRequest,
  unread: UnreadRowCounter,
): Promise<ExactJson[]> {
  const { call, arm, id, atPace } = asked
  const place = `/subscriptions/${id.subscriptionId}/providers/Microsoft.ResourceHealth/events`
  const since = new Date(call.now() - ANNOUNCED_MS)
  const query = new URLSearchParams({
    'api-version': HEALTH_API_VERSION,
    // Azure's documentation has this date format
    queryStartTime: `${since.getUTCMonth() + 1}/${since.getUTCDate()}/${since.getUTCFullYear()}`,
  })
  const rows = await atPace(() => fetchListRows(call, arm, `${place}?${query.toString()}`))
  const planned = decodeRowsWithSchema(event, rows, 'value', unread).filter(
    ({ properties }) =>
      isAnnounced(properties.eventType, properties.eventSubType) &&
      OF_NETWORK.test(servicesOf(properties as JsonObject)),
  )
  const own = planned.map(async ({ name, properties }) => ({
    id: `${place}/${encodeURIComponent(name)}`,
    name,
    properties: shown(properties as JsonObject),
    impactedResourceIds: await fetchImpactedResources(asked, `${place}/${encodeURIComponent(name)}`, unread),
  }))
  return Promise.all(own)
}

/**
 * Reports whether a Service Health event is planned maintenance or the announcement of a retirement. Source: Azure
 * Resource Health REST 2024-02-01, EventTypeValues and EventSubTypeValues.
 */
const isAnnounced = (type: string | null, subType: string | null) =>
  type?.toLowerCase() === 'plannedmaintenance' ||
  (type?.toLowerCase() === 'healthadvisory' && subType?.toLowerCase() === 'retirement')

const objectsIn = (object: JsonObject, name: string): JsonObject[] => findListMember(object, name).filter(isJsonObject)

const servicesOf = (properties: JsonObject): string =>
  objectsIn(properties, 'impact')
    .map((one) => String(getArmMember(one, 'impactedService')))
    .join(' ')

/**
 * Returns the members of an event that are stored. Members that change whenever Azure edits the announcement's text are
 * left out, because each edit would be recorded as a change of configuration.
 */
const shown = (properties: JsonObject): JsonObject => ({
  ...picked(properties, ['title', 'status', 'impactStartTime', 'impactMitigationTime']),
  // events without this member were stored before it was read; adding it as null would change them
  ...(getArmMember(properties, 'eventSubType') ? picked(properties, ['eventSubType']) : {}),
  impact: objectsIn(properties, 'impact').map((one) => ({
    ...picked(one, ['impactedService']),
    impactedRegions: objectsIn(one, 'impactedRegions').map((region) => picked(region, ['impactedRegion'])),
  })),
})

const picked = (object: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(names.map((name) => [name, getArmMember(object, name) ?? null]))

/**
 * Outcomes of a failed request for the affected resources. A failure with one of these outcomes would occur again at
 * every poll.
 */
const REFUSALS: ReadonlySet<PollOutcome> = new Set(['forbidden', 'not_found', 'malformed'])

/**
 * Returns the ARM ids of the resources that an event affects. The result is empty for most events. Null = Azure refuses
 * the list, so that the resources are unknown. After any other failure the function throws, so that the stored events
 * remain unchanged until the next poll. Source: Azure Resource Health REST, Impacted Resources - List By Subscription Id
 * And Event Id.
 */
async function fetchImpactedResources(
  { call, arm, atPace }: ResourceListRequest,
  place: string,
  unread: UnreadRowCounter,
): Promise<string[] | null> {
  try {
    const rows = await atPace(() =>
      fetchListRows(call, arm, `${place}/impactedResources?api-version=${HEALTH_API_VERSION}`),
    )
    const resource = createArmRowSchema({ properties: createArmRowSchema({ targetResourceId: armTextOrNullSchema }) })
    return decodeRowsWithSchema(resource, rows, 'value', unread)
      .flatMap(({ properties }) => properties.targetResourceId ?? [])
      .toSorted()
  } catch (error) {
    if (REFUSALS.has(classifyRequestError(error, call).outcome)) return null
    throw error
  }
}

/**
 * Schema of a maintenance configuration. Source: Azure Maintenance REST, Maintenance Configurations - List, and
 * Configuration Assignments - List.
 */
const configuration = createArmRowSchema({
  id: armTextSchema,
  name: armTextOrNullSchema,
  properties: createArmBodySchema({
    extensionProperties: acceptEmptyAsNull(createArmBodySchema({ maintenanceSubScope: armTextOrNullSchema })),
    maintenanceWindow: acceptEmptyAsNull(createArmBodySchema({})),
  }),
})
const assignment = createArmRowSchema({
  properties: createArmRowSchema({ maintenanceConfigurationId: armTextOrNullSchema }),
})

/**
 * Lists the maintenance configurations for gateways, with the gateways of this subscription to which they are assigned.
 * If there are any, the assignments are requested for each gateway.
 */
export async function fetchMaintenanceConfigs(
  { call, arm, id, known, atPace }: ResourceListRequest,
  unread: UnreadRowCounter,
): Promise<ExactJson[]> {
  const version = `api-version=${MAINTENANCE_API_VERSION}`
  const list = `/subscriptions/${id.subscriptionId}/providers/Microsoft.Maintenance/maintenanceConfigurations?${version}`
  const rows = decodeRowsWithSchema(configuration, await atPace(() => fetchListRows(call, arm, list)), 'value', unread)
  const own = rows.filter(
    ({ properties }) =>
      properties.extensionProperties?.maintenanceSubScope?.toLowerCase() === 'networkgatewaymaintenance',
  )
  if (own.length === 0) return []
  const assigned = await Promise.all(
    known
      .filter(({ type }) => isGatewayType(type))
      .map(async ({ resourceId }) => {
        const url = `${resourceId}/providers/Microsoft.Maintenance/configurationAssignments?${version}`
        const found = decodeRowsWithSchema(
          assignment,
          await atPace(() => fetchListRows(call, arm, url)),
          'value',
          unread,
        )
        return found
          .flatMap(({ properties }) => properties.maintenanceConfigurationId ?? [])
          .map((to) => ({ resourceId, to }))
      }),
  )
  return own.map(({ id: own, name, properties: { maintenanceWindow } }) => ({
    id: own,
    name,
    properties: { maintenanceWindow: (maintenanceWindow ?? null) as ExactJson },
    assignedToIds: assigned
      .flat()
      .filter(({ to }) => to.toLowerCase() === own.toLowerCase())
      .map(({ resourceId }) => resourceId),
  }))
}
