import type { Server } from 'node:http'
import { cookieKeyOf, makeLink, requiringGate } from '#lib/access/index.ts'
import { forgetProcessHub } from '#lib/queries/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { Settings } from '#lib/platform/settings.ts'
import { serveRoutes } from './serve-routes.ts'

const SECRETS_KEY = 'a-key-of-tests-with-enough-of-entropy-0000001'

/** The settings as far as sign-in and the API read them. */
export const signedSettings = (databaseUrl: string) =>
  ({
    access: 'required',
    oidc: null,
    host: '127.0.0.1',
    port: 3000,
    publicUrl: null,
    secretsKey: SECRETS_KEY,
    dataDir: '/nowhere',
    databaseUrl,
    mail: null,
    outboundAllow: [],
    azure: { subscriptions: [] },
  }) as unknown as Settings

export interface Answer {
  status: number
  headers: Headers
  /** what is expected of it, each test says */
  body: ReturnType<typeof JSON.parse>
}

/** A browser or program: it keeps cookies, and follows no redirect. */
export class Client {
  readonly cookies = new Map<string, string>()
  private readonly origin: string
  private readonly headers: Record<string, string>

  constructor(origin: string, headers: Record<string, string> = {}) {
    this.origin = origin
    this.headers = headers
  }

  async raw(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(`${this.origin}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(cookie && { cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        // as browsers do, and programs do not
        ...(method !== 'GET' && !this.headers.authorization && { origin: 'http://127.0.0.1:3000' }),
        ...this.headers,
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '' || /max-age=0/i.test(line)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return response
  }

  async ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> {
    const response = await this.raw(method, path, body, headers)
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      body: text !== '' && /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text,
    }
  }
}

/** The API behind a front that asks everybody who he is. */
export async function startSignedApi(
  db: Database,
  trustProxy = false,
): Promise<{ origin: string; stop: () => Promise<void> }> {
  const gate = requiringGate({ db: db.pool, cookieKey: cookieKeyOf(SECRETS_KEY), isHttps: false })
  forgetSignIn()
  const { server, origin } = await serveRoutes(gate, trustProxy)
  return { origin, stop: () => stop(server) }
}

/** Files of tests share a process, and not their databases. */
function forgetSignIn(): void {
  delete (globalThis as Record<symbol, unknown>)[Symbol.for('peerwatch.web.sign-in')]
}

async function stop(server: Server): Promise<void> {
  forgetSignIn()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await forgetProcessHub()
}

export const PASSWORD = 'correct horse battery'

/** Uses a one-time link for this user, and signs in. */
export async function signedIn(
  origin: string,
  link: string,
  user: { email: string; name?: string; isFirst?: boolean },
): Promise<Client> {
  const client = new Client(origin)
  const { email, name, isFirst } = user
  const secret = link.split('#')[1]
  const used = await client.ask('POST', '/api/auth/link', {
    secret,
    password: PASSWORD,
    ...(isFirst && { email, name }),
  })
  if (used.status !== 200) throw new Error(`the link was refused: ${JSON.stringify(used.body)}`)
  const answer = await client.ask('POST', '/api/auth/sign-in/email', { email, password: PASSWORD })
  if (answer.status !== 200) throw new Error(`the sign-in was refused: ${JSON.stringify(answer.body)}`)
  return client
}

export const firstAdmin = async (db: Database, origin: string): Promise<Client> =>
  signedIn(origin, await makeLink(db.pool, null), { email: 'Ada@Example.com', name: 'Ada', isFirst: true })
