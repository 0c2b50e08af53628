import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export const OIDC_CLIENT = { clientId: 'peerwatch', clientSecret: 'a-secret-of-the-client-0001' }

/**
 * Starts an OpenID Connect provider on a free loopback port. Every visitor is signed in as the user that was set last.
 */
export async function startProvider(redirectUri: string) {
  // @ts-expect-error the package has no types
  const { Provider } = await import('oidc-provider')
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  /** claims in the ID token of each user, by subject */
  const people = new Map<string, Record<string, unknown>>()
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: OIDC_CLIENT.clientId,
        client_secret: OIDC_CLIENT.clientSecret,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    cookies: { keys: ['a-key-of-a-test'] },
    pkce: { required: () => true },
    conformIdTokenClaims: false,
    claims: { openid: ['sub', 'roles'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_: unknown, sub: string) => ({
      accountId: sub,
      claims: () => ({ sub, ...people.get(sub) }),
    }),
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, interaction: { uid: string }) => `/interaction/${interaction.uid}` },
  })
  let subject = ''
  let withIdTokens = true
  let lastIdToken = ''
  provider.use(async (context: ReturnType<typeof JSON.parse>, next: () => Promise<void>) => {
    await next()
    if (!context.body?.id_token) return
    lastIdToken = context.body.id_token
    if (!withIdTokens) delete context.body.id_token
  })
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return void provider.callback()(request, response)
    void answer(provider, request, response, subject)
  })
  return {
    issuer,
    /** signs in all later visitors as this user */
    become(sub: string, claims: Record<string, unknown>) {
      subject = sub
      people.set(sub, claims)
    },
    /** sets whether later answers contain an ID token */
    giveIdTokens(gives: boolean) {
      withIdTokens = gives
    },
    idToken: () => lastIdToken,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Signs the user in and agrees to everything, without a prompt. */
async function answer(
  // the package has no types
  provider: ReturnType<typeof JSON.parse>,
  request: unknown,
  response: unknown,
  accountId: string,
): Promise<void> {
  const { params, session, prompt } = await provider.interactionDetails(request, response)
  if (prompt.name === 'login') {
    await provider.interactionFinished(request, response, { login: { accountId } })
    return
  }
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id })
  grant.addOIDCScope(params.scope)
  await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } })
}

/**
 * Follows a browser's redirects at the provider until one leads to another origin.
 * @returns the address at the other origin
 */
export async function followProviderRedirects(begin: string): Promise<string> {
  const { origin } = new URL(begin)
  const jar = new Map<string, string>()
  for (let address = begin, i = 0; i < 12; i++) {
    const response = await fetch(address, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') jar.delete(name)
      else jar.set(name, value)
    }
    const location = response.headers.get('location')
    if (location === null) throw new Error(`the provider answered ${response.status}: ${await response.text()}`)
    address = new URL(location, address).href
    if (new URL(address).origin !== origin) return address
  }
  throw new Error('the provider redirects without end')
}
