/** Subscriptions, resource groups and the smaller lists: route filters, providers. */
import { isShutOut } from '../faults.ts'
import {
  type ArmOperationContext,
  createResourceEtag,
  getResourceGroupOfRequestPath,
  listPlacedResources,
  createResourceNotFoundError,
  createRequestScopeFilter,
  resourceId,
  getSubscriptionOfRequestPath,
} from './context.ts'

/** Azure's offers, as far as the built-in scenarios use them. */
const PROVIDERS = [
  'AT&T Netbond',
  'British Telecom',
  'Colt',
  'Equinix',
  'Liquid Telecom',
  'Megaport',
  'Orange',
] as const
const PEERING_LOCATIONS = ['Amsterdam', 'Dublin', 'Johannesburg', 'London', 'London2', 'Washington DC'] as const

type Subscription = ReturnType<typeof getSubscriptionOfRequestPath>

function subscriptionBody(c: ArmOperationContext, s: Subscription) {
  const home = c.world.scenario.subscriptions[0]?.tenant
  return {
    id: `/subscriptions/${s.id}`,
    authorizationSource: 'RoleBased',
    // another customer's subscription is delegated to the first tenant
    managedByTenants: s.tenant === home ? [] : [{ tenantId: home }],
    subscriptionId: s.id,
    tenantId: s.tenant,
    displayName: s.name,
    state: 'Enabled',
    subscriptionPolicies: {
      locationPlacementId: 'Public_2014-09-01',
      quotaId: 'EnterpriseAgreement_2014-09-01',
      spendingLimit: 'Off',
    },
  }
}

/** Returns the subscriptions in which the caller has a right. */
export const listSubscriptions = (c: ArmOperationContext) =>
  c.world.scenario.subscriptions
    .filter(({ id }) => !isShutOut(c.world, c.at, { subscription: id, principal: c.principal }))
    .map((s) => subscriptionBody(c, s))
export const getSubscription = (c: ArmOperationContext) => subscriptionBody(c, getSubscriptionOfRequestPath(c))

function groupBody(
  subscription: string,
  g: { name: string; location: string; tags: Readonly<Record<string, string>> },
) {
  return {
    id: `/subscriptions/${subscription}/resourceGroups/${g.name}`,
    name: g.name,
    type: 'Microsoft.Resources/resourceGroups',
    location: g.location,
    tags: g.tags,
    properties: { provisioningState: 'Succeeded' },
  }
}

export function answerListResourceGroups(c: ArmOperationContext) {
  const s = getSubscriptionOfRequestPath(c)
  return s.groups.map((g) => groupBody(s.id, g))
}

export const answerGetResourceGroup = (c: ArmOperationContext) =>
  groupBody(getSubscriptionOfRequestPath(c).id, getResourceGroupOfRequestPath(c))

export function listRouteFilters(c: ArmOperationContext) {
  const { world } = c
  return listPlacedResources(c, 'route-filter', world.scenario.routeFilters, () => world.topology.domains[0]).map(
    (f) => {
      const id = resourceId(world, f.group, 'routeFilters', f.name)
      const circuits = world.scenario.circuits.filter((k) =>
        k.peerings.some((p) => p.microsoft?.routeFilter === f.name),
      )
      return {
        name: f.name,
        id,
        etag: createResourceEtag(world, f.name),
        type: 'Microsoft.Network/routeFilters',
        location: f.location ?? world.topology.groups.get(f.group)?.location ?? '',
        tags: f.tags,
        properties: {
          provisioningState: 'Succeeded',
          rules: f.rules.map((r) => ({
            name: r.name,
            id: `${id}/routeFilterRules/${r.name}`,
            etag: createResourceEtag(world, f.name),
            properties: {
              provisioningState: 'Succeeded',
              access: 'Allow',
              routeFilterRuleType: 'Community',
              communities: r.communities,
            },
          })),
          peerings: circuits.map((k) => ({
            id: `${resourceId(world, k.group, 'expressRouteCircuits', k.name)}/peerings/MicrosoftPeering`,
          })),
        },
      }
    },
  )
}

export function getRouteFilter(c: ArmOperationContext) {
  const wanted = (c.params.name ?? '').toLowerCase()
  const found = listRouteFilters(c).find((f) => f.name.toLowerCase() === wanted)
  if (!found) throw createResourceNotFoundError('routeFilters', c.params.name ?? '', c.params.group ?? '')
  return found
}

export const listRouteFilterRules = (c: ArmOperationContext) => getRouteFilter(c).properties.rules

const BANDWIDTHS = [50, 100, 200, 500, 1000, 2000, 5000, 10_000] as const
/** Bandwidths of providers that sell fewer than the others. */
const SOLD_BY: Partial<Record<(typeof PROVIDERS)[number], readonly number[]>> = {
  'Liquid Telecom': [50, 100, 200, 500, 1000],
}

export function answerListResourceProviders(c: ArmOperationContext) {
  getSubscriptionOfRequestPath(c)
  return PROVIDERS.map((name) => ({
    name,
    id: `/subscriptions//resourceGroups//providers/Microsoft.Network/expressRouteServiceProviders/`,
    type: 'Microsoft.Network/expressRouteServiceProviders',
    properties: {
      provisioningState: 'Succeeded',
      peeringLocations: [
        ...new Set([...PEERING_LOCATIONS, ...c.world.scenario.circuits.map((k) => k.peeringLocation)]),
      ],
      bandwidthsOffered: (SOLD_BY[name] ?? BANDWIDTHS).map((valueInMbps) => ({
        offerName: valueInMbps < 1000 ? `${valueInMbps}Mbps` : `${valueInMbps / 1000}Gbps`,
        valueInMbps,
      })),
    },
  }))
}

/** Returns an empty list for types of which this estate has no resources, like ARM after validating the path. */
export function listNone(c: ArmOperationContext): [] {
  createRequestScopeFilter(c)
  return []
}
