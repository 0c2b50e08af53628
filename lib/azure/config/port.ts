import {
  type DirectType,
  getDirectKind,
  normalizeArmId,
  type PortConfig,
  type PortLinkConfig,
} from '#lib/contract/index.ts'
import { type ArmObjectReader, createArmObject } from './arm-object.ts'

/**
 * Decodes an ExpressRoute Direct port or a LAG of such ports. ARM writes the settings that both have with the same
 * names (ADR 0356). Source: Azure Network REST, ExpressRoutePort and ExpressRouteLag.
 * @param config a port or LAG as ARM lists it, including its links
 */
export function decodePort(type: DirectType, config: unknown): PortConfig {
  const port = createArmObject(config)
  return {
    resource: 'port',
    kind: getDirectKind(type),
    peeringLocation: port.text('peeringLocation'),
    bandwidthGbps: port.positive('bandwidthInGbps'),
    provisionedGbps: port.number('provisionedBandwidthInGbps'),
    encapsulation: port.text('encapsulation'),
    billing: port.text('billingType'),
    provisioningState: port.text('provisioningState'),
    minActivePorts: port.positive('minimumActivePortsRequired'),
    lacpTimer: port.text('lacpTimer'),
    circuitKeys: port.list('circuits').flatMap((circuit) => normalizeArmId(circuit.text('id') ?? '') || []),
    links: port.list('links').map(linkOf),
  }
}

/**
 * Decodes a link of an ExpressRoute Direct port. ARM reports a cipher for every link, so MACsec counts as configured
 * only if the link has keys.
 */
function linkOf(link: ArmObjectReader, index: number): PortLinkConfig {
  const macsec = link.object('macSecConfig')
  const hasKeys = macsec.text('cakSecretIdentifier') !== null || macsec.text('cknSecretIdentifier') !== null
  return {
    name: link.text('name') ?? `link${index + 1}`,
    router: link.text('routerName'),
    interface: link.text('interfaceName'),
    patchPanel: link.text('patchPanelId'),
    rack: link.text('rackId'),
    connector: link.text('connectorType'),
    adminState: link.text('adminState'),
    macsec: hasKeys ? { cipher: macsec.text('cipher'), sci: macsec.text('sciState') } : null,
    members: link.list('members').map((member, n) => ({
      name: member.text('name') ?? `member${n + 1}`,
      interface: member.text('interfaceName'),
      patchPanel: member.text('patchPanelId'),
      rack: member.text('rackId'),
      place: member.text('coloLocation'),
      connector: member.text('connectorType'),
      adminState: member.text('adminState'),
    })),
  }
}
