import EllipsisIcon from 'lucide-react/icons/ellipsis'
import type { Incident } from '#lib/incidents/api/index.ts'
import { formatIncidentTitle } from '../events/incident-text.ts'
import { IconButton } from '../ui/button.tsx'
import { createLazyOverlay } from '../ui/overlay/lazy-overlays.tsx'
import type { IncidentActionsProps } from './incident-actions.tsx'

const Actions = createLazyOverlay<IncidentActionsProps>(() => import('./incident-actions.tsx'))

/** Button with the menu of actions on an incident. The code of the menu is loaded when it is opened. */
export const IncidentMenu = ({ incident }: { incident: Incident }) => (
  <Actions
    incident={incident}
    trigger={
      <IconButton label={`Actions for ${formatIncidentTitle(incident)}`} className="-my-1 shrink-0 print:hidden">
        <EllipsisIcon aria-hidden />
      </IconButton>
    }
  />
)
