import { BlockList, isIP } from 'node:net'
import type { ProcessSettings } from '#lib/platform/settings.ts'
import { canonicalizeAddress } from '#lib/bgp/index.ts'

/**
 * The addresses at which the web server listens and at which users reach it. `tls` is set if the server itself uses
 * TLS; absent = plain HTTP.
 */
export type WebAddress = Pick<ProcessSettings, 'host' | 'port' | 'publicUrl' | 'trustProxy'> &
  Partial<Pick<ProcessSettings, 'tls'>>

const WILDCARDS = new Set(['0.0.0.0', '::'])
const AUTHORITY = /^(\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?)\.?(?::(\d{1,5}))?$/i

/**
 * Returns functions that check whether a host name or an origin belongs to Peerwatch. This protects against DNS
 * rebinding: a page of another site changes the address of its own host name to this machine, so that the browser takes
 * Peerwatch for that site. The Host header of such a request contains the foreign host name.
 */
export function createOwnAddressCheck({ host, port, publicUrl }: WebAddress) {
  const published = publicUrl === null ? null : new URL(publicUrl)
  const names = new Set(['localhost', ...(WILDCARDS.has(host) ? [] : [plain(host)])])
  if (published) names.add(plain(published.hostname))

  /**
   * Reports whether a host name belongs to Peerwatch.
   * @param socketAddress the address of this machine at which the connection arrived
   */
  const isOwnName = (name: string, socketAddress: string): boolean =>
    names.has(name) || isLoopback(name) || name === plain(socketAddress)

  return {
    /**
     * Reports whether a Host header contains a host name of Peerwatch. The port is not compared, because it is
     * different if a proxy or a port forwarding is used.
     */
    isOwnHost(header: string, socketAddress: string): boolean {
      const [, name] = AUTHORITY.exec(header.trim()) ?? []
      return name !== undefined && isOwnName(plain(name), socketAddress)
    },
    /** Reports whether an Origin header contains an origin of Peerwatch. */
    isOwnOrigin(header: string, socketAddress: string): boolean {
      if (!URL.canParse(header)) return false
      const origin = new URL(header)
      if (published && origin.origin === published.origin) return true
      const isPort = origin.port === String(port) || (origin.port === '' && port === 80)
      return origin.protocol === 'http:' && isPort && isOwnName(plain(origin.hostname), socketAddress)
    },
  }
}
export type OwnAddressCheck = ReturnType<typeof createOwnAddressCheck>

/**
 * Converts a host name or address to a form that can be compared: lower case, without brackets, and an IPv4-mapped IPv6
 * address as an IPv4 address.
 */
function plain(name: string): string {
  const bare = name
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/^::ffff:(?=\d+\.)/, '')
  return canonicalizeAddress(bare) ?? bare
}

const isLoopback = (name: string): boolean => name === '::1' || /^127\.\d+\.\d+\.\d+$/.test(name)

/**
 * Reports whether the settings show that there is a proxy in front of the web server. This is the case if PUBLIC_URL
 * has another port than the server, or if it is https although the server does not use TLS.
 */
export function isBehindProxy({ publicUrl, port, tls }: Pick<WebAddress, 'publicUrl' | 'port' | 'tls'>): boolean {
  if (publicUrl === null) return false
  const { protocol, port: named } = new URL(publicUrl)
  return tls ? (named || '443') !== String(port) : protocol === 'https:' || (named || '80') !== String(port)
}

/**
 * Returns the IP address in an entry of X-Forwarded-For. Some proxies add brackets and a port, which are removed.
 * Returns null for any other text, because the result is used for rate limits and in the audit log.
 */
export function parseForwardedAddress(entry: string): string | null {
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

/**
 * Reports whether an address belongs to this machine or to a private network. A proxy usually has such an address.
 * @source RFC 1918, RFC 4193, RFC 6598
 */
export function isLocalOrPrivateAddress(address: string): boolean {
  const bare = plain(address.replace(/%.*/s, ''))
  return isIP(bare) !== 0 && NEAR.check(bare, isIP(bare) === 6 ? 'ipv6' : 'ipv4')
}
