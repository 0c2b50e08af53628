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
