/** The ids of the gateways that a circuit's connections lead to, as far as they are known, each once. */
export const connectedGateways = ({
  connections,
}: {
  connections: readonly { gatewayId: string | null }[]
}): string[] => [...new Set(connections.flatMap(({ gatewayId }) => gatewayId ?? []))]
