import type { Gateway } from '#lib/gateways/api/index.ts'
import { RouteTablePanel } from '../../routes/route-table.tsx'
import { UserRoutes } from '../user-routes.tsx'

/** What the gateway learns and advertises, and what its subnet's own table adds. */
export function GatewayRoutesTab({ gateway: { id, routeServer, routeTable } }: { gateway: Gateway }) {
  return (
    <>
      <UserRoutes table={routeTable} />
      {!routeServer && <RouteTablePanel scope={id} title="Routes" />}
    </>
  )
}
