import { globSync } from 'node:fs'
import path from 'node:path'

/** A response of the product. */
export interface ProductHttpResponse {
  status: number
  type: string
  body: string
}
/**
 * Requests a path with its query, as the assumed caller.
 * @param body body of a command; absent = a query
 */
export type RequestProductFunction = (target: string, method?: Method, body?: object) => Promise<ProductHttpResponse>
type Method = 'GET' | 'POST' | 'PUT'

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>

const APP = path.resolve(import.meta.dirname, '../../../app')
/**
 * Maximum number of attempts, because a busy machine may refuse a request with 503. The health endpoint returns 503 as
 * its answer.
 */
const MAX_ATTEMPTS = 4
const SAYS_SO_ITSELF = '/api/health'

/** Returns a function that calls every route of the product without a server, as Next would. */
export async function createProductRequestFunction(): Promise<RequestProductFunction> {
  const routes = await Promise.all(
    globSync('**/route.ts', { cwd: APP })
      .toSorted((a, b) => rank(a) - rank(b))
      .map(async (file) => ({
        pattern: patternOf(path.dirname(file)),
        module: (await import(path.join(APP, file))) as { [Name in Method]?: Handler },
      })),
  )
  return async (target, method = 'GET', body) => {
    const url = new URL(target, 'http://127.0.0.1')
    const handler = routes.find(({ pattern }) => pattern.test(url.pathname))?.module[method]
    if (!handler) throw new Error(`no route answers ${method} ${target}`)
    const init = body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}
    for (let attempt = 1; ; attempt++) {
      const response = await handler(new Request(url, { method, ...init }), { params: Promise.resolve({}) })
      if (response.status === 503 && attempt < MAX_ATTEMPTS && !url.pathname.startsWith(SAYS_SO_ITSELF)) continue
      return { status: response.status, type: response.headers.get('content-type') ?? '', body: await response.text() }
    }
  }
}

/**
 * Returns the field `data` of the answer to a path below `/api/v1`.
 * @throws Error if the status is not 200
 */
export async function fetchApiResponseData<Data>(ask: RequestProductFunction, target: string): Promise<Data> {
  const { status, body } = await ask(`/api/v1/${target}`)
  if (status !== 200) throw new Error(`${target}: ${status} ${body}`)
  return JSON.parse(body).data
}

/** Returns the rank of a route file. If two routes match, the one with fewer parameters answers. */
const rank = (file: string) => file.split('[').length + (file.includes('...') ? 10 : 0)

function patternOf(folder: string): RegExp {
  const pattern = folder
    .replaceAll('.', '\\.')
    .replace(/\/\[\[\\\.\\\.\\\.\w+\]\]/, '(?:/.*)?')
    .replace(/\/\[\\\.\\\.\\\.\w+\]/, '/.+')
    .replaceAll(/\[\w+\]/g, '([^/]+)')
  return new RegExp(`^/${pattern}$`)
}
