import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { PassThrough, Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import * as access from '#lib/access/index.ts'
import * as calendars from '#lib/maintenance/calendars/index.ts'
import * as notify from '#lib/notify/index.ts'
import { BundleSafeError } from '#lib/platform/branded-error.ts'
import { TooManyQueriesError } from '#lib/questions/index.ts'
import * as questions from '#lib/questions/index.ts'
import { convertErrorToProblem } from './problem.ts'

const request = new Request('http://127.0.0.1/api/v1/x')
const databaseError = (code: string) => Object.assign(new Error('date/time field value out of range: "x"'), { code })

it.each(['22007', '22008', '22003', '22P02', '22021'])(
  'a value that the database refuses (%s) is the client’s fault, without the database’s words',
  async (code) => {
    const response = convertErrorToProblem(databaseError(code), request)
    expect(response.status).toBe(400)
    expect(await response.text()).not.toMatch(/date\/time/)
  },
)

it('a statement that the database refuses is ours', () => {
  expect(convertErrorToProblem(databaseError('42601'), request).status).toBe(500)
})

describe('a body whose connection ends before it is complete', () => {
  const readers: [name: string, read: (incoming: IncomingMessage) => BodyInit][] = [
    ['the request itself', (incoming) => incoming as unknown as BodyInit],
    ['a copy of the request, as Next reads it', copyOf],
    ['a web stream', (incoming) => Readable.toWeb(incoming) as ReadableStream<Uint8Array<ArrayBuffer>>],
  ]
  it.each(readers)('is not a failure of the server: %s', async (_, read) => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.write('POST /api/auth/link HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 100\r\n\r\n{')
    const [incoming] = (await once(server, 'request')) as [IncomingMessage]
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', body: read(incoming), duplex: 'half' }
    const text = new Request(request.url, init).text()
    socket.destroy()
    const error: unknown = await text.catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(Error)
    expect(convertErrorToProblem(error, request).status).toBe(400)
    server.close()
  })

  it('is not a reset of the database’s connection', () => {
    const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' })
    expect(convertErrorToProblem(reset, request).status).toBe(503)
  })

  function copyOf(incoming: IncomingMessage): BodyInit {
    const copy = new PassThrough()
    incoming.on('data', (chunk) => copy.push(chunk))
    incoming.on('error', () => copy.destroy())
    return copy as unknown as BodyInit
  }
})

describe('an error of another copy of its module, as builds have them', () => {
  it('too many questions are 503, and not a fault of ours', async () => {
    const copy = '../../../lib/questions/query-queue.ts?copy'
    const { TooManyQueriesError: Other } = (await import(/* @vite-ignore */ copy)) as {
      TooManyQueriesError: typeof TooManyQueriesError
    }
    expect(Other).not.toBe(TooManyQueriesError)
    const response = convertErrorToProblem(new Other(), request)
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
  })

  // all error classes that routes can throw; each must be recognizable without its class
  const thrown = [questions, notify, access, calendars]
    .flatMap((module): unknown[] => Object.values(module))
    .filter((one) => typeof one === 'function' && one.prototype instanceof Error) as (typeof BundleSafeError)[]

  it('each has a brand of its own', () => {
    expect(thrown.length).toBeGreaterThan(15)
    expect(thrown.filter((one) => !Object.hasOwn(one, 'brand')).map(({ name }) => name)).toEqual([])
    expect(new Set(thrown.map(({ brand }) => brand)).size).toBe(new Set(thrown).size)
  })
})

describe('a branded error', () => {
  class Base extends BundleSafeError {
    static override readonly brand: string = 'Base'
  }
  class Derived extends Base {
    static override readonly brand = 'Derived'
  }

  it('is of its class and those above, and of no other', () => {
    const [base, derived] = [new Base('x'), new Derived('x')]
    expect([base instanceof Base, derived instanceof Base, base instanceof Derived]).toEqual([true, true, false])
    expect([derived instanceof BundleSafeError, derived instanceof Error, derived.name]).toEqual([
      true,
      true,
      'Derived',
    ])
    for (const other of [new Error('x'), null, 'Base', { name: 'Base' }])
      expect((other as unknown) instanceof Base).toBe(false)
  })
})
