import { pathPattern } from '#lib/contract/index.ts'
import type { Capability } from '#lib/questions/index.ts'
import { commandRoute, type Handler, plainRoute, publicRoute, queryRoute } from './handler.ts'
import { noSuchResource, problemResponse } from './problem-response.ts'

/** What answers one path: one function for each method that the path takes. */
export type PathHandlers = { [Method in 'GET' | 'POST' | 'PUT' | 'DELETE']?: Handler }

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

/** What answers each path below `/api/v1` of a product with this table, but for what vendors send to channels. */
export function pathsOf(table: Capability): Record<string, PathHandlers> {
  const paths: Record<string, PathHandlers> = {}
  let whole: ((request: Request) => Promise<Response>) | undefined
  const answer = (request: Request) => {
    whole ??= dispatcher(VERSION, paths)
    return whole(request)
  }
  const add = (path: string, method: keyof PathHandlers, handler: Handler) => {
    paths[path] = { ...paths[path], [method]: handler }
  }
  for (const [name, answer] of Object.entries(table.answers)) {
    const endpoint = registered(table.endpoints, name)
    add(endpoint.path, 'GET', queryRoute(endpoint, answer, table.offers))
  }
  for (const [name, work] of Object.entries(table.work)) {
    const command = registered(table.commands, name)
    add(command.path, command.method.toUpperCase() as keyof PathHandlers, commandRoute(name, command, work, answer))
  }
  for (const [name, answer] of Object.entries(table.plain)) {
    const endpoint = registered(table.plainEndpoints, name)
    add(endpoint.path.slice(VERSION.length), 'GET', plainRoute(endpoint, answer))
  }
  return paths
}

/** What all paths of the API begin with. */
export const VERSION = '/api/v1'

function registered<Of>(all: Readonly<Record<string, Of>>, name: string): Of {
  const found = all[name]
  if (!found) throw new Error(`${name} is answered, but no room has it in its api`)
  return found
}

/** Parameters without percent escapes; null = one of them is none. */
function decodeAll(parameters: Readonly<Record<string, string>>): Record<string, string> | null {
  try {
    return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, decodeURIComponent(value)]))
  } catch {
    return null
  }
}
