import type { Gateway } from '#lib/gateways/api/index.ts'
import { ProbesPanel } from '../../probes/probes-panel.tsx'
import { GatewayUserVpn } from '../../hubs/user-vpn.tsx'
import { GatewayLoadPanel } from '../gateway-load.tsx'

/** Tab with the load of the gateway, its VPN users, and the round-trip times through it. */
export function GatewayLoadTab({ gateway }: { gateway: Gateway }) {
  return (
    <>
      {hasLoad(gateway) && <GatewayLoadPanel gateway={gateway} />}
      <GatewayUserVpn gateway={gateway} />
      <ProbesPanel scope={gateway.id} name={gateway.name} />
    </>
  )
}

/**
 * Reports whether the tab shows load data. Azure Monitor reports load for all ExpressRoute gateways; for other
 * gateways, the tab shows it only if values exist.
 */
const hasLoad = ({ kind, load }: Gateway) => kind === 'expressRoute' || (load !== undefined && load.length > 0)
