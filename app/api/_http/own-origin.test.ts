import { describe, expect, it } from 'vitest'
import { ForeignOriginError, requireOwnOrigin } from './own-origin.ts'

const ask = (headers: Record<string, string>) =>
  requireOwnOrigin(new Request('http://10.0.0.9:3000/api/v1/declarations', { method: 'PUT', headers }))

describe('a change', () => {
  it.each([
    ['by a tool, which says nothing of where it comes from', {}],
    ['by a page of its own', { 'sec-fetch-site': 'same-origin', origin: 'http://10.0.0.9:3000' }],
    ['by the address bar', { 'sec-fetch-site': 'none' }],
    ['by a page of its own on plain http', { origin: 'http://10.0.0.9:3000' }],
    ['by a page of its own behind a proxy', { origin: 'https://watch.example', 'x-forwarded-host': 'watch.example' }],
    ['by a page of its own behind a proxy that keeps the host', { origin: 'https://w.example', host: 'w.example' }],
  ])('%s is taken', (_, headers) => {
    expect(() => ask(headers as Record<string, string>)).not.toThrow()
  })

  it.each([
    ['of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['of another port of the same machine', { 'sec-fetch-site': 'same-site', origin: 'http://10.0.0.9:8080' }],
    ['of another site on plain http', { origin: 'http://evil.example' }],
    ['in a sandbox', { origin: 'null' }],
  ])('by a page %s is refused', (_, headers) => {
    expect(() => ask(headers)).toThrow(ForeignOriginError)
  })
})
