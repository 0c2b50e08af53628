import type { Incident } from '#lib/incidents/api/index.ts'
import { CopyButton } from '../ui/copy-button.tsx'

/** Button that copies the address of an incident's page. */
export const CopyIncidentLink = ({ id }: Pick<Incident, 'id'>) => (
  <CopyButton
    className="justify-self-start"
    text={() => `${window.location.origin}/incidents/${encodeURIComponent(id)}`}
    label="Copy the link"
  >
    Copy link
  </CopyButton>
)
