import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { followChangeStream, type ChangeStreamItem } from './changes.ts'

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** Starts a server that answers its n-th request with the n-th of `answers`, and all later requests with the last. */
async function serve(...answers: ((request: IncomingMessage, response: ServerResponse) => void)[]): Promise<string> {
  let count = 0
  const server = createServer((request, response) =>
    answers[Math.min(count++, answers.length - 1)]?.(request, response),
  )
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const at = '2026-11-20T03:12:00.000Z'
const message = (id: string, topic: string) =>
  `id: ${id}\nevent: change\ndata: ${JSON.stringify({ topics: [topic], scope: null, at })}\n\n`
const begin = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream' })

/** Collects items of the stream until `enough` returns true. */
async function collect(
  url: string,
  enough: (items: ChangeStreamItem[]) => boolean,
  silenceMs = 10_000,
): Promise<ChangeStreamItem[]> {
  const stop = new AbortController()
  const items: ChangeStreamItem[] = []
  for await (const item of followChangeStream({ url, token: 'pw_x' }, { signal: stop.signal, retryMs: 1, silenceMs })) {
    items.push(item)
    if (enough(items)) stop.abort()
  }
  return items
}

const topicsOf = (items: ChangeStreamItem[]) =>
  items.flatMap((item) => (item.type === 'change' ? item.change.topics : [item.type]))

it('a lost stream continues behind the last change that was handed on, with the token', async () => {
  const asked: (string | string[] | undefined)[][] = []
  const note = (request: IncomingMessage) =>
    asked.push([request.headers['last-event-id'], request.headers.authorization, request.url])
  const url = await serve(
    (request, response) => {
      note(request)
      // the connection ends in the middle of the second change
      begin(response).write(`${message('7', 'events')}id: 8\nevent: change\nda`, () => response.destroy())
    },
    (_, response) => response.writeHead(503).end(),
    (request, response) => {
      note(request)
      begin(response).write(message('8', 'sessions'))
    },
  )
  const items = await collect(url, (list) => topicsOf(list).includes('sessions'))
  expect(topicsOf(items)).toEqual(['open', 'events', 'lost', 'lost', 'open', 'sessions'])
  expect(asked).toEqual([
    [undefined, 'Bearer pw_x', '/api/v1/stream'],
    ['7', 'Bearer pw_x', '/api/v1/stream'],
  ])
})

it('a silent stream is lost', async () => {
  const url = await serve((_, response) => begin(response).flushHeaders())
  const items = await collect(url, (list) => list.length === 2, 50)
  expect(items).toMatchObject([{ type: 'open' }, { type: 'lost', error: { message: expect.stringMatching(/silent/) } }])
})

it('a comment is no silence', async () => {
  const url = await serve((_, response) => {
    begin(response)
    const timer = setInterval(() => response.write(': still here\n\n'), 20)
    setTimeout(() => response.write(message('1', 'events')), 300)
    response.once('close', () => clearInterval(timer))
  })
  expect(topicsOf(await collect(url, (list) => list.length === 2, 200))).toEqual(['open', 'events'])
})

it('the wait grows, and the server may name the first one', async () => {
  const url = await serve(
    (_, response) => begin(response).end('retry: 3\n\n'),
    (_, response) => response.writeHead(503).end(),
  )
  const items = await collect(url, (list) => list.length === 5)
  const waits = items.flatMap((item) => (item.type === 'lost' ? [item.retryMs] : []))
  expect(waits).toEqual([1, 2, 4, 8])
})

it('a refusal ends it', async () => {
  const url = await serve((_, response) => response.writeHead(401).end())
  await expect(collect(url, () => false)).rejects.toMatchObject({ kind: 'refused' })
})
