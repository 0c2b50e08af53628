import { owningResource } from '#lib/contract/vocabulary.ts'

/** What is asked for changes of a circuit or gateway: itself first, then its connections. Those of a hub's gateway are a part of it, and have none of their own. */
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
