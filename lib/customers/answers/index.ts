import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { findOwnershipSource } from '#lib/azure/config/index.ts'
import type { CustomersEndpointResponse } from '../api/index.ts'
import {
  armTypes,
  type CustomerRules,
  findCustomer,
  type EpochMs,
  isDirectType,
  isIncidentOngoing,
  isSameCustomer,
  type ListParameters,
  type PollKind,
  findOwningResource,
} from '#lib/contract/index.ts'
import {
  listIncidents,
  readCustomerRules,
  readSubscriptionDetails,
  readSubscriptionNames,
  getSharedIds,
} from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  type ReadableDatabase,
  getSqlExecutor,
  pickPageOfList,
  type EstateTopology,
  buildFreshnessFields,
  findSupportingPolls,
  readSources,
} from '#lib/questions/index.ts'

import { readIncidentRoots } from '#lib/incidents/answers/index.ts'
import { readBgpSessionsWithVerdicts } from '#lib/sessions/answers/index.ts'

const kinds: readonly PollKind[] = ['peers', 'summary']

/**
 * Returns a page of customers, sorted by name. The last entry has no name and contains the resources without a
 * customer. A gateway that the caller shares with other customers is in no entry.
 */
export async function listCustomers(
  db: ReadableDatabase,
  parameters: ListParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<CustomersEndpointResponse<'customers'>> {
  const q = getSqlExecutor(db)
  const rules = await readCustomerRules(q)
  const { sessions, estate: seen } = await readBgpSessionsWithVerdicts(q, undefined, now)
  const shared = getSharedIds(q)
  const estate = { ...seen, gateways: seen.gateways.filter(({ resource }) => !shared.has(resource.id)) }
  const owners = ownersIn(estate, rules, shared)
  const incidents = await openIncidentScopes(q)
  const subscriptions = await readSubscriptionNames(q)
  const listed = await readSubscriptionDetails(q)
  const names = new Map<string, string | null>()
  for (const name of [...rules.customers.map((declared) => declared.name), ...owners.values()])
    names.set(name?.toLowerCase() ?? '', name)
  const customers = [...names.values()].map((name) => {
    const isOwn = (id: string) => isSameCustomer(owners.get(id) ?? null, name)
    const declared = rules.customers.find((one) => isSameCustomer(one.name, name))
    const circuits = estate.circuits.map(({ resource }) => resource).filter(({ id }) => isOwn(id))
    const gateways = estate.gateways.map(({ resource }) => resource).filter(({ id }) => isOwn(id))
    const ports = [...estate.byKey.values()].filter(({ id, type }) => isDirectType(type) && isOwn(id))
    const ids = new Set([
      ...(declared?.subscriptions ?? []),
      ...[...circuits, ...gateways, ...ports].map(({ subscriptionId }) => subscriptionId.toLowerCase()),
    ])
    const verdicts = sessions.filter((one) => isOwn(findOwningResource(one))).map(({ verdict }) => verdict)
    const count = (...wanted: typeof verdicts) => verdicts.filter((verdict) => wanted.includes(verdict)).length
    return {
      name,
      connect: declared?.connect ?? null,
      subscriptions: [...ids].toSorted().map((id) => ({
        id,
        name: subscriptions.get(id) ?? null,
        tenantId: listed.get(id)?.tenantId ?? null,
      })),
      circuits,
      gateways,
      sessions: {
        up: count('up'),
        down: count('down'),
        unknown: count('unknown'),
        other: count('disabled', 'never_established', 'not_reported'),
      },
      openIncidents: incidents.filter(isOwn).length,
    }
  })
  const { rows, nextCursor } = pickPageOfList(
    customers,
    ({ name }) => JSON.stringify([name === null, name ?? '']),
    parameters,
  )
  const polls = findSupportingPolls(await readSources(q), kinds, now)
  return { data: rows, ...buildFreshnessFields(polls, now), nextCursor }
}

/**
 * Returns the customer of each circuit, gateway, connection, hub, ExpressRoute Direct port and LAG by short ID; null =
 * it has no customer.
 */
function ownersIn(
  { circuits, gateways, connections, byKey }: EstateTopology,
  rules: CustomerRules,
  shared: ReadonlySet<string>,
): Map<string, string | null> {
  const others = [...byKey.values()].filter(
    ({ id, type }) => (type === armTypes.virtualHub || isDirectType(type)) && !shared.has(id),
  )
  const resources = [...[...circuits, ...gateways, ...connections].map(({ resource }) => resource), ...others]
  return new Map(resources.map((resource) => [resource.id, findCustomer(findOwnershipSource(resource, byKey), rules)]))
}

/** Maximum number of open incidents that are read. It equals the largest page of incidents. */
const MAX_INCIDENTS = 1_000

async function openIncidentScopes(q: SqlExecutor): Promise<string[]> {
  const { rows } = await listIncidents(q, { open: true, limit: MAX_INCIDENTS })
  return (await readIncidentRoots(q, rows)).filter(isIncidentOngoing).map(({ scope }) => scope)
}
