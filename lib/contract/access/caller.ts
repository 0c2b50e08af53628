import type { Right, Role } from './rights.ts'
import type { AccessScope } from './scope.ts'

/** Who sends a request. */
export interface Caller {
  /** open = nobody signs in (ACCESS=open) */
  kind: 'person' | 'token' | 'wall' | 'open'
  /** of the user or token; '' = open */
  id: string
  /** as acknowledgements, versions and the audit name him; `local` = open */
  name: string
  /** null = none, as of open access, walls, and who is signed in without a role */
  role: Role | null
  rights: ReadonlySet<Right>
  scope: AccessScope
  /** id of the session of a person who signed in; it is no secret */
  session?: string | undefined
}
