import { BlockList, isIP } from 'node:net'
import type { Settings } from '#lib/platform/settings.ts'
import { canonicalAddress } from '#lib/bgp/index.ts'

/** Where the web listens, and where people reach it; tls: it speaks that by itself, default: it does not. */
export type WebAddress = Pick<Settings, 'host' | 'port' | 'publicUrl' | 'trustProxy'> & Partial<Pick<Settings, 'tls'>>

const WILDCARDS = new Set(['0.0.0.0', '::'])
const AUTHORITY = /^(\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?)\.?(?::(\d{1,5}))?$/i

/**
 * Which host names and origins are Peerwatch's own. A page of another site can give its own name the address of this machine (DNS
 * rebinding), after which a browser takes it for ours; the name that it asks for gives it away.
 */
export function ownAddresses({ host, port, publicUrl }: WebAddress) {
  const published = publicUrl === null ? null : new URL(publicUrl)
  const names = new Set(['localhost', ...(WILDCARDS.has(host) ? [] : [plain(host)])])
  if (published) names.add(plain(published.hostname))

  /** @param socketAddress the address at which the connection arrived */
  const isOwnName = (name: string, socketAddress: string): boolean =>
    names.has(name) || isLoopback(name) || name === plain(socketAddress)

  return {
    /** Whether a Host header is of Peerwatch; ports are not compared, because a forwarded one differs. */
    isOwnHost(header: string, socketAddress: string): boolean {
      const [, name] = AUTHORITY.exec(header.trim()) ?? []
      return name !== undefined && isOwnName(plain(name), socketAddress)
    },
    /** Whether an Origin header is of a page of Peerwatch. */
    isOwnOrigin(header: string, socketAddress: string): boolean {
      if (!URL.canParse(header)) return false
      const origin = new URL(header)
      if (published && origin.origin === published.origin) return true
      const isPort = origin.port === String(port) || (origin.port === '' && port === 80)
      return origin.protocol === 'http:' && isPort && isOwnName(plain(origin.hostname), socketAddress)
    },
  }
}
export type OwnAddresses = ReturnType<typeof ownAddresses>

/** A name or address as it is compared: lower case, without brackets; IPv4 in IPv6 as IPv4. */
function plain(name: string): string {
  const bare = name
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/^::ffff:(?=\d+\.)/, '')
  return canonicalAddress(bare) ?? bare
}

const isLoopback = (name: string): boolean => name === '::1' || /^127\.\d+\.\d+\.\d+$/.test(name)

/** Whether people reach the web by another port, or by https where it does not speak that itself: something stands between. */
export function isBehindProxy({ publicUrl, port, tls }: Pick<WebAddress, 'publicUrl' | 'port' | 'tls'>): boolean {
  if (publicUrl === null) return false
  const { protocol, port: named } = new URL(publicUrl)
  return tls ? (named || '443') !== String(port) : protocol === 'https:' || (named || '80') !== String(port)
}

/**
 * Returns the IP address of an entry of X-Forwarded-For, to which some proxies add brackets and a port; null if the entry is not an address, because
 * it is counted and audited.
 */
export function sentAddress(entry: string): string | null {
  const [, bracketed, v4] = /^(?:\[([^\]]+)\]|([\d.]+))(?::\d{1,5})?$/.exec(entry.trim()) ?? []
  const address = bracketed ?? v4 ?? entry.trim()
  return isIP(address) === 0 ? null : address
}

const NEAR = new BlockList()
for (const [network, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
] as const)
  NEAR.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  NEAR.addSubnet(network, prefix, 'ipv6')

/** Whether an address is of this machine or of a private network, as a proxy's is. @source RFC 1918, RFC 4193, RFC 6598 */
export function isNear(address: string): boolean {
  const bare = plain(address.replace(/%.*/s, ''))
  return isIP(bare) !== 0 && NEAR.check(bare, isIP(bare) === 6 ? 'ipv6' : 'ipv4')
}
