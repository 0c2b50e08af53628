import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { allApiCommands, allApiEndpoints } from '#lib/api/index.ts'
import { getHandlerProtection } from './_http/handler.ts'
import { API_PATH_HANDLERS } from './testing/handlers-of.ts'

/**
 * The OpenAPI document is generated from the contract, so it would also describe an endpoint or a command without a
 * route.
 */
describe('each endpoint and command has a route', () => {
  it.each([
    ...Object.values(allApiEndpoints).map(({ path: url }) => ({ method: 'GET', url })),
    ...Object.values(allApiCommands).map(({ method, path: url }) => ({ method: method.toUpperCase(), url })),
  ])('$method $url', ({ method, url }) => {
    expect((API_PATH_HANDLERS[url] as Record<string, unknown>)[method]).toBeTypeOf('function')
  })
})

const APP = path.resolve(import.meta.dirname, '..')

/** Public routes. A route that is added here is accessible to everybody who can connect to the web. */
const PUBLIC = [
  'api/[[...rest]]/route.ts',
  'api/auth/[[...rest]]/route.ts',
  'api/auth/link/purpose/route.ts',
  'api/auth/link/route.ts',
  'api/auth/sessions/route.ts',
  'api/health/live/route.ts',
  'api/health/ready/route.ts',
  'api/health/route.ts',
  // requests without a valid signature of the channel's vendor are refused
  'api/v1/inbound/[kind]/[channel]/route.ts',
  // dispatches to the handler of a path, which checks the right (see below)
  'api/v1/[...path]/route.ts',
]

describe('each route asks for a right', () => {
  const files = globSync('**/route.ts', { cwd: APP })
  it('there are routes', () => expect(files.length).toBeGreaterThan(8))

  it.each(files)('%s', async (file) => {
    const route: Record<string, unknown> = await import(path.join(APP, file))
    const handlers = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].flatMap(
      (method) => route[method] ?? [],
    )
    expect(handlers.length).toBeGreaterThan(0)
    for (const handler of handlers)
      expect(getHandlerProtection(handler)).toBe(PUBLIC.includes(file) ? 'public' : 'right')
  })
})

describe('each path of the API asks for a right', () => {
  const handlers = Object.entries(API_PATH_HANDLERS).flatMap(([url, methods]) =>
    Object.entries(methods).map(([method, handler]) => ({ url, method, handler })),
  )
  it('there are paths', () => expect(handlers.length).toBeGreaterThan(100))

  it.each(handlers)('$method $url', ({ handler }) => expect(getHandlerProtection(handler)).toBe('right'))
})

/**
 * Pages that show no network data: for visitors who are not signed in, or only about the visitor. The wall display's
 * own query checks its right.
 */
const WITHOUT_RIGHT = [
  '(screens)/account/page.tsx',
  '(screens)/settings/page.tsx',
  'sign-in/link/page.tsx',
  'sign-in/page.tsx',
  'snapshot/[token]/page.tsx',
]

describe('each page asks for a right', () => {
  const files = globSync('**/page.tsx', { cwd: APP })
  it('there are pages', () => expect(files.length).toBeGreaterThan(15))

  it.each(files)('%s', (file) => {
    const asks = /<PageWithPrefetchedData\b|\bcreatePrefetchedScreen\(|\brequireRight\(/.test(
      readFileSync(path.join(APP, file), 'utf8'),
    )
    expect(asks).toBe(!WITHOUT_RIGHT.includes(file))
  })
})
