import type { Estate } from './estate.ts'
import { type Carrier, carrierOf, type Way } from './route-table.ts'

/** What a shift of the best ways is called: where it is told, from what to what, and how far it reaches. */
export interface Named {
  scope: string
  subject: string
  level: 'transport' | 'circuit' | 'gateway' | 'path'
}

export function named(
  estate: Estate,
  { before, after }: { before: readonly string[]; after: readonly string[] },
): Named {
  const was = carriers(estate, before)
  const is = carriers(estate, after)
  const names = (all: readonly Carrier[]) => [...new Set(all.map(({ name }) => name))].join(',')
  const [fromTransport, toTransport] = [was[0]?.transport, is[0]?.transport]
  const level =
    fromTransport !== toTransport
      ? 'transport'
      : names(was) !== names(is)
        ? 'circuit'
        : isElsewhere(before, after)
          ? 'gateway'
          : 'path'
  const subject =
    level === 'path' || level === 'gateway'
      ? `${peersOf(before).join(',')} > ${peersOf(after).join(',')}`
      : `${names(was)} > ${names(is)}`
  return { scope: was[0]?.circuit ?? estate.mark.scope, subject, level }
}

/** Whether what is used now hangs on other gateways altogether. */
function isElsewhere(before: readonly string[], after: readonly string[]): boolean {
  const gateways = (members: readonly string[]) => members.map((member) => member.slice(0, member.indexOf(' ')))
  const were = new Set(gateways(before))
  return after.length > 0 && gateways(after).every((gateway) => !were.has(gateway))
}

function carriers(estate: Estate, members: readonly string[]): Carrier[] {
  return members.map((member) => {
    const [gateway = '', peer = ''] = member.split(' ')
    return carrierOf(estate, gateway, peer)
  })
}

/** What stands for ways when they are compared: `gateway neighbor`, each once. */
export function membersOf(ways: readonly Way[]): string[] {
  return [...new Set(ways.map(({ gateway, peer }) => `${gateway} ${peer ?? ''}`))].toSorted()
}

/** The neighbors of members. */
export const peersOf = (members: readonly string[]) => members.map((member) => member.slice(member.indexOf(' ') + 1))
