import { createAzureClient, type HttpExchange, type RawHttpResponse, type RawHttpRequest } from '#lib/azure/index.ts'
import { armTypes, type EpochMs, parseArmId, type PollTarget } from '#lib/contract/index.ts'
import type { JsonObject } from '#lib/azure/decode/json.ts'
import { formatExactJson } from '../exact-text.ts'
import { ImportError, type SavedCommandOutputFile, parseSavedOutput, findSavedTableTarget } from './saved-output.ts'

const ENDPOINT = 'https://management.azure.com'

type Resource = JsonObject & { id: string }

/**
 * Converts saved outputs of the Azure CLI to requests and responses, as if Azure had been polled at one moment.
 * Peerwatch's Azure client sends its usual requests and gets the responses from the files. The data is therefore
 * decoded like real responses.
 * @throws ImportError with the name of the file
 */
export async function importCommandOutputs(
  files: readonly SavedCommandOutputFile[],
  { at, onExchange }: { at: EpochMs; onExchange: (exchange: HttpExchange) => void },
): Promise<{ resources: number; tables: number }> {
  const outputs = files.map(parseSavedOutput)
  const resources = wholeResources(outputs.flatMap((output) => ('resources' in output ? output.resources : [])))
  const tables = outputs
    .flatMap((output) => ('kind' in output ? [output] : []))
    .map((table) => ({ ...table, target: findSavedTableTarget(table, resources) }))
  if (resources.length === 0) {
    throw new ImportError(
      `${files[0]?.name ?? ''}: no file describes a resource: import the output of a show or list command, too`,
    )
  }
  let table: JsonObject | null = null
  const kept: HttpExchange[] = []
  const azure = createAzureClient({
    resourceManagerUrl: ENDPOINT,
    metricsUrl: ENDPOINT,
    subscriptionIds: '*',
    clock: { now: () => at, monotonic: () => performance.now() },
    createCredential: () => ({
      getToken: async () => ({ token: 'import', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }),
    }),
    transport: (request) => answerFrom(resources, table, request),
    onExchange: (exchange) => kept.push({ ...exchange, receivedAt: exchange.sentAt }),
  })
  const ask = async (target: PollTarget, kind: Parameters<typeof azure.poll>[1], file: string) => {
    const { outcome, error } = await azure.poll(target, kind)
    if (outcome !== 'ok')
      throw new ImportError(`${file}: ${error?.detail ?? outcome}: save the command's output again, unchanged`)
  }
  try {
    await azure.listSubscriptions()
    for (const subscriptionId of subscriptionsOf(resources)) {
      await ask({ resourceId: `/subscriptions/${subscriptionId}`, subresource: '' }, 'inventory', files[0]?.name ?? '')
    }
    // Global Reach is left out, because no command of the Azure CLI saves the required responses
    for (const { id } of resources.filter((each) => typeOf(each) === armTypes.connection)) {
      await ask({ resourceId: id, subresource: '' }, 'connection', fileOf(files, id))
    }
    for (const { target, kind, body, file } of tables) {
      table = body
      await ask(target, kind, file)
      table = null
    }
  } finally {
    azure.close()
  }
  for (const exchange of kept) onExchange(exchange)
  return { resources: resources.length, tables: tables.length }
}

const typeOf = ({ id }: Resource): string => parseArmId(id)?.type ?? ''
const fileOf = (files: readonly SavedCommandOutputFile[], id: string): string =>
  files.find(({ text }) => text.includes(id))?.name ?? ''
const subscriptionsOf = (resources: readonly Resource[]): string[] => [
  ...new Set(resources.map(({ id }) => parseArmId(id)?.subscriptionId.toLowerCase() ?? '')),
]

/** Number of parts of an ARM id after it was split at `/`, for a resource that is not inside another resource. */
const OF_ITSELF = 9

/**
 * Returns the resources as ARM lists them. A resource that is inside another one (for example a peering of a circuit)
 * is inserted into the outer resource. If the outer resource was not saved, it is created from the id.
 */
function wholeResources(found: readonly Resource[]): Resource[] {
  const whole = new Map<string, Resource>()
  for (const resource of found)
    if (resource.id.split('/').length === OF_ITSELF) whole.set(resource.id.toLowerCase(), resource)
  for (const inner of found.filter(({ id }) => id.split('/').length > OF_ITSELF)) {
    const segments = inner.id.split('/')
    const id = segments.slice(0, OF_ITSELF).join('/')
    const list = segments[OF_ITSELF] ?? ''
    const holder = whole.get(id.toLowerCase()) ?? {
      id,
      name: segments[OF_ITSELF - 1] ?? '',
      location: '',
      properties: {},
    }
    const properties = (holder.properties ?? {}) as JsonObject
    const inside = Array.isArray(properties[list]) ? properties[list] : []
    const others = inside.filter((each) => String((each as JsonObject).id).toLowerCase() !== inner.id.toLowerCase())
    whole.set(id.toLowerCase(), { ...holder, properties: { ...properties, [list]: [...others, inner] } })
  }
  return [...whole.values()]
}

/**
 * Returns the response that ARM would send to a request, from the saved outputs.
 * @param table saved table or counters with which the next request for a table is answered; null = no such request is
 *   expected
 */
function answerFrom(
  resources: readonly Resource[],
  table: JsonObject | null,
  { method, url }: RawHttpRequest,
): RawHttpResponse {
  const path = decodeURIComponent(new URL(url).pathname)
    .toLowerCase()
    .replace(/(?<!\/)\/+$/, '')
  const segments = path.split('/')
  const [, , subscription = '', , group] = segments
  if (path === '/subscriptions') return found({ value: subscriptionsOf(resources).map(subscriptionRow) })
  if (table !== null && (method === 'POST' || path.endsWith('/stats'))) return found(table)
  if (/^\/subscriptions\/[^/]+\/resourcegroups$/.test(path)) return found({ value: groupRows(resources, subscription) })
  const single = resources.find(({ id }) => id.toLowerCase() === path)
  if (single) return found(single)
  const type = segments.slice(segments.lastIndexOf('providers') + 1).join('/')
  if (method !== 'GET' || type.split('/').length !== 2) return missing(path)
  const isInGroup = segments[3] === 'resourcegroups'
  return found({
    value: resources.filter((each) => {
      const id = parseArmId(each.id)
      const inPlace = id?.subscriptionId.toLowerCase() === subscription
      return inPlace && id?.type === type && (!isInGroup || id.resourceGroup?.toLowerCase() === group)
    }),
  })
}

const subscriptionRow = (subscriptionId: string): JsonObject => ({
  id: `/subscriptions/${subscriptionId}`,
  subscriptionId,
  displayName: subscriptionId,
  state: 'Enabled',
})

function groupRows(resources: readonly Resource[], subscription: string): JsonObject[] {
  const own = resources.flatMap(({ id }) => parseArmId(id) ?? [])
  const names = own
    .filter((id) => id.subscriptionId.toLowerCase() === subscription)
    .map(({ resourceGroup }) => resourceGroup ?? '')
  return [...new Set(names)].map((name) => ({ id: `/subscriptions/${subscription}/resourceGroups/${name}`, name }))
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }
const found = (body: JsonObject): RawHttpResponse => ({ status: 200, headers: JSON_TYPE, body: formatExactJson(body) })
const missing = (path: string): RawHttpResponse => ({
  status: 404,
  headers: JSON_TYPE,
  body: JSON.stringify({ error: { code: 'ResourceNotFound', message: `'${path}' was not saved.` } }),
})
