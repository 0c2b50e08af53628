import type { Estate } from './estate.ts'
import { type Carrier, carrierOf } from './route-table.ts'

/** What a shift of the best ways is called: where it is told, from what to what, and how far it reaches. */
export interface Named {
  scope: string
  subject: string
  level: 'transport' | 'circuit' | 'path'
}

export function named(
  estate: Estate,
  { before, after }: { before: readonly string[]; after: readonly string[] },
): Named {
  const was = carriers(estate, before)
  const is = carriers(estate, after)
  const names = (all: readonly Carrier[]) => [...new Set(all.map(({ name }) => name))].join(',')
  const [fromTransport, toTransport] = [was[0]?.transport, is[0]?.transport]
  const level = fromTransport !== toTransport ? 'transport' : names(was) !== names(is) ? 'circuit' : 'path'
  const subject =
    level === 'path' ? `${peersOf(before).join(',')} > ${peersOf(after).join(',')}` : `${names(was)} > ${names(is)}`
  return { scope: was[0]?.circuit ?? estate.mark.scope, subject, level }
}

function carriers(estate: Estate, members: readonly string[]): Carrier[] {
  return members.map((member) => {
    const [gateway = '', peer = ''] = member.split(' ')
    return carrierOf(estate, gateway, peer)
  })
}

/** Members are `gateway neighbor`; their neighbors. */
export const peersOf = (members: readonly string[]) => members.map((member) => member.slice(member.indexOf(' ') + 1))
