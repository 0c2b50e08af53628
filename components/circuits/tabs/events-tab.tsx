import type { Circuit } from '#lib/contract/index.ts'
import { ChangesPanel } from '../../changes/changes-panel.tsx'
import { ResourceEvents } from '../../resource-page/parts.tsx'

/** What happened to the circuit, and what was changed about it. */
export function EventsTab({ circuit: { id, connections } }: { circuit: Circuit }) {
  return (
    <>
      <ResourceEvents scope={id} title="Events of this circuit" />
      <ChangesPanel scopes={[id, ...connections.map((connection) => connection.id)]} />
    </>
  )
}
