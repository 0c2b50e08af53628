import { mergedCapabilityOfAllFeatures } from '#lib/table.ts'
import { type HandlersByMethod, createPathHandlers } from '../_http/dispatch.ts'

export const API_PATH_HANDLERS = createPathHandlers(mergedCapabilityOfAllFeatures)

/**
 * Returns the handlers of a path below `/api/v1` (with parameters in braces) for tests. A method that the path does not
 * accept is undefined.
 */
export function getHandlersOfPath(path: string): Required<HandlersByMethod> {
  const handlers = API_PATH_HANDLERS[path]
  if (!handlers) throw new Error(`no room answers ${path}`)
  return handlers as Required<HandlersByMethod>
}
