import { describe, expect, it } from 'vitest'
import { endpoints, openApiDocument } from './index.ts'

const document = openApiDocument('1.2.3') as {
  openapi: string
  paths: Record<
    string,
    { get: { operationId: string; parameters?: { name: string; in: string }[]; responses: Record<string, unknown> } }
  >
}
const operations = Object.entries(document.paths)

describe('the OpenAPI document', () => {
  it('is of version 3.1 and survives JSON', () => {
    expect(document.openapi).toMatch(/^3\.1\./)
    expect(JSON.parse(JSON.stringify(document))).toEqual(document)
  })

  it('names every endpoint, and no operation twice', () => {
    expect(operations.map(([path]) => path)).toEqual(
      expect.arrayContaining([
        ...Object.values(endpoints).map(({ path }) => `/api/v1${path}`),
        '/api/v1/stream',
        '/api/health',
      ]),
    )
    expect(new Set(operations.map(([, { get }]) => get.operationId)).size).toBe(operations.length)
  })

  it('declares each parameter that stands in a path', () => {
    for (const [path, { get }] of operations) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      expect(get.parameters?.filter((parameter) => parameter.in === 'path').map(({ name }) => name) ?? []).toEqual(
        named,
      )
    }
  })

  it('gives the parameters of the time machine', () => {
    const names = document.paths['/api/v1/routes']?.get.parameters?.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['scope', 'at', 'prefix', 'origin', 'asn', 'cursor', 'limit']))
  })

  it('points only at components that exist', () => {
    for (const [, target = ''] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const found = target.split('/').reduce<unknown>((node, key) => (node as Record<string, unknown>)?.[key], document)
      expect(found, target).toBeDefined()
    }
  })
})
