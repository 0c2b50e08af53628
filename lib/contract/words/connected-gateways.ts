/** Returns the distinct ids of the known gateways to which a circuit's connections lead. */
export const formatConnectedGateways = ({
  connections,
}: {
  connections: readonly { gatewayId: string | null }[]
}): string[] => [...new Set(connections.flatMap(({ gatewayId }) => gatewayId ?? []))]
