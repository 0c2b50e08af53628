import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { readEventStream } from './event-stream.ts'

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

async function read(url: string, lastEventId: string | null = null): Promise<string[]> {
  const seen: string[] = []
  await readEventStream(
    url,
    { signal: AbortSignal.timeout(10_000), lastEventId },
    {
      onOpen: () => seen.push('open'),
      onHeartbeat: () => seen.push('heartbeat'),
      onMessage: ({ id, event, data }) => seen.push(`${id} ${event} ${data}`),
    },
  )
  return seen
}

const text =
  'retry: 2000\n\n: hb\n\nid: 7\nevent: change\ndata: {"place":"Zürich"}\n\ndata: one\ndata: two\n\nevent: cut\ndata:'

it.each(['\n', '\r\n'])(
  'gives events and heartbeats, however the network cuts the bytes, with ends %j',
  async (end) => {
    const url = await serve(async (_, response) => {
      // a byte a chunk: also within a character
      for (const byte of Buffer.from(text.replaceAll('\n', end))) response.write(Buffer.of(byte))
      response.end()
    })
    expect(await read(url)).toEqual([
      'open',
      'heartbeat',
      '7 change {"place":"Zürich"}',
      'undefined undefined one\ntwo',
    ])
  },
)

it('asks for what came after the last event, and gives up where the server refuses', async () => {
  const url = await serve((request, response) => {
    response.writeHead(request.headers['last-event-id'] === '7' ? 503 : 200).end()
  })
  expect(await read(url)).toEqual(['open'])
  await expect(read(url, '7')).rejects.toThrow('the stream answered 503')
})
