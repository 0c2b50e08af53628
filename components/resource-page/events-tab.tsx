import { ChangesPanel } from '../changes/changes-panel.tsx'
import { changeScopes } from '../changes/change-scopes.ts'
import { ResourceEvents } from './parts.tsx'

/** What happened to a circuit or gateway, and what was changed about it and its connections. */
export function EventsTab({ resource, title }: { resource: Parameters<typeof changeScopes>[0]; title: string }) {
  return (
    <>
      <ResourceEvents scope={resource.id} title={title} />
      <ChangesPanel scopes={changeScopes(resource)} />
    </>
  )
}
