import { compilePathPattern } from '#lib/contract/index.ts'
import type { FeatureCapability } from '#lib/questions/index.ts'
import {
  createCommandHandler,
  type RouteHandler,
  createNonJsonHandler,
  createPublicHandler,
  createQueryHandler,
} from './handler.ts'
import { createUnknownPathResponse, createProblemResponse } from './problem-response.ts'

/** Handlers of one path, one for each method that the path accepts. */
export type HandlersByMethod = { [Method in 'GET' | 'POST' | 'PUT' | 'DELETE']?: RouteHandler }

/**
 * Returns a handler that serves many API paths from one Next route. Separate routes would make the build larger and
 * take more memory (ADR 0192). The handler of each path checks the caller's rights.
 * @param folder prefix of all paths
 * @param paths handlers by the path below the folder, with parameters in braces; if two paths match, the path without a
 *   parameter is used
 * @returns a handler that responds with 404 to an unknown path, 405 to a method that a path does not accept, and 400 to
 *   a path with an invalid percent escape
 */
export function createApiPathDispatcher(
  folder: string,
  paths: Readonly<Record<string, HandlersByMethod>>,
): (request: Request) => Promise<Response> {
  const withParameters = Object.entries(paths)
    .filter(([path]) => path.includes('{'))
    .map(([path, handlers]) => ({ pattern: compilePathPattern(path), handlers }))

  function find(path: string): { handlers: HandlersByMethod; parameters: Record<string, string> } | null {
    const exact = Object.hasOwn(paths, path) && !path.includes('{') ? paths[path] : undefined
    if (exact) return { handlers: exact, parameters: {} }
    for (const { pattern, handlers } of withParameters) {
      const groups = pattern.exec(path)?.groups
      if (groups) return { handlers, parameters: groups }
    }
    return null
  }

  return createPublicHandler(async (request) => {
    const found = find(new URL(request.url).pathname.slice(folder.length))
    if (!found) return createUnknownPathResponse(request)
    const { handlers, parameters } = found
    const method = request.method === 'HEAD' ? 'GET' : request.method
    const handler = Object.hasOwn(handlers, method) ? handlers[method as keyof HandlersByMethod] : undefined
    if (!handler) {
      const methods = Object.keys(handlers)
      return createProblemResponse(
        405,
        `${request.method} is not possible here: send ${methods.join(' or ')}.`,
        request,
        {
          allow: methods.join(', '),
        },
      )
    }
    const decoded = decodeAll(parameters)
    if (!decoded) return createProblemResponse(400, 'The path has a % that begins no escape: send it as %25.', request)
    return handler(request, { params: Promise.resolve(decoded) })
  })
}

/**
 * Returns the handlers of all paths below `/api/v1` that the capability table (the list of all endpoints) declares. The
 * path to which chat and paging services send requests is not among them; it has its own Next route.
 */
export function createPathHandlers(table: FeatureCapability): Record<string, HandlersByMethod> {
  const paths: Record<string, HandlersByMethod> = {}
  let whole: ((request: Request) => Promise<Response>) | undefined
  const answer = (request: Request) => {
    whole ??= createApiPathDispatcher(API_PATH_PREFIX, paths)
    return whole(request)
  }
  const add = (path: string, method: keyof HandlersByMethod, handler: RouteHandler) => {
    paths[path] = { ...paths[path], [method]: handler }
  }
  for (const [name, answer] of Object.entries(table.answers)) {
    const endpoint = registered(table.endpoints, name)
    add(endpoint.path, 'GET', createQueryHandler(endpoint, answer, table.offers))
  }
  for (const [name, work] of Object.entries(table.work)) {
    const command = registered(table.commands, name)
    add(
      command.path,
      command.method.toUpperCase() as keyof HandlersByMethod,
      createCommandHandler(name, command, work, answer),
    )
  }
  for (const [name, answer] of Object.entries(table.plain)) {
    const endpoint = registered(table.plainEndpoints, name)
    add(endpoint.path.slice(API_PATH_PREFIX.length), 'GET', createNonJsonHandler(endpoint, answer))
  }
  return paths
}

/** Prefix of all paths of the API. */
export const API_PATH_PREFIX = '/api/v1'

function registered<Of>(all: Readonly<Record<string, Of>>, name: string): Of {
  const found = all[name]
  if (!found) throw new Error(`${name} is answered, but no room has it in its api`)
  return found
}

/** Decodes the percent escapes in path parameters; null if an escape is invalid. */
function decodeAll(parameters: Readonly<Record<string, string>>): Record<string, string> | null {
  try {
    return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, decodeURIComponent(value)]))
  } catch {
    return null
  }
}
