import { capabilityTable } from '#lib/table.ts'
import { type HandlersByMethod, createPathHandlers } from '../_http/dispatch.ts'

export const PATHS = createPathHandlers(capabilityTable)

/**
 * Returns the handlers of a path below `/api/v1` (with parameters in braces) for tests. A method that the path does not
 * accept is undefined.
 */
export function handlersOf(path: string): Required<HandlersByMethod> {
  const handlers = PATHS[path]
  if (!handlers) throw new Error(`no room answers ${path}`)
  return handlers as Required<HandlersByMethod>
}
