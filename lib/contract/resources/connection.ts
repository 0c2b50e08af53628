/** How a connection of a gateway is configured; null wherever ARM states nothing. */
export interface ConnectionConfig {
  resource: 'connection'
  /** ARM's word: `ExpressRoute`, `IPsec`, `Vnet2Vnet` */
  type: string | null
  status: string | null
  routingWeight: number | null
  fastPath: boolean | null
  /** keys (`armKey`) of the gateways at its ends */
  gatewayKeys: string[]
  /** key (`armKey`) of the circuit that it connects to; null for another kind of connection */
  circuitKey: string | null
}

/**
 * The routing weight that ranks what comes by a connection: as ARM reported it last. The connection's own poll speaks before the
 * inventory, which is read less often; both read the same property of ARM.
 * @param reported what its own poll reported last; null = nothing, or not as of the moment in question
 * @returns null where neither reports one
 */
export const routingWeightOf = (
  configured: Pick<ConnectionConfig, 'routingWeight'>,
  reported: Pick<ConnectionConfig, 'routingWeight'> | null,
): number | null => reported?.routingWeight ?? configured.routingWeight
