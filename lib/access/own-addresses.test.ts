import { describe, expect, it } from 'vitest'
import { isBehindProxy, isLocalOrPrivateAddress, createOwnAddressCheck, type WebAddress } from './own-addresses.ts'

const web = (more: Partial<WebAddress> = {}): WebAddress => ({
  host: '127.0.0.1',
  port: 3000,
  publicUrl: null,
  trustProxy: false,
  ...more,
})
const PUBLISHED = web({ host: '10.0.0.9', publicUrl: 'https://watch.example/edge' })

describe('a host name', () => {
  it.each([
    { name: 'of loopback', header: 'localhost:3000' },
    { name: 'of loopback on a forwarded port', header: '127.0.0.1:8080' },
    { name: 'of another loopback address', header: '127.3.2.1' },
    { name: 'of loopback by IPv6', header: '[::1]:3000' },
    { name: 'of HOST', header: 'edge.lan:3000', web: web({ host: 'edge.lan' }) },
    { name: 'in capitals and with a dot at its end', header: 'Edge.LAN.:3000', web: web({ host: 'edge.lan' }) },
    { name: 'of PUBLIC_URL', header: 'watch.example', web: PUBLISHED },
    { name: 'of PUBLIC_URL behind a port', header: 'WATCH.example:443', web: PUBLISHED },
    { name: 'of the address that the connection arrived at', header: '10.1.2.3:3000', at: '::ffff:10.1.2.3' },
    { name: 'of such an address by IPv6', header: '[2001:DB8::0:1]:3000', at: '2001:db8::1' },
  ])('$name is ours', ({ header, web: where = web(), at = '127.0.0.1' }) => {
    expect(createOwnAddressCheck(where).isOwnHost(header, at)).toBe(true)
  })

  it.each([
    { name: 'of another site', header: 'evil.example' },
    { name: 'that begins as ours', header: 'localhost.evil.example' },
    { name: 'that ends as PUBLIC_URL', header: 'evilwatch.example', web: PUBLISHED },
    { name: 'that hides ours before a sign', header: 'localhost@evil.example' },
    { name: 'that hides ours behind a path', header: 'evil.example/localhost' },
    { name: 'that resembles loopback', header: '127.0.0.1.evil.example' },
    { name: 'of another address', header: '10.1.2.4', at: '10.1.2.3' },
    { name: 'of every address', header: '0.0.0.0:3000', web: web({ host: '0.0.0.0' }) },
    { name: 'that is none', header: '' },
    { name: 'that is a list', header: 'localhost,evil.example' },
  ])('$name is not ours', ({ header, web: where = web(), at = '127.0.0.1' }) => {
    expect(createOwnAddressCheck(where).isOwnHost(header, at)).toBe(false)
  })
})

describe('an origin', () => {
  it.each([
    { origin: 'http://127.0.0.1:3000' },
    { origin: 'http://localhost:3000' },
    { origin: 'http://10.0.0.9:3000', web: PUBLISHED },
    { origin: 'https://watch.example', web: PUBLISHED },
    { origin: 'http://edge.lan', web: web({ host: 'edge.lan', port: 80 }) },
  ])('$origin is ours', ({ origin, web: where = web() }) => {
    expect(createOwnAddressCheck(where).isOwnOrigin(origin, '127.0.0.1')).toBe(true)
  })

  it.each([
    { origin: 'http://evil.example' },
    { origin: 'http://127.0.0.1:8080' },
    { origin: 'https://127.0.0.1:3000' },
    { origin: 'http://watch.example', web: PUBLISHED },
    { origin: 'https://watch.example:8443', web: PUBLISHED },
    { origin: 'null' },
    { origin: 'file://' },
  ])('$origin is not ours', ({ origin, web: where = web() }) => {
    expect(createOwnAddressCheck(where).isOwnOrigin(origin, '127.0.0.1')).toBe(false)
  })
})

it.each([
  { publicUrl: null, port: 3000, isBehind: false },
  { publicUrl: 'http://noc.example:3000', port: 3000, isBehind: false },
  { publicUrl: 'http://noc.example', port: 80, isBehind: false },
  { publicUrl: 'http://noc.example', port: 3000, isBehind: true },
  { publicUrl: 'https://noc.example:3000', port: 3000, isBehind: true },
  { publicUrl: 'https://noc.example:3000', port: 3000, tls: { certFile: 'c', keyFile: 'k' }, isBehind: false },
  { publicUrl: 'https://noc.example', port: 3000, tls: { certFile: 'c', keyFile: 'k' }, isBehind: true },
])('a proxy stands before port $port as $publicUrl: $isBehind', ({ isBehind, ...web }) => {
  expect(isBehindProxy(web)).toBe(isBehind)
})

it.each(['127.0.0.1', '::1', '::ffff:10.1.2.3', '192.168.0.9', 'fd00::1', 'fe80::1%eth0'])('%s is near', (address) =>
  expect(isLocalOrPrivateAddress(address)).toBe(true),
)
it.each(['203.0.113.7', '2001:db8::1', '172.32.0.1', ''])('%s is not near', (address) =>
  expect(isLocalOrPrivateAddress(address)).toBe(false),
)
