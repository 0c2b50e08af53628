import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { commands, endpoints } from '#lib/contract/index.ts'

/** OpenAPI comes from the contract, which would also describe an endpoint or a command that no route handles. */
describe('each endpoint and command has a route', () => {
  it.each([
    ...Object.values(endpoints).map(({ path: url }) => ({ method: 'GET', url })),
    ...Object.values(commands).map(({ method, path: url }) => ({ method: method.toUpperCase(), url })),
  ])('$method $url', async ({ method, url }) => {
    const folder = url.replaceAll(/\{(\w+)\}/g, '[$1]')
    const route: Record<string, unknown> = await import(path.join(import.meta.dirname, 'v1', folder, 'route.ts'))
    expect(route[method]).toBeTypeOf('function')
  })
})
