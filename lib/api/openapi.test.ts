import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { allApiCommands, allApiEndpoints, buildOpenApiDocument, apisOfRooms } from './index.ts'
import { declarationListNames, ACCESS_RIGHTS } from '#lib/contract/index.ts'

interface Operation {
  operationId: string
  parameters?: { name: string; in: string }[]
  requestBody?: { content: Record<string, { schema: { properties?: Record<string, unknown> } }> }
  responses: Record<string, unknown>
  security?: unknown[]
  'x-right'?: string
}
const document = buildOpenApiDocument('1.2.3') as {
  openapi: string
  paths: Record<string, Record<string, Operation>>
}
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)

describe('the OpenAPI document', () => {
  it('is of version 3.1 and survives JSON', () => {
    expect(document.openapi).toMatch(/^3\.1\./)
    expect(JSON.parse(JSON.stringify(document))).toEqual(document)
  })

  it('names every endpoint, and no operation twice', () => {
    expect(operations.map(({ path, method }) => `${method} ${path}`)).toEqual(
      expect.arrayContaining([
        ...Object.values(allApiEndpoints).map(({ path }) => `get /api/v1${path}`),
        ...Object.values(allApiCommands).map(({ path, method }) => `${method} /api/v1${path}`),
        'get /api/v1/stream',
        'get /api/health',
        'get /api/health/live',
        'get /api/health/ready',
      ]),
    )
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length)
  })

  it.each(Object.entries({ ...allApiEndpoints, ...allApiCommands }))(
    'answers %s with its data, when that was true, and how fresh it is',
    (_, one) => {
      expect(Object.keys(one.response.shape)).toEqual(expect.arrayContaining(['data', 'asOf', 'freshness']))
    },
  )

  it('describes the body of every command', () => {
    const declared = document.paths['/api/v1/declarations']?.put?.requestBody?.content['application/json']?.schema
    expect(Object.keys(declared?.properties ?? {}).toSorted()).toEqual([...declarationListNames, 'version'].toSorted())
    const acknowledged = document.paths['/api/v1/incidents/{id}/ack']?.post?.requestBody?.content['application/json']
    expect(Object.keys(acknowledged?.schema.properties ?? {})).toEqual(['note'])
    for (const { path, method } of Object.values(allApiCommands)) {
      expect(document.paths[`/api/v1${path}`]?.[method]?.requestBody, path).toBeDefined()
    }
  })

  it('declares each parameter that stands in a path', () => {
    for (const { path, operation } of operations) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      const declared = operation.parameters?.filter((parameter) => parameter.in === 'path') ?? []
      expect(declared.map(({ name }) => name)).toEqual(named)
    }
  })

  it('gives the parameters of the time machine', () => {
    const names = document.paths['/api/v1/routes']?.get?.parameters?.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['scope', 'at', 'prefix', 'origin', 'asn', 'cursor', 'limit']))
  })

  it('gives the parameters of files', () => {
    const names = (path: string) => document.paths[path]?.get?.parameters?.map(({ name }) => name)
    expect([names('/api/v1/cost/focus'), names('/api/v1/cost/weekly/csv')]).toEqual([
      ['month', 'customer'],
      ['week', 'customer'],
    ])
    expect(Object.keys(document.paths['/api/v1/cost/focus']?.get?.responses ?? {})).toEqual([
      '200',
      '400',
      '401',
      '403',
      '404',
      '405',
      '421',
      '503',
    ])
  })

  it('lists what the front refuses, for every operation', () => {
    const problem = { $ref: '#/components/responses/Problem' }
    for (const { path, method, operation } of operations) {
      expect(operation.responses, `${method} ${path}`).toMatchObject({ 403: problem, 405: problem, 421: problem })
    }
  })

  it('names the right that each operation needs, but for health', () => {
    for (const { path, operation } of operations) {
      if (path.startsWith('/api/health')) expect(operation.security).toEqual([])
      else expect(ACCESS_RIGHTS, path).toContain(operation['x-right'])
      expect(operation.responses[401] === undefined, path).toBe(path.startsWith('/api/health'))
    }
  })

  it('shares what answers have in common, and states the same schemas', () => {
    expect(JSON.stringify(document).length).toBeLessThan(800_000)
    const { schemas } = (document as unknown as { components: { schemas: Record<string, object> } }).components
    const whole = (node: unknown): unknown => {
      if (Array.isArray(node)) return node.map(whole)
      if (node === null || typeof node !== 'object') return node
      const { $ref, ...rest } = node as Record<string, unknown>
      const target = typeof $ref === 'string' ? schemas[$ref.replace('#/components/schemas/', '')] : undefined
      return Object.fromEntries(Object.entries({ ...target, ...rest }).map(([key, value]) => [key, whole(value)]))
    }
    const schemaIn = (answer: unknown) =>
      (answer as { content: Record<string, { schema: unknown }> }).content['application/json']?.schema
    for (const [method, one] of [
      ...Object.values(allApiEndpoints).map((endpoint) => ['get', endpoint] as const),
      ...Object.values(allApiCommands).map((command) => [command.method, command] as const),
    ]) {
      const { $schema: _, ...meant } = z.toJSONSchema(one.response, { io: 'output', unrepresentable: 'any' })
      expect(whole(schemaIn(document.paths[`/api/v1${one.path}`]?.[method]?.responses[200])), one.path).toEqual(meant)
    }
  })

  it('points only at components that exist', () => {
    for (const [, target = ''] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const found = target.split('/').reduce<unknown>((node, key) => (node as Record<string, unknown>)?.[key], document)
      expect(found, target).toBeDefined()
    }
  })
})

describe('the documents of the rooms', () => {
  const rooms = Object.keys(apisOfRooms)
  const documents = rooms.map((room) => buildOpenApiDocument('1.2.3', room) as unknown as RoomDocument)

  it('contain each path of the whole document once', () => {
    const paths = documents.flatMap((one) => Object.entries(one.paths))
    expect(paths.map(([path]) => path).toSorted()).toEqual(Object.keys(document.paths).toSorted())
    expect(Object.fromEntries(paths)).toEqual(document.paths)
  })

  it('contain the schemas to which they refer, and no other schemas', () => {
    for (const [n, one] of documents.entries()) {
      const targets = [...JSON.stringify(one).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name)
      expect([...new Set(targets)].toSorted(), rooms[n]).toEqual(Object.keys(one.components.schemas).toSorted())
    }
  })

  it('are at most a quarter of the whole document', () => {
    const whole = JSON.stringify(document).length
    for (const [n, one] of documents.entries()) expect(JSON.stringify(one).length, rooms[n]).toBeLessThan(whole / 4)
  })

  it('are found by the references of the index', () => {
    const index = buildOpenApiDocument('1.2.3', 'index') as unknown as { paths: Record<string, { $ref: string }> }
    expect(Object.keys(index.paths)).toEqual(Object.keys(document.paths))
    for (const [path, { $ref }] of Object.entries(index.paths)) {
      const url = new URL($ref, 'http://127.0.0.1')
      const room = documents[rooms.indexOf(url.searchParams.get('room') ?? '')]
      const pointer = decodeURIComponent(url.hash).split('/')
      expect(room?.paths[pointer[2]?.replaceAll('~1', '/') ?? ''], $ref).toEqual(document.paths[path])
    }
  })
})

interface RoomDocument {
  paths: Record<string, unknown>
  components: { schemas: Record<string, unknown> }
}
