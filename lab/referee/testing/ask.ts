import { globSync } from 'node:fs'
import path from 'node:path'

/** What was answered. */
export interface Answer {
  status: number
  type: string
  body: string
}
/** Asks for a path with its query, as whoever is assumed to call. @param body of a command; absent = a question */
export type Ask = (target: string, method?: Method, body?: object) => Promise<Answer>
type Method = 'GET' | 'POST' | 'PUT'

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>

const APP = path.resolve(import.meta.dirname, '../../../app')
/** A busy machine may have an answer refused, which is none of its words; health says 503 of itself. */
const MAX_ATTEMPTS = 4
const SAYS_SO_ITSELF = '/api/health'

/** Every route of the product, without a server: what Next would hand a request to. */
export async function createAsk(): Promise<Ask> {
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

/** What stands by the name of `data` in an answer to a path below `/api/v1`. @throws Error if there is no answer */
export async function dataOf<Data>(ask: Ask, target: string): Promise<Data> {
  const { status, body } = await ask(`/api/v1/${target}`)
  if (status !== 200) throw new Error(`${target}: ${status} ${body}`)
  return JSON.parse(body).data
}

/** Of two that match, the one with fewer parameters answers. */
const rank = (file: string) => file.split('[').length + (file.includes('...') ? 10 : 0)

function patternOf(folder: string): RegExp {
  const pattern = folder
    .replaceAll('.', '\\.')
    .replace(/\/\[\[\\\.\\\.\\\.\w+\]\]/, '(?:/.*)?')
    .replace(/\/\[\\\.\\\.\\\.\w+\]/, '/.+')
    .replaceAll(/\[\w+\]/g, '([^/]+)')
  return new RegExp(`^/${pattern}$`)
}
