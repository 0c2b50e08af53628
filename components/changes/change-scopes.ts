import { getTopLevelResourceId } from '#lib/contract/vocabulary.ts'

/**
 * Returns the ids for which a page queries configuration changes of a circuit or gateway: the resource itself, then its
 * connections. Connections of a virtual hub's gateway are left out, because their changes are reported as changes of
 * the gateway.
 */
export const listResourceIdsForChanges = ({
  id,
  connections,
}: {
  id: string
  connections: readonly { id: string; resourceId: string }[]
}): string[] => [
  id,
  ...connections
    .filter(({ resourceId }) => getTopLevelResourceId(resourceId) === resourceId)
    .map((connection) => connection.id),
]
