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

/** Bundlers may instantiate this module more than once. */
const KEY = Symbol.for('peerwatch.access.assumed-caller')
type Holder = { [KEY]?: Caller | null }

/** Who sends a request. */
export function callerOf(_headers: Headers): Caller {
  return (globalThis as Holder)[KEY] ?? OPEN_CALLER
}

/** Tests ask handlers without a front: whom they then are. The product never calls it. */
export function assumeCaller(caller: Caller | null): void {
  ;(globalThis as Holder)[KEY] = caller
}
