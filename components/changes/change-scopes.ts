import { owningResource } from '#lib/contract/vocabulary.ts'

/**
 * Returns the ids to query for configuration changes of a circuit or gateway: first the resource, then its connections.
 * Connections of a virtual hub's gateway are left out, because their changes are part of the gateway.
 */
export const changeScopes = ({
  id,
  connections,
}: {
  id: string
  connections: readonly { id: string; resourceId: string }[]
}): string[] => [
  id,
  ...connections
    .filter(({ resourceId }) => owningResource(resourceId) === resourceId)
    .map((connection) => connection.id),
]
