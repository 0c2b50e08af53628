import { NextRequest } from 'next/server'
import { describe, expect, it } from 'vitest'
import { config, proxy } from '../proxy.ts'

const ask = (path: string) => proxy(new NextRequest(`http://127.0.0.1:3000${path}`))
const rewritten = (response: Response) => response.headers.get('x-middleware-rewrite')

describe('an address whose percent escapes are malformed', () => {
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
})

it('a page that is fetched ahead has a policy too, because it is shown later', () => {
  const pattern = new RegExp(`^${config.matcher}$`)
  expect(['/', '/circuits/c1', '/wall'].every((path) => pattern.test(path))).toBe(true)
  expect(['/api/v1/circuits', '/metrics', '/_next/static/a.js'].some((path) => pattern.test(path))).toBe(false)
})
