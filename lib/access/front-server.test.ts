import { once } from 'node:events'
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { connect as connectTls } from 'node:tls'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { problemSchema } from '#lib/contract/index.ts'
import { createFrontServer } from './front-server.ts'
import { MAX_CONNECTIONS, MAX_CONNECTIONS_PER_NETWORK } from './front/http-limits.ts'
import { type AdmissionGate, createOpenAccessGate } from './front/admission-gate.ts'
import type { WebAddress } from './own-addresses.ts'

let server: Server | undefined
afterEach(async () => {
  server?.closeAllConnections()
  server?.close()
  server = undefined
})

/** Starts a front server on a free loopback port. Its handler records the headers and bodies that reach it. */
async function front(more: Partial<WebAddress> = {}, failing = false, gate: AdmissionGate = createOpenAccessGate) {
  const reached: IncomingHttpHeaders[] = []
  const received: { bytes: number; isWhole: boolean }[] = []
  const web = { host: '127.0.0.1', port: 3000, publicUrl: null, trustProxy: false, ...more }
  server = createFrontServer(
    web,
    async (request, response) => {
      if (failing) throw new Error('SELECT a secret')
      reached.push(request.headers)
      const one = { bytes: 0, isWhole: false }
      try {
        for await (const chunk of request) one.bytes += chunk.length
        one.isWhole = true
      } finally {
        received.push(one)
      }
      response.end('handled')
    },
    gate,
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, reached, received }
}

async function ask(
  port: number,
  {
    method = 'GET',
    path = '/',
    headers = {},
  }: { method?: string; path?: string; headers?: Record<string, string> } = {},
) {
  const request = httpRequest({ host: '127.0.0.1', port, method, path, headers })
  request.end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return { status: response.statusCode, headers: response.headers, text: await textOf(response) }
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** Sends bytes unchanged, and reads until the server ends the connection. */
async function raw(port: number, text: string) {
  const socket = connect({ host: '127.0.0.1', port })
  socket.write(text)
  const [head = '', body = ''] = (await textOf(socket)).split('\r\n\r\n')
  return { head, body }
}

describe('the front', () => {
  it('hands over what may go on, without forwarded headers', async () => {
    const { port, reached } = await front()
    const headers = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-for': '1.2.3.4',
      forwarded: 'for=1.2.3.4',
      'x-real-ip': '::1',
    }
    expect(await ask(port, { headers })).toMatchObject({ status: 200, text: 'handled' })
    expect(Object.keys(reached[0] ?? {}).filter((name) => /forwarded|real-ip/.test(name))).toEqual([])
  })

  it('leaves forwarded headers of a trusted proxy', async () => {
    const { port, reached } = await front({ trustProxy: true })
    await ask(port, { headers: { 'x-forwarded-for': '1.2.3.4' } })
    expect(reached[0]).toMatchObject({ 'x-forwarded-for': '1.2.3.4' })
  })

  it('answers another host name with a problem, and hands over nothing', async () => {
    const { port, reached } = await front()
    const answer = await ask(port, { path: '/api/v1/channels?a=b', headers: { host: 'evil.example' } })
    expect(answer.status).toBe(421)
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(problemSchema.parse(JSON.parse(answer.text))).toMatchObject({
      title: 'Misdirected Request',
      instance: '/api/v1/channels',
    })
    expect(reached).toEqual([])
  })

  it('keeps connections longer than a proxy does', async () => {
    const { port } = await front()
    expect((await ask(port, { headers: { connection: 'keep-alive' } })).headers['keep-alive']).toBe('timeout=75')
  })

  it.each(['TRACE', 'POST', 'PROPFIND'])('answers %s of a page with what is possible', async (method) => {
    const { port } = await front()
    const answer = await ask(port, { method })
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS'])
    expect(problemSchema.parse(JSON.parse(answer.text)).detail).toContain(method)
  })

  it('answers a method that no parser knows', async () => {
    const { port } = await front()
    const { head, body } = await raw(port, 'BREW /api/v1/declarations?x HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n')
    expect(head).toMatch(/^HTTP\/1\.1 405 Method Not Allowed\r\n/)
    expect(head).toContain('allow: GET, HEAD, OPTIONS, PUT')
    expect(problemSchema.parse(JSON.parse(body)).detail).toBe('BREW is not possible here: send GET or PUT.')
  })

  it.each([
    ['CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example:443\r\n\r\n', 405],
    ['what is this\r\n\r\n', 400],
    [`GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('answers %# with a problem', async (text, status) => {
    const { port } = await front()
    const { head, body } = await raw(port, text)
    expect(head).toContain(`HTTP/1.1 ${status} `)
    expect(problemSchema.parse(JSON.parse(body)).status).toBe(status)
  })

  it('says nothing of what failed', async () => {
    const { port } = await front({}, true)
    const answer = await ask(port)
    expect(answer.status).toBe(500)
    expect(problemSchema.parse(JSON.parse(answer.text)).detail).not.toContain('secret')
  })
})

describe('a page that a browser asks for', () => {
  const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
  const away: AdmissionGate = async () => {
    throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  }

  it('says that the database does not answer, and tries again', async () => {
    const { port, reached } = await front({}, false, away)
    const answer = await ask(port, { path: '/circuits', headers: { ...browser, cookie: 'peerwatch-theme=dark' } })
    expect(answer).toMatchObject({
      status: 503,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        refresh: '5',
        'retry-after': '2',
        'cache-control': 'no-store',
      },
    })
    expect(answer.text).toContain('<h1>The database does not answer</h1>')
    expect(answer.text).toContain('<html lang="en" data-theme="dark">')
    expect(reached).toEqual([])
  })

  it.each([
    ['the API', '/api/v1/circuits', browser],
    ['metrics', '/metrics', browser],
    ['a part of a page', '/circuits', { accept: '*/*', rsc: '1' }],
  ])('is not %s, which is answered with a problem', async (_, path, headers) => {
    const { port } = await front({}, false, away)
    const answer = await ask(port, { path, headers })
    expect([answer.status, answer.headers.refresh]).toEqual([503, undefined])
    expect(problemSchema.parse(JSON.parse(answer.text)).detail).toMatch(/^The database does not answer/)
  })

  it('says why it is refused, as text', async () => {
    const { port } = await front()
    const headers = {
      ...browser,
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'iframe',
      origin: '<script>',
    }
    const answer = await ask(port, { headers })
    expect([answer.status, answer.headers.refresh]).toEqual([403, undefined])
    expect(answer.text).toContain('A page of another site (&lt;script&gt;) asked for this.')
  })

  it('has colours of the screens alone', async () => {
    const { port } = await front({}, false, away)
    const { text } = await ask(port, { headers: browser })
    const screens = readFileSync(path.join(import.meta.dirname, '../../app/globals.css'), 'utf8')
    const colours = text.match(/light-dark\([^)]*\)/g) ?? []
    expect(colours.length).toBeGreaterThan(3)
    expect(colours.filter((colour) => !screens.includes(colour))).toEqual([])
  })
})

describe('a body that is too long', () => {
  const head = 'PUT /api/v1/declarations HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n'

  it('is refused before it is sent, if its sender asks', async () => {
    const { port, reached } = await front()
    const socket = connect({ host: '127.0.0.1', port })
    socket.write(`${head}content-length: 20000000\r\nexpect: 100-continue\r\n\r\n`)
    const [chunk] = (await once(socket, 'data')) as [Buffer]
    expect(chunk.toString()).toMatch(/^HTTP\/1\.1 413 /)
    expect(reached).toEqual([])
    socket.destroy()
  })

  it('of which the rest goes on and on ends with its connection', async () => {
    const { port } = await front()
    const socket = connect({ host: '127.0.0.1', port })
    socket.on('error', () => {})
    socket.write(`${head}content-length: 9000000000\r\n\r\n`)
    const sending = setInterval(() => socket.write(Buffer.alloc(65_536)), 5)
    const [chunk] = (await once(socket, 'data')) as [Buffer]
    expect(chunk.toString()).toMatch(/^HTTP\/1\.1 413 /)
    // the sender can get a connection reset; it is part of an expected end
    await new Promise((resolve) => socket.once('close', resolve))
    clearInterval(sending)
  })
})

describe('a body in chunks', () => {
  /**
   * Sends a chunked body (without a length), and reads until the response arrives or the server ends the connection.
   */
  async function sendChunks(port: number, path: string, bytes: number, method = 'POST') {
    const socket = connect({ host: '127.0.0.1', port })
    const answer = textOf(socket).catch(() => '')
    socket.write(
      `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n`,
    )
    for (let left = bytes; left > 0; left -= 10_000) {
      const size = Math.min(left, 10_000)
      socket.write(`${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`)
    }
    socket.write('0\r\n\r\n')
    const [head = '', body = ''] = (await answer).split('\r\n\r\n')
    return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), head, body }
  }

  it.each([
    ['PUT', '/api/v1/declarations', 1_000_000, '1 MB'],
    ['POST', '/api/v1/inbound/pagerduty/x', 1_000_000, '1 MB'],
    ['POST', '/api/auth/sign-in/email', 16_000, '16 kB'],
    ['POST', '/api/auth/passkey/verify-authentication', 16_000, '16 kB'],
    ['POST', '/api/auth/link', 16_000, '16 kB'],
    ['GET', '/api/health', 1_000_000, '1 MB'],
    ['GET', '/sign-in', 1_000_000, '1 MB'],
  ])('of %s %s may have %i bytes, and no more reach the handler', async (method, path, limit, said) => {
    const { port, received } = await front()
    expect(await sendChunks(port, path, limit, method)).toMatchObject({ status: 200 })
    expect(received.at(-1)).toEqual({ bytes: limit, isWhole: true })
    const refused = await sendChunks(port, path, limit + 1, method)
    expect(refused.status).toBe(413)
    expect(refused.head).toMatch(/\r\nconnection: close\r\n/i)
    expect(problemSchema.parse(JSON.parse(/{.*}/s.exec(refused.body)?.[0] ?? '')).detail).toBe(
      `The body is larger than ${said}: send less.`,
    )
    await expect.poll(() => received.length).toBe(2)
    expect(received.at(-1)?.isWhole).toBe(false)
    expect(received.at(-1)?.bytes).toBeLessThanOrEqual(limit)
  })

  it('without end ends with its connection, although the answer was there before', async () => {
    const { port } = await front()
    const socket = connect({ host: '127.0.0.1', port })
    socket.on('error', () => {})
    socket.write('POST /api/auth/sign-in/email HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\n')
    const chunk = `ffff\r\n${'x'.repeat(65_535)}\r\n`
    const sending = setInterval(() => socket.write(chunk), 5)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /)
    await new Promise((resolve) => socket.once('close', resolve))
    clearInterval(sending)
  })
})

describe('connections', () => {
  const open = async (port: number) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.on('error', () => {})
    await once(socket, 'connect')
    return socket
  }
  const isAnswered = async (port: number) => {
    const request = httpRequest({ host: '127.0.0.1', port, agent: false })
    request.end()
    return Promise.race([
      once(request, 'response').then(() => true),
      once(request, 'error').then(() => false),
      once(request, 'close').then(() => false),
    ]).catch(() => false)
  }

  /** Reports whether a TLS handshake succeeds. */
  const isEncrypted = async (port: number) => {
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false })
    const is = await once(socket, 'secureConnect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    return is
  }

  const folder = mkdtempSync(path.join(tmpdir(), 'front-tls-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const tls = { certFile: path.join(folder, 'crt'), keyFile: path.join(folder, 'key') }

  it.each(['http', 'https'])('of one network are limited by %s, until one is closed', async (scheme) => {
    const isTls = scheme === 'https'
    if (isTls) {
      const options = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost'.split(' ')
      spawnSync('openssl', ['req', ...options, '-keyout', tls.keyFile, '-out', tls.certFile])
    }
    const { port } = await front(isTls ? { tls } : {})
    const answered = () => (isTls ? isEncrypted(port) : isAnswered(port))
    const sockets = await Promise.all(Array.from({ length: MAX_CONNECTIONS_PER_NETWORK }, () => open(port)))
    await expect.poll(answered).toBe(false)
    sockets[0]?.destroy()
    await expect.poll(answered).toBe(true)
    for (const socket of sockets) socket.destroy()
  })

  it.each([{ trustProxy: true }, { publicUrl: 'https://watch.example' }])(
    'of a proxy (%j) are limited in total only',
    async (web) => {
      const { port } = await front(web)
      const sockets = await Promise.all(Array.from({ length: MAX_CONNECTIONS_PER_NETWORK }, () => open(port)))
      expect(await isAnswered(port)).toBe(true)
      for (const socket of sockets) socket.destroy()
      expect(server?.maxConnections).toBe(MAX_CONNECTIONS)
    },
  )

  it('end where a request takes too long to arrive', async () => {
    await front()
    // Node.js implements the timeouts; this test only checks that they are configured
    expect(server?.requestTimeout).toBe(30_000)
    expect(server?.headersTimeout).toBe(15_000)
  })
})

describe('browsers come by https alone', () => {
  const hsts = async (publicUrl: string | null, host: string, path = '/') => {
    const { port } = await front({ publicUrl })
    return (await ask(port, { path, headers: { host } })).headers['strict-transport-security']
  }
  it('where they came by the https name', async () => {
    expect(await hsts('https://watch.example', 'watch.example')).toBe('max-age=31536000')
    expect(await hsts('https://watch.example', 'watch.example', '//refused')).toBe('max-age=31536000')
  })
  it('and nowhere else: RFC 6797 forbids it over plain http', async () => {
    expect(await hsts('https://watch.example', '127.0.0.1')).toBeUndefined()
    expect(await hsts('http://watch.example', 'watch.example')).toBeUndefined()
    expect(await hsts(null, '127.0.0.1')).toBeUndefined()
  })
})
