import type { Gateway } from '#lib/gateways/api/index.ts'
import { RouteTablePanel } from '../../routes/route-table.tsx'
import { UserDefinedRoutes } from '../user-routes.tsx'

/**
 * Tab with the routes that the gateway learns and advertises, and the user-defined routes of the subnet in which the
 * gateway is.
 */
export function GatewayRoutesTab({ gateway: { id, routeServer, routeTable } }: { gateway: Gateway }) {
  return (
    <>
      <UserDefinedRoutes table={routeTable} />
      {!routeServer && <RouteTablePanel scope={id} title="Routes" />}
    </>
  )
}
