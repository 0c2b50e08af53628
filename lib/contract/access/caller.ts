import type { AccessRight, Role } from './rights.ts'
import type { AccessScope } from './scope.ts'

/** User, API token, wall display or anonymous visitor that sent a request, with its rights. */
export interface RequestCaller {
  /** kind of the sender; `wall` = a wall display, `open` = anyone, because sign-in is not required (ACCESS=open) */
  kind: 'person' | 'token' | 'wall' | 'open'
  /** id of the user or token; '' for open access */
  id: string
  /** name of the user or token in acknowledgements, versions and the audit log; `local` for open access */
  name: string
  /** role of the user or token; null for open access, for wall displays, and for a signed-in user without a role */
  role: Role | null
  rights: ReadonlySet<AccessRight>
  scope: AccessScope
  /** id of the session of a signed-in user; the id is not secret */
  session?: string | undefined
}
