/** ExpressRoute Direct ports and LAGs, in ARM's format (ExpressRoutePorts_* and ExpressRouteLags_*). */
import type { ExpressRoutePortSpec } from '../schema.ts'
import {
  type ArmOperationContext,
  createResourceEtag,
  listPlacedResources,
  createResourceNotFoundError,
  resourceId,
} from './context.ts'

const LINKS = ['link1', 'link2']

/** Returns ARM's name of the resource type of a port or LAG. */
export const typeOfPort = ({ lag }: Pick<ExpressRoutePortSpec, 'lag'>) =>
  lag ? 'expressRouteLags' : 'expressRoutePorts'

function bodyOf(c: ArmOperationContext, p: ExpressRoutePortSpec) {
  const { world } = c
  const type = typeOfPort(p)
  const id = resourceId(world, p.group, type, p.name)
  const circuits = world.scenario.circuits.filter((k) => k.port === p.name)
  const adminState = (part: string) => (p.disabled.includes(part) ? 'Disabled' : 'Enabled')
  const place = (n: number) => ({ patchPanelId: `PP:0${n + 1}:0123`, rackId: `A2${n}`, connectorType: 'LC' })
  return {
    name: p.name,
    id,
    etag: createResourceEtag(world, p.name),
    type: `Microsoft.Network/${type}`,
    location: p.location ?? world.topology.groups.get(p.group)?.location ?? '',
    tags: p.tags,
    properties: {
      provisioningState: 'Succeeded',
      resourceGuid: world.topology.guid(`resource/${p.name}`),
      peeringLocation: p.peeringLocation,
      bandwidthInGbps: p.gbps,
      provisionedBandwidthInGbps: circuits.reduce((sum, k) => sum + k.bandwidthMbps / 1000, 0),
      encapsulation: p.lag ? 'QinQ' : 'Dot1Q',
      billingType: 'MeteredData',
      mtu: p.lag ? '4088' : '1500',
      etherType: '0x8100',
      allocationDate: p.lag ? '7/3/2026 5:28:06 PM' : 'Friday, July 3, 2026',
      ...(p.lag && {
        numberOfPorts: p.lag.members,
        minimumActivePortsRequired: p.lag.minActive,
        lacpTimer: p.lag.timer,
      }),
      circuits: circuits.map((k) => ({ id: resourceId(world, k.group, 'expressRouteCircuits', k.name) })),
      links: LINKS.map((link, n) => ({
        name: link,
        id: `${id}/links/${link}`,
        properties: {
          provisioningState: 'Succeeded',
          routerName: `${p.router}-${n + 1}`,
          adminState: adminState(link),
          ...(p.lag
            ? {
                interfaceName: 'ae',
                members: Array.from({ length: p.lag.members }, (_, at) => ({
                  name: `member${at + 1}`,
                  id: `${id}/links/${link}/members/member${at + 1}`,
                  type: 'Microsoft.Network/expressRouteLags/links/members',
                  properties: {
                    provisioningState: 'Succeeded',
                    interfaceName: `HundredGigE0/${n}/0/${at}`,
                    ...place(n),
                    // ARM does not state the colocation of a member
                    coloLocation: '',
                    adminState: adminState(`${link}/member${at + 1}`),
                  },
                })),
              }
            : { interfaceName: `HundredGigE0/0/0/${n}`, ...place(n), coloLocation: p.peeringLocation }),
          macSecConfig: {
            cipher: 'GcmAes256',
            sciState: 'Disabled',
            ...(p.macsec && {
              cknSecretIdentifier: 'https://kv-edge.vault.azure.net/secrets/ckn',
              cakSecretIdentifier: 'https://kv-edge.vault.azure.net/secrets/cak',
            }),
          },
        },
      })),
    },
  }
}

const listBy = (isLag: boolean) => (c: ArmOperationContext) =>
  listPlacedResources(c, isLag ? 'lag' : 'port', c.world.scenario.ports, () => c.world.topology.domains[0])
    .filter(({ lag }) => (lag !== undefined) === isLag)
    .map((port) => bodyOf(c, port))

export const answerListExpressRoutePorts = listBy(false)
export const answerListExpressRouteLags = listBy(true)

const getBy = (isLag: boolean) => (c: ArmOperationContext) => {
  const wanted = (c.params.name ?? '').toLowerCase()
  const found = listBy(isLag)(c).find((p) => p.name.toLowerCase() === wanted)
  if (!found)
    throw createResourceNotFoundError(
      isLag ? 'expressRouteLags' : 'expressRoutePorts',
      c.params.name ?? '',
      c.params.group ?? '',
    )
  return found
}

export const answerGetExpressRoutePort = getBy(false)
export const answerGetExpressRouteLag = getBy(true)
export const answerListExpressRoutePortLinks = (c: ArmOperationContext) => answerGetExpressRoutePort(c).properties.links
