import type { LookupAddress } from 'node:dns'
import { Socket } from 'node:net'
import { onTestFinished, vi } from 'vitest'
import { type OutboundRules, lookUpBySystem } from '../outbound/allowed-destination.ts'

export const publicOnly: OutboundRules = { allow: [], lookup: lookUpBySystem }

/** Settings as with `OUTBOUND_ALLOW=127.0.0.0/8`, for receivers of the test itself. */
export const loopbackOnly: OutboundRules = { allow: [{ cidr: '127.0.0.0/8' }], lookup: lookUpBySystem }

/**
 * Returns a simulated DNS lookup. `answers`: for each name, one list of addresses per query; the last one is repeated.
 */
export function fakeLookup(answers: Record<string, string[][]>) {
  const asked: string[] = []
  const lookup: OutboundRules['lookup'] = async (host) => {
    const lists = answers[host] ?? []
    const list = lists[Math.min(asked.filter((one) => one === host).length, lists.length - 1)] ?? []
    asked.push(host)
    return list.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }))
  }
  return { lookup, asked }
}

/** Counts the connections that this process opens from now on, without preventing them. */
export function startCountingOpenedConnections() {
  const spy = vi.spyOn(Socket.prototype, 'connect')
  onTestFinished(() => spy.mockRestore())
  return { opened: () => spy.mock.calls.length }
}
