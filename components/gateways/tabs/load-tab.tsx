import type { Gateway } from '#lib/gateways/api/index.ts'
import { ProbesPanel } from '../../probes/probes-panel.tsx'
import { GatewayLoadPanel } from '../gateway-load.tsx'

/** How busy the gateway is, and how long it takes to what it carries. */
export function LoadTab({ gateway }: { gateway: Gateway }) {
  return (
    <>
      {hasLoad(gateway) && <GatewayLoadPanel gateway={gateway} />}
      <ProbesPanel scope={gateway.id} name={gateway.name} />
    </>
  )
}

/** Azure Monitor reports the load of ExpressRoute gateways only. */
const hasLoad = ({ kind, load }: Gateway) => kind === 'expressRoute' || (load !== undefined && load.length > 0)
