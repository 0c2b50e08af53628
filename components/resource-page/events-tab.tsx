import { ChangesPanel } from '../changes/changes-panel.tsx'
import { ResourceEvents } from './parts.tsx'

/** What happened to a circuit or gateway, and what was changed about it and its connections. */
export function EventsTab({
  resource: { id, connections },
  title,
}: {
  resource: { id: string; connections: readonly { id: string }[] }
  title: string
}) {
  return (
    <>
      <ResourceEvents scope={id} title={title} />
      <ChangesPanel scopes={[id, ...connections.map((connection) => connection.id)]} />
    </>
  )
}
