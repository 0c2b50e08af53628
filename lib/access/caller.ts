import { type Caller, RIGHTS } from '#lib/contract/index.ts'

/** Rights that nobody has without signing in: they would outlast the open access. */
const NEVER_OPEN = new Set(['tokens', 'users'])

/** Whoever reaches the web where access is open. */
export const OPEN_CALLER: Caller = {
  kind: 'open',
  id: '',
  name: 'local',
  role: null,
  rights: new Set(RIGHTS.filter((right) => !NEVER_OPEN.has(right))),
  scope: 'everything',
}

/** Who sends a request. */
export function callerOf(_headers: Headers): Caller {
  return OPEN_CALLER
}
