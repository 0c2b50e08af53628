import { NextRequest } from 'next/server'
import { describe, expect, it } from 'vitest'
import { problem } from '#lib/contract/index.ts'
import { config, proxy } from '../proxy.ts'

const ask = (path: string) => proxy(new NextRequest(`http://127.0.0.1:3000${path}`))
const rewritten = (response: Response) => response.headers.get('x-middleware-rewrite')

describe('an address whose percent escapes are malformed', () => {
  it.each(['/api/v1/circuits/%zz', '/api/v1/circuits/%E0%A4%A', '/api/v1/%/usage?step=day'])(
    'is a bad request to the API: %s',
    async (path) => {
      const response = ask(path)
      expect(response.status).toBe(400)
      expect(response.headers.get('content-type')).toContain('application/problem+json')
      expect(problem.parse(await response.json()).detail).toMatch(/percent/)
    },
  )

  it.each(['/circuits/%zz', '/gateways/%E0%A4%A'])('is no page: %s', (path) => {
    const response = ask(path)
    expect(new URL(rewritten(response) ?? '').pathname).toBe('/not-found')
    expect(response.headers.get('content-security-policy')).toContain("'nonce-")
  })
})

describe('an address that is well formed', () => {
  it.each(['/', '/circuits/c1', '/circuits/%2Fsubscriptions%2Fs', '/routes?prefix=%zz'])('goes on: %s', (path) => {
    const response = ask(path)
    expect([response.status, rewritten(response)]).toEqual([200, null])
    expect(response.headers.get('content-security-policy')).toContain("'nonce-")
  })

  it('of the API goes on without a policy for pages', () => {
    const response = ask('/api/v1/circuits/%2Fsubscriptions%2Fs')
    expect([response.status, rewritten(response)]).toEqual([200, null])
    expect(response.headers.get('content-security-policy')).toBeNull()
  })

  it('of the API matches only with escapes', () => {
    const sources = config.matcher.map((one) => (typeof one === 'string' ? one : one.source))
    expect(sources).toContain('/api/(.*%.*)')
  })
})
