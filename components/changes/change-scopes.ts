import { owningResource } from '#lib/contract/vocabulary.ts'

/**
 * Returns the scopes to query for configuration changes of a circuit or gateway: first the resource, then its
 * connections. Connections of a virtual hub's gateway are part of the gateway and have no changes of their own.
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
