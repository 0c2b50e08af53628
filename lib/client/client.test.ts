import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createClient } from './client.ts'

let server: Server | undefined
afterEach(async () => {
  server?.closeAllConnections()
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)))
  server = undefined
})

async function serve(answer: RequestListener): Promise<string> {
  server = createServer(answer)
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const asOf = '2026-11-20T03:12:00.000Z'
const envelope = { asOf, freshness: { state: 'fresh', oldestPollAt: null, latePollAt: null } }

describe('a failure is one line that says what to do', () => {
  const problem = (status: number, detail: string) => ({
    status,
    type: 'application/problem+json',
    body: JSON.stringify({ type: 'about:blank', title: 'x', status, detail }),
  })
  it.each([
    { name: 'a wrong token', ...problem(401, 'x'), kind: 'refused', says: /token is not valid.*PEERWATCH_TOKEN/ },
    {
      name: 'a missing right',
      ...problem(403, 'needs the right operate'),
      kind: 'refused',
      says: /needs the right operate/,
    },
    { name: 'a wrong question', ...problem(400, 'send an ISO 8601 instant'), kind: 'invalid', says: /ISO 8601/ },
    { name: 'no database', ...problem(503, 'the database is away'), kind: 'unavailable', says: /database is away/ },
    {
      name: 'another server',
      status: 200,
      type: 'text/html',
      body: '<html>',
      kind: 'unreachable',
      says: /PEERWATCH_URL/,
    },
    {
      name: 'an error of another server',
      status: 404,
      type: 'text/html',
      body: '',
      kind: 'invalid',
      says: /PEERWATCH_URL/,
    },
    {
      name: 'another version',
      status: 200,
      type: 'application/json',
      body: '{"data":[]}',
      kind: 'mismatch',
      says: /version/,
    },
  ])('$name', async ({ status, type, body, kind, says }) => {
    const url = await serve((_, response) => response.writeHead(status, { 'content-type': type }).end(body))
    const failed = await createClient({ url, token: 'pw_x' })
      .get('eventKinds')
      .catch((error: Error) => error)
    expect(failed).toMatchObject({ kind, message: expect.stringMatching(says) })
    expect((failed as Error).message).not.toContain('\n')
  })

  it('a redirect, which would carry the token elsewhere', async () => {
    const url = await serve((_, response) => response.writeHead(302, { location: 'https://other.example/' }).end())
    await expect(createClient({ url }).get('circuits')).rejects.toMatchObject({
      message: expect.stringMatching(/other\.example/),
    })
  })

  it('no server', async () => {
    const url = await serve(() => {})
    server?.close()
    await expect(createClient({ url }).get('circuits')).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(/ECONNREFUSED.*PEERWATCH_URL/),
    })
  })

  it('no answer in time', async () => {
    const url = await serve(() => {})
    await expect(createClient({ url, timeoutMs: 30 }).get('circuits')).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(/within 0.03 s/),
    })
  })
})

it('goes through the pages of a list, with its parameters and behind a path', async () => {
  const asked: (string | undefined)[] = []
  const url = await serve((request, response) => {
    asked.push(request.url)
    const nextCursor = request.url?.includes('cursor=') ? null : 'a b'
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ ...envelope, data: [], nextCursor }))
  })
  const pages = []
  for await (const page of createClient({ url: `${url}/noc/` }).pages('circuits', { customer: 'A & B' }))
    pages.push(page)
  expect(pages).toHaveLength(2)
  expect(asked).toEqual([
    '/noc/api/v1/circuits?limit=1000&customer=A+%26+B',
    '/noc/api/v1/circuits?limit=1000&customer=A+%26+B&cursor=a+b',
  ])
})

it('writes an id into the path, and sends a body', async () => {
  const asked: unknown[] = []
  const url = await serve((request, response) => {
    const body: Buffer[] = []
    request.on('data', (part: Buffer) => body.push(part))
    request.on('end', () => {
      asked.push([request.method, request.url, request.headers['content-type'], Buffer.concat(body).toString()])
      response.writeHead(404).end()
    })
  })
  const client = createClient({ url })
  await client.send('acknowledgeIncident', { note: 'calling' }, 'i/1').catch(() => {})
  await expect(client.get('circuit')).rejects.toMatchObject({
    kind: 'invalid',
    message: expect.stringMatching(/needs an id/),
  })
  expect(asked).toEqual([['POST', '/api/v1/incidents/i%2F1/ack', 'application/json', '{"note":"calling"}']])
})
