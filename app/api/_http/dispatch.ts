import { pathPattern } from '#lib/contract/index.ts'
import { publicRoute, type RouteContext } from './handler.ts'
import { noSuchResource, problemResponse } from './problem-response.ts'

type Handler = (request: Request, context: RouteContext) => Promise<Response>

/** A module that answers one path: one function for each method that the path takes. */
export type PathHandlers = { readonly [Method in 'GET' | 'POST' | 'PUT' | 'DELETE']?: Handler }

/**
 * One route of Next for many paths, since each route of its own takes a share of the build and of the web's memory (ADR 0192). Who may
 * ask is the matter of each path's handler.
 * @param folder what all paths begin with
 * @param paths by the path below the folder, parameters in braces; of two that match, the one without a parameter answers
 * @returns answers 404 to a path that is not there, 405 to a method that a path does not take, and 400 to one with a broken escape
 */
export function dispatcher(
  folder: string,
  paths: Readonly<Record<string, PathHandlers>>,
): (request: Request) => Promise<Response> {
  const withParameters = Object.entries(paths)
    .filter(([path]) => path.includes('{'))
    .map(([path, handlers]) => ({ pattern: pathPattern(path), handlers }))

  function find(path: string): { handlers: PathHandlers; parameters: Record<string, string> } | null {
    const exact = Object.hasOwn(paths, path) && !path.includes('{') ? paths[path] : undefined
    if (exact) return { handlers: exact, parameters: {} }
    for (const { pattern, handlers } of withParameters) {
      const groups = pattern.exec(path)?.groups
      if (groups) return { handlers, parameters: groups }
    }
    return null
  }

  return publicRoute(async (request) => {
    const found = find(new URL(request.url).pathname.slice(folder.length))
    if (!found) return noSuchResource(request)
    const { handlers, parameters } = found
    const method = request.method === 'HEAD' ? 'GET' : request.method
    const handler = Object.hasOwn(handlers, method) ? handlers[method as keyof PathHandlers] : undefined
    if (!handler) {
      const methods = Object.keys(handlers)
      return problemResponse(405, `${request.method} is not possible here: send ${methods.join(' or ')}.`, request, {
        allow: methods.join(', '),
      })
    }
    const decoded = decodeAll(parameters)
    if (!decoded) return problemResponse(400, 'The path has a % that begins no escape: send it as %25.', request)
    return handler(request, { params: Promise.resolve(decoded) })
  })
}

/** Parameters without percent escapes; null = one of them is none. */
function decodeAll(parameters: Readonly<Record<string, string>>): Record<string, string> | null {
  try {
    return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, decodeURIComponent(value)]))
  } catch {
    return null
  }
}
