import { describe, expect, it } from 'vitest'
import { allApiCommands } from '#lib/api/index.ts'
import { type RequestWithoutBody, createRequestCheck } from './refusal.ts'

const web = { host: '127.0.0.1', port: 3000, publicUrl: 'https://watch.example', trustProxy: false }
const ask = (
  headers: RequestWithoutBody['headers'] = {},
  { method = 'GET', url = '/api/v1/circuits', trustProxy = false } = {},
) =>
  createRequestCheck({ ...web, trustProxy })({
    method,
    url,
    headers: { host: '127.0.0.1:3000', ...headers },
    socketAddress: '127.0.0.1',
  })
const statusOf = (...asked: Parameters<typeof ask>) => ask(...asked)?.status ?? 'goes on'
const put = { method: 'PUT', url: '/api/v1/declarations' }

describe('a host name that is not ours', () => {
  it.each(['/', '/wall', '/api/v1/channels', '/metrics', '/_next/static/a.js', '/nothing', '/api/healthy'])(
    'is misdirected at %s',
    (url) => {
      expect(ask({ host: 'evil.example' }, { url })).toMatchObject({
        status: 421,
        detail: expect.stringContaining('https://watch.example'),
      })
    },
  )
  it.each([
    '/api/health',
    '/api/health/live',
    '/api/health/ready',
    '/api/health?x=1',
    '/api/v1/inbound/proof/alerting-proof',
  ])('may ask for %s', (url) => {
    expect(statusOf({ host: 'evil.example' }, { url })).toBe('goes on')
  })
  it('changes nothing, though origin and site agree with it', () => {
    const headers = { host: 'evil.example', origin: 'http://evil.example', 'sec-fetch-site': 'same-origin' }
    expect(statusOf(headers, put)).toBe(421)
  })
  it('is one where there is none', () => {
    expect(statusOf({ host: undefined })).toBe(421)
  })
})

describe('a forwarded host name', () => {
  it('says nothing unless a proxy is trusted', () => {
    const headers = { 'x-forwarded-host': 'evil.example', origin: 'http://evil.example' }
    expect(statusOf({ 'x-forwarded-host': 'evil.example' })).toBe('goes on')
    expect(statusOf(headers, put)).toBe(403)
    expect(statusOf({ host: 'evil.example', 'x-forwarded-host': 'watch.example' })).toBe(421)
  })
  it.each([
    ['watch.example', 'goes on'],
    ['evil.example', 421],
    ['watch.example, evil.example', 421],
  ])('%s of a trusted proxy', (name, expected) => {
    expect(statusOf({ 'x-forwarded-host': name }, { trustProxy: true })).toBe(expected)
  })
  it('never makes up for the host', () => {
    const headers = { host: 'evil.example', 'x-forwarded-host': 'watch.example' }
    expect(statusOf(headers, { trustProxy: true })).toBe(421)
  })
})

describe('a change', () => {
  it.each([
    ['by a tool, which says nothing of where it comes from', {}],
    ['by a page of its own', { 'sec-fetch-site': 'same-origin', origin: 'http://127.0.0.1:3000' }],
    [
      'by a page of its own through a forwarded port',
      { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:8080' },
    ],
    ['by the address bar', { 'sec-fetch-site': 'none' }],
    ['by a page of its own on plain http', { origin: 'http://127.0.0.1:3000' }],
    ['by a page of its own behind a proxy', { origin: 'https://watch.example' }],
  ])('%s goes on', (_, headers) => {
    expect(statusOf(headers as RequestWithoutBody['headers'], put)).toBe('goes on')
  })

  it.each([
    ['of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['of another port of the same machine', { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:8080' }],
    ['of another site on plain http', { origin: 'http://evil.example' }],
    ['in a sandbox', { origin: 'null' }],
  ])('by a page %s is refused', (_, headers) => {
    for (const { method, path } of Object.values(allApiCommands)) {
      const url = `/api/v1${path.replace('{id}', 'x')}`
      expect(statusOf(headers as RequestWithoutBody['headers'], { method: method.toUpperCase(), url })).toBe(403)
    }
  })
})

describe('a question of another site', () => {
  const LINK = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
  it.each([
    { name: 'by its script', url: '/api/v1/overview', headers: { 'sec-fetch-site': 'cross-site' } },
    { name: 'by a link to the API', url: '/api/v1/overview', headers: LINK },
    { name: 'by a link to metrics', url: '/metrics', headers: LINK },
    { name: 'by a frame', url: '/', headers: { ...LINK, 'sec-fetch-dest': 'iframe' } },
    { name: 'by an image', url: '/cost', headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' } },
  ])('$name is refused', ({ url, headers }) => {
    expect(statusOf(headers, { url })).toBe(403)
  })
  it.each(['/', '/circuits/c1', '/wall?theme=dark', '/api/auth/callback/oidc?code=x'])(
    'by a link to %s goes on',
    (url) => {
      expect(statusOf(LINK, { url })).toBe('goes on')
    },
  )
  it('of the same site goes on, as that of a scraper', () => {
    expect(statusOf({ 'sec-fetch-site': 'same-site' })).toBe('goes on')
    expect(statusOf({}, { url: '/metrics' })).toBe('goes on')
  })
})

describe('a method', () => {
  it.each([
    { method: 'TRACE', url: '/', allow: 'GET, HEAD, OPTIONS' },
    { method: 'POST', url: '/', allow: 'GET, HEAD, OPTIONS' },
    { method: 'DELETE', url: '/circuits/c1', allow: 'GET, HEAD, OPTIONS' },
    { method: 'PROPFIND', url: '/api/v1/circuits', allow: 'GET, HEAD, OPTIONS' },
    { method: 'POST', url: '/api/v1/circuits/c1?x=1', allow: 'GET, HEAD, OPTIONS' },
    { method: 'DELETE', url: '/api/v1/declarations', allow: 'GET, HEAD, OPTIONS, PUT' },
    { method: 'GET', url: '/api/v1/incidents/i1/ack', allow: 'OPTIONS, POST' },
    { method: 'POST', url: '/metrics', allow: 'GET, HEAD, OPTIONS' },
    { method: 'PUT', url: '/api/health', allow: 'GET, HEAD, OPTIONS' },
    { method: 'TRACE', url: '/api/v1/nothing', allow: 'GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE' },
  ])('$method $url is not allowed', ({ method, url, allow }) => {
    expect(ask({}, { method, url })).toMatchObject({ status: 405, headers: { allow } })
  })

  it('OPTIONS lists those that exist', () => {
    const options = (url: string) => ask({}, { method: 'OPTIONS', url })
    expect(options('/api/v1/circuits')).toEqual({ status: 204, detail: null, headers: { allow: 'GET, HEAD, OPTIONS' } })
    expect(options('/api/v1/declarations')?.headers?.allow).toBe('GET, HEAD, OPTIONS, PUT')
    expect(options('/api/v1/nothing')?.status).toBe(404)
  })

  it('of each command goes on', () => {
    for (const { method, path } of Object.values(allApiCommands)) {
      const url = `/api/v1${path.replace('{id}', '%2Fsubscriptions%2Fs')}`
      expect(statusOf({}, { method: method.toUpperCase(), url }), url).toBe('goes on')
    }
  })
})

it.each(['/api/v1/circuits/%zz', '/api/v1/circuits/%E0%A4%A', '/api/v1/%/usage?step=day'])(
  'a malformed escape is a bad request to the API: %s',
  (url) => {
    expect(ask({}, { url })).toMatchObject({ status: 400, detail: expect.stringContaining('percent') })
  },
)

it('a body that is announced as too long is not read', () => {
  expect(statusOf({ 'content-length': '1000001' }, put)).toBe(413)
  expect(statusOf({ 'content-length': '1000000' }, put)).toBe('goes on')
})

it('a target that is an address is none', () => {
  expect(statusOf({}, { url: 'http://127.0.0.1:3000/api/v1/circuits' })).toBe(400)
})

describe('a path that is read otherwise than it was sent', () => {
  it.each([
    '/_next/static/../../circuits',
    '/_next/static/%2e%2e/%2E%2e/circuits',
    '/_next/static/..%2f..%2Fcircuits',
    '/_next/static/%2e%2e%2fcircuits',
    '/_next/static/..%5Ccircuits',
    '/api/auth/%2e%2e/v1/circuits',
    '/api/v1/inbound/./x',
    '/api/health/%2e%2e/v1/account',
    '/api\\v1\\account',
    '/api/health\\..\\v1/account',
    '//evil.example/',
    '//evil.example/api/health',
    '/api/health#/../v1/account',
    '/circuits/<x>',
    '/circuits/\u00e9',
  ])('is a bad request before all else: %s', (url) => {
    // this host name may only query the health endpoints
    expect(ask({ host: 'evil.example' }, { url })).toMatchObject({
      status: 400,
      detail: expect.stringContaining('path'),
    })
  })

  it.each([
    '/',
    '/circuits/%2Fsubscriptions%2Fs%2FresourceGroups%2Frg.one',
    '/circuits/caf%C3%A9?at=../..//',
    '/_next/static/chunks/app/(screens)/%5Bid%5D/page.js',
    '/api/v1/customers/a..b',
    '/%zz',
  ])('is read as sent: %s', (url) => {
    expect(statusOf({}, { url })).toBe('goes on')
  })
})
