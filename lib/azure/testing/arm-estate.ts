import { type TestArmServerReaction, notFound, type OperationStyle } from './arm-behaviour.ts'

/**
 * Data of the test server as plain JSON. Lists, resource groups and GETs of single resources are derived from
 * `resources`. All other responses (diagnostic POSTs, stats, metrics, the Activity Log) are bodies by path.
 */
export interface TestArmInventory {
  subscriptions: { subscriptionId: string; displayName?: string; tenantId?: string; state?: string }[]
  /** ARM bodies; each needs its `id` */
  resources: { id: string; [member: string]: unknown }[]
  /** bodies by path without query, for example `<gateway id>/getBgpPeerStatus` (a POST) or `<circuit id>/stats` */
  bodies: Record<string, unknown>
  /** form of the responses to POSTs; default `location` */
  style?: OperationStyle
  /** number of follow-ups that find an operation still running; default 1 */
  rounds?: number
  /** number of rows per page of a list; by default all rows are on one page */
  pageSize?: number
}

const lower = (text: string) => text.toLowerCase()

/** Returns the response to a request for which the test has no rule. `path` is decoded and has single slashes. */
export function createReactionFromInventory(
  estate: TestArmInventory,
  method: string,
  path: string,
  query: URLSearchParams,
  base: string,
): TestArmServerReaction {
  const known = Object.entries(estate.bodies).find(([key]) => lower(key) === lower(path))
  if (known && method === 'POST') {
    return { do: 'operation', style: estate.style ?? 'location', body: known[1], rounds: estate.rounds ?? 1 }
  }
  if (known) return { do: 'answer', body: known[1] }
  if (method !== 'GET') return notFound(path)
  const rows = listed(estate, path)
  if (rows) return page(rows, estate.pageSize ?? rows.length, path, query, base)
  const resource = estate.resources.find(({ id }) => lower(id) === lower(path))
  return resource ? { do: 'answer', body: resource } : notFound(path)
}

/** Returns the rows of a list; null if the path is not a list. */
function listed(estate: TestArmInventory, path: string): unknown[] | null {
  const segments = path.split('/').slice(1)
  const [subscriptions, subscriptionId, ...rest] = segments
  if (lower(subscriptions ?? '') !== 'subscriptions') return null
  if (subscriptionId === undefined) {
    return estate.subscriptions.map((row) => ({ id: `/subscriptions/${row.subscriptionId}`, state: 'Enabled', ...row }))
  }
  if (!estate.subscriptions.some((row) => lower(row.subscriptionId) === lower(subscriptionId))) return null
  if (lower(rest.join('/')) === 'resourcegroups') return resourceGroups(estate, subscriptionId)
  const inGroup = lower(rest[0] ?? '') === 'resourcegroups'
  const [providers, namespace, type, ...more] = inGroup ? rest.slice(2) : rest
  if (lower(providers ?? '') !== 'providers' || !namespace || !type || more.length > 0) return null
  const prefix = lower(
    inGroup ? `/subscriptions/${subscriptionId}/resourcegroups/${rest[1]}/` : `/subscriptions/${subscriptionId}/`,
  )
  const kind = lower(`/providers/${namespace}/${type}/`)
  return estate.resources.filter(({ id }) => {
    const at = lower(id)
    return at.startsWith(prefix) && at.includes(kind) && !at.split(kind)[1]?.includes('/')
  })
}

function resourceGroups(estate: TestArmInventory, subscriptionId: string): unknown[] {
  const names = new Map<string, string>()
  for (const { id } of estate.resources) {
    const [, , owner, , name] = id.split('/')
    if (owner && name && lower(owner) === lower(subscriptionId)) names.set(lower(name), name)
  }
  return [...names.values()].map((name) => ({
    id: `/subscriptions/${subscriptionId}/resourceGroups/${name}`,
    name,
    location: 'uksouth',
    properties: { provisioningState: 'Succeeded' },
  }))
}

function page(
  rows: unknown[],
  size: number,
  path: string,
  query: URLSearchParams,
  base: string,
): TestArmServerReaction {
  const start = Number(query.get('$skiptoken') ?? 0)
  const end = start + Math.max(1, size)
  if (end >= rows.length) return { do: 'answer', body: { value: rows.slice(start, end) } }
  const next = new URLSearchParams({ 'api-version': query.get('api-version') ?? '', $skiptoken: String(end) })
  return { do: 'answer', body: { value: rows.slice(start, end), nextLink: `${base}${path}?${next.toString()}` } }
}
