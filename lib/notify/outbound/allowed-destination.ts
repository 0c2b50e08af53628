import { BundleSafeError } from '#lib/platform/branded-error.ts'
import { type LookupAddress, promises as dns } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { connect, type Socket } from 'node:net'
import { type IpAddress, doesPrefixContainAddress, parseAddress, parsePrefix } from '#lib/bgp/index.ts'
import type { OutboundEntry } from '#lib/platform/settings.ts'
import { classifyAddress, resolveNat64Address } from './address-class.ts'

/** Rules for the destinations of notifications, and the function that looks up host names. */
export interface OutboundRules {
  /** setting OUTBOUND_ALLOW: allowed destinations in addition to public addresses */
  allow: readonly OutboundEntry[]
  /** returns all addresses of a name; rejects with the system's error */
  lookup: (host: string) => Promise<LookupAddress[]>
}

export const lookUpBySystem: OutboundRules['lookup'] = (host) => dns.lookup(host, { all: true })

interface Destination {
  /** host name, or an IP address without brackets */
  host: string
  port: number
}

/**
 * Error if none of a destination's addresses is allowed. The message names the destination as it was entered and none
 * of the addresses to which it resolves, so that the content of an internal DNS is not disclosed.
 */
export class RefusedDestinationError extends BundleSafeError {
  static override readonly brand = 'RefusedDestinationError'
}

/**
 * Resolves a destination once and returns its allowed addresses. Connect only to these addresses, with {@link
 * createFixedLookup}, because a second DNS lookup may return other addresses.
 * @throws RefusedDestinationError if no address is allowed
 * @throws the system's error if the name has no address, or the signal's reason
 */
export async function resolveAllowedAddresses(
  destination: Destination,
  outbound: OutboundRules,
  signal: AbortSignal,
): Promise<LookupAddress[]> {
  const literal = parseAddress(destination.host)
  const found = literal
    ? [{ address: destination.host, family: destination.host.includes(':') ? 6 : 4 }]
    : await unlessAborted(outbound.lookup(destination.host), signal)
  const usable = found.filter(({ address }) => {
    const parsed = parseAddress(address)
    return parsed !== null && isAdmitted(destination, parsed, outbound.allow)
  })
  if (usable.length > 0) return usable
  throw new RefusedDestinationError(
    `${destination.host} port ${destination.port} is refused: it is no public address, and OUTBOUND_ALLOW does not list it`,
  )
}

function isAdmitted(destination: Destination, address: IpAddress, allow: readonly OutboundEntry[]): boolean {
  const kind = classifyAddress(address)
  if (kind === 'never') return false
  return kind === 'public' || allow.some((entry) => lists(entry, destination, resolveNat64Address(address)))
}

function lists(entry: OutboundEntry, { host, port }: Destination, address: IpAddress): boolean {
  if ('cidr' in entry) {
    const prefix = parsePrefix(entry.cidr)
    return prefix !== null && doesPrefixContainAddress(prefix, address)
  }
  if (entry.port !== null && entry.port !== port) return false
  const listed = parseAddress(entry.host)
  if (!listed) return plainName(entry.host) === plainName(host)
  return listed.family === address.family && listed.value === address.value
}

const plainName = (host: string) => host.toLowerCase().replace(/\.$/, '')

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** Returns a lookup function for `net.connect` that always returns these addresses. */
export function createFixedLookup(addresses: readonly LookupAddress[]): LookupFunction {
  return (_hostname, { all }, done) => {
    const [first] = addresses
    if (all) return done(null, [...addresses])
    done(null, first?.address ?? '', first?.family ?? 0)
  }
}

/**
 * Opens a TCP connection to an allowed address of a destination.
 * @throws the errors of {@link resolveAllowedAddresses}, or the error of the connection
 */
export async function connectToDestination(
  destination: Destination,
  outbound: OutboundRules,
  signal: AbortSignal,
): Promise<Socket> {
  const addresses = await resolveAllowedAddresses(destination, outbound, signal)
  return new Promise((resolve, reject) => {
    const socket = connect({ ...destination, lookup: createFixedLookup(addresses) })
    const abort = () => socket.destroy(signal.reason)
    const settle = (then: () => void) => {
      signal.removeEventListener('abort', abort)
      socket.removeAllListeners('error').removeAllListeners('connect')
      then()
    }
    signal.addEventListener('abort', abort, { once: true })
    socket.once('error', (error) => settle(() => reject(error)))
    socket.once('connect', () => settle(() => resolve(socket)))
  })
}
