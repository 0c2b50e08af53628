import type { Gateway } from '#lib/contract/index.ts'
import { ChangesPanel } from '../../changes/changes-panel.tsx'
import { ResourceEvents } from '../../resource-page/parts.tsx'

/** What happened to the gateway, and what was changed about it. */
export function EventsTab({ gateway: { id, connections } }: { gateway: Gateway }) {
  return (
    <>
      <ResourceEvents scope={id} title="Events of this gateway" />
      <ChangesPanel scopes={[id, ...connections.map((connection) => connection.id)]} />
    </>
  )
}
