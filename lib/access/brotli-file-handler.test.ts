import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, request as httpRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { brotliDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compressStaticFiles } from '#lib/platform/bootstrap/prepare.ts'
import { createBrotliHandler } from './brotli-file-handler.ts'
import { createFrontServer } from './front-server.ts'
import { createOpenAccessGate } from './front/admission-gate.ts'

const SCRIPT = 'export const words = "a script of the build";\n'.repeat(50)
const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-static-'))
let server: Server
const ADDRESS = '/_next/static/chunks/0abc.js'

beforeAll(async () => {
  mkdirSync(path.join(folder, 'chunks'))
  writeFileSync(path.join(folder, 'chunks/0abc.js'), SCRIPT)
  writeFileSync(path.join(folder, 'chunks/0abc.css'), 'a { color: red }')
  writeFileSync(path.join(folder, 'font.woff2'), 'a font')
  await compressStaticFiles(folder)
  const web = { host: '127.0.0.1', port: 3000, publicUrl: null, trustProxy: false }
  const files = createBrotliHandler(folder, '/_next/static')
  server = createFrontServer(web, async (_, response) => void response.end('by the framework'), createOpenAccessGate, {
    files,
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true })
})

async function ask(address: string, headers: Record<string, string> = {}, method = 'GET') {
  const { port } = server.address() as AddressInfo
  const request = httpRequest({ host: '127.0.0.1', port, path: address, method, headers })
  request.end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return { status: response.statusCode, headers: response.headers, body: await buffer(response) }
}

describe('a script of the build', () => {
  it('comes as Brotli to whoever takes it, for good, and says that it differs by encoding', async () => {
    const { status, headers, body } = await ask(ADDRESS, { 'accept-encoding': 'gzip, deflate, br, zstd' })
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'content-encoding': 'br',
      'content-type': 'application/javascript; charset=UTF-8',
      'content-length': String(body.length),
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'Accept-Encoding',
      'x-content-type-options': 'nosniff',
    })
    expect(brotliDecompressSync(body).toString()).toBe(`//# allFunctionsCalledOnLoad\n${SCRIPT}`)
  })

  it('has headers only for HEAD', async () => {
    const { headers, body } = await ask(ADDRESS, { 'accept-encoding': 'br' }, 'HEAD')
    expect(headers['content-encoding']).toBe('br')
    expect(body).toHaveLength(0)
  })

  it.each(['br', 'BR', 'gzip;q=0.8, br;q=0.9', 'br; q=1.0'])('comes as Brotli for %s', async (accepted) => {
    expect((await ask(ADDRESS, { 'accept-encoding': accepted })).headers['content-encoding']).toBe('br')
  })

  it.each([
    ['without an encoding', {}],
    ['for gzip', { 'accept-encoding': 'gzip' }],
    ['where Brotli is refused', { 'accept-encoding': 'gzip, br;q=0' }],
    ['where Brotli is refused in thousandths', { 'accept-encoding': 'br; q=0.000' }],
    ['for any encoding', { 'accept-encoding': '*' }],
    ['for a part', { 'accept-encoding': 'br', range: 'bytes=0-9' }],
    ['by a validator', { 'accept-encoding': 'br', 'if-none-match': '"x"' }],
  ])('is left to the framework %s', async (_, headers: Record<string, string>) => {
    expect((await ask(ADDRESS, headers)).body.toString()).toBe('by the framework')
  })
})

it('a style sheet comes with its own type', async () => {
  const { headers } = await ask('/_next/static/chunks/0abc.css?v=1', { 'accept-encoding': 'br' })
  expect(headers['content-type']).toBe('text/css; charset=UTF-8')
})

it.each(['/_next/static/font.woff2', '/_next/static/chunks/0abc.js.br', '/chunks/0abc.js'])(
  '%s is left to the framework',
  async (address) => {
    expect((await ask(address, { 'accept-encoding': 'br' })).body.toString()).toBe('by the framework')
  },
)

it('another host name gets nothing', async () => {
  expect((await ask(ADDRESS, { 'accept-encoding': 'br', host: 'evil.example' })).status).toBe(421)
})

it('a folder that is not there serves nothing', () => {
  const answers = createBrotliHandler(path.join(folder, 'none'), '/_next/static')
  const request = { method: 'GET', url: ADDRESS, headers: { 'accept-encoding': 'br' } }
  expect(answers(request as never, {} as never)).toBe(false)
})
