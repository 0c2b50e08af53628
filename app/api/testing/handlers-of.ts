import { table } from '#lib/table.ts'
import { type PathHandlers, pathsOf } from '../_http/dispatch.ts'

export const PATHS = pathsOf(table)

/** What answers a path below `/api/v1`, as tests ask it; parameters in braces. A method that the path does not take is undefined. */
export function handlersOf(path: string): Required<PathHandlers> {
  const handlers = PATHS[path]
  if (!handlers) throw new Error(`no room answers ${path}`)
  return handlers as Required<PathHandlers>
}
