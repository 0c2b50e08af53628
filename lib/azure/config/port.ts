import { armKey, type PortConfig, type PortLinkConfig } from '#lib/contract/index.ts'
import { type ArmObject, armObject } from './arm-object.ts'

/** @param config an ExpressRoute Direct port as ARM lists it, its links inside. Source: Azure Network REST, ExpressRoutePort. */
export function decodePort(config: unknown): PortConfig {
  const port = armObject(config)
  return {
    resource: 'port',
    peeringLocation: port.text('peeringLocation'),
    bandwidthGbps: port.positive('bandwidthInGbps'),
    provisionedGbps: port.number('provisionedBandwidthInGbps'),
    encapsulation: port.text('encapsulation'),
    billing: port.text('billingType'),
    provisioningState: port.text('provisioningState'),
    circuitKeys: port.list('circuits').flatMap((circuit) => armKey(circuit.text('id') ?? '') || []),
    links: port.list('links').map(linkOf),
  }
}

/** ARM prints a cipher for every link: keys are what encrypts. */
function linkOf(link: ArmObject, index: number): PortLinkConfig {
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
  }
}
