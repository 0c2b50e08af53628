/** POST /providers/Microsoft.ResourceGraph/resources, with the tables `resourcechanges` and `resources`. */
import { z } from 'zod'
import type { ArmOperationContext } from './context.ts'
import { type KustoRow, runQuery } from './kusto.ts'
import { ArmError } from './message.ts'
import { resourceChanges } from './resource-changes.ts'

const MAX_ROWS = 1_000

const question = z.object({
  query: z.string(),
  subscriptions: z.array(z.string()).optional(),
  options: z
    .object({
      $top: z.int().min(1).max(MAX_ROWS).default(MAX_ROWS),
      $skipToken: z
        .string()
        .regex(/^\d+@\d+$/)
        .optional(),
    })
    .prefault({}),
})

/** Returns the rows of the table `resources`, with circuits, hubs and the resources of other types. */
function resources({ world }: ArmOperationContext, subscriptions: ReadonlySet<string>): KustoRow[] {
  const { circuits, hubs, others } = world.scenario
  const rows = [
    ...circuits.map((one) => ({ ...one, type: 'Microsoft.Network/expressRouteCircuits', of: [] })),
    ...hubs.map((one) => ({ ...one, type: 'Microsoft.Network/virtualHubs', of: [] })),
    ...others,
  ]
  return rows.flatMap(({ name, group, type, of, location }) => {
    const place = world.topology.groups.get(group)
    if (!place || !subscriptions.has(place.subscription.toLowerCase())) return []
    const id = `/subscriptions/${place.subscription}/resourceGroups/${group}/providers/${type}/${name}`
    return [{ id, name, type: type.toLowerCase(), location: location ?? place.location, properties: { of } }]
  })
}

/**
 * Answers a query.
 * @throws ArmError 400 for an invalid query, 403 if the profile refuses Resource Graph
 */
export function resourceGraph(c: ArmOperationContext) {
  if (c.memory.profile.graph?.refused)
    throw new ArmError(
      403,
      'AuthorizationFailed',
      "The client does not have authorization to perform action 'Microsoft.ResourceGraph/resources/read' over scope '/providers/Microsoft.ResourceGraph' or the scope is invalid.",
    )
  let input: unknown
  try {
    input = JSON.parse(c.body)
  } catch {
    throw new ArmError(400, 'BadRequest', 'The body is not JSON.')
  }
  const parsed = question.safeParse(input)
  if (!parsed.success) throw new ArmError(400, 'BadRequest', parsed.error.issues.map((i) => i.message).join(' '))
  const { query, options, subscriptions = c.world.scenario.subscriptions.map((s) => s.id) } = parsed.data
  // all pages are answered for the moment of the first one, so that new rows do not shift later pages
  const [skip = 0, asOf = c.at] = (options.$skipToken ?? '').split('@').filter(Boolean).map(Number)
  const wanted = new Set(subscriptions.map((s) => s.toLowerCase()))
  const rows = runQuery(
    query,
    { resourcechanges: () => resourceChanges({ ...c, at: asOf }, wanted), resources: () => resources(c, wanted) },
    asOf,
  )
  const data = rows.slice(skip, skip + options.$top)
  const end = skip + data.length
  return {
    totalRecords: rows.length,
    count: data.length,
    data,
    facets: [],
    resultTruncated: 'false',
    ...(end < rows.length ? { $skipToken: `${end}@${asOf}` } : {}),
  }
}
