import { describe, expect, it } from 'vitest'
import { createApiPathDispatcher } from './dispatch.ts'
import type { RouteContext } from './handler.ts'

const says = (what: string) => async (request: Request, context?: RouteContext) =>
  Response.json([what, request.method, await context?.params])

const answer = createApiPathDispatcher('/api/v1', {
  '/incidents/{id}': { GET: says('incident') },
  '/incidents/{id}/send': { POST: says('send') },
  '/incidents/summary': { GET: says('summary') },
  '/incidents': { GET: says('incidents') },
  '/channels/{kind}/{id}': { GET: says('channel'), DELETE: says('gone') },
})
const ask = (method: string, path: string) => answer(new Request(`http://127.0.0.1${path}`, { method }))

describe('a request is answered by its path’s handler', () => {
  it.each([
    ['GET', '/api/v1/incidents', 'incidents', {}],
    ['HEAD', '/api/v1/incidents', 'incidents', {}],
    ['GET', '/api/v1/incidents?at=x', 'incidents', {}],
    ['GET', '/api/v1/incidents/7', 'incident', { id: '7' }],
    ['GET', '/api/v1/incidents/%2Fsubscriptions%2Fa%20b', 'incident', { id: '/subscriptions/a b' }],
    ['GET', '/api/v1/incidents/summary', 'summary', {}],
    ['POST', '/api/v1/incidents/summary/send', 'send', { id: 'summary' }],
    ['DELETE', '/api/v1/channels/slack/9', 'gone', { kind: 'slack', id: '9' }],
  ])('%s %s: %s', async (method, path, what, parameters) => {
    expect(await (await ask(method, path)).json()).toEqual([what, method, parameters])
  })
})

it.each([
  '/api/v1',
  '/api/v1/',
  '/api/v1/incident',
  '/api/v1/incidents/',
  '/api/v1/incidents/7/',
  '/api/v1/incidents/7/other',
  '/api/v1/incidents/{id}',
  '/api/v1/constructor',
])('%s is not there', async (path) => {
  const { status, headers } = await ask('GET', path.replace('{id}', '7/{id}'))
  expect([status, headers.get('content-type')]).toEqual([404, expect.stringContaining('application/problem+json')])
})

it.each([
  ['POST', '/api/v1/incidents', 'GET'],
  ['GET', '/api/v1/incidents/7/send', 'POST'],
  ['PATCH', '/api/v1/channels/slack/9', 'GET, DELETE'],
])('%s %s is refused, and %s named', async (method, path, allow) => {
  const { status, headers } = await ask(method, path)
  expect([status, headers.get('allow')]).toEqual([405, allow])
})

it.each(['/api/v1/incidents/%E0%A4%A', '/api/v1/incidents/100%', '/api/v1/channels/%zz/9'])(
  '%s has a broken escape',
  async (path) => {
    const refused = await ask('GET', path)
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({ detail: expect.stringContaining('%25') })
  },
)
