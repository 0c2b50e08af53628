import { formatDuration, type RouterConnectionEnd } from '#lib/contract/index.ts'
import type { EndsVerdict, RouterJoin } from '#lib/detection/index.ts'

const openWords = {
  several_circuits: 'several circuits use these addresses and ASNs: choose the one that it is',
  several_routers: 'several routers claim this path: choose the one that is at it',
  not_established: 'the session has not come up since the router reports, so that its own address is not known',
  asn_differs: 'the addresses are those of this path, the ASNs are not',
} as const

/** Why a session is the path that it is, or none. */
export function joinWords(join: RouterJoin): string {
  switch (join.state) {
    case 'confirmed':
      return 'declared'
    case 'inferred':
      return 'both addresses and both ASNs are those of this path alone'
    case 'open':
      return openWords[join.why]
    case 'none':
      return 'no circuit has a path with these addresses'
  }
}

const endWords: Record<RouterConnectionEnd, string> = {
  closed: 'the router closed its connection',
  lost: 'the connection was lost',
  malformed: 'the router sent what could not be read',
  limit: 'the router sent more than is taken',
  failed: 'its reports could not be recorded',
  stopped: 'Peerwatch stopped',
  vanished: 'Peerwatch was not there to listen',
}

/** How a router's connection ended. @param detail of it; null or '' = there is none */
export const connectionEndWords = (end: RouterConnectionEnd, detail: string | null): string =>
  detail ? `${endWords[end]}: ${detail}` : endWords[end]

type State = 'up' | 'down' | null

/** Both ends of a session in a sentence. */
export function endsWords(judged: EndsVerdict, { azure, router }: { azure: State; router: State }): string {
  const { verdict, differsFor } = judged
  const span = differsFor ? formatDuration(differsFor.minMs) : ''
  switch (verdict) {
    case 'agree':
      return `both ends are ${azure ?? 'unknown'}`
    case 'one_end':
      if (router === null && azure === null) return 'neither end is observed now'
      return router === null
        ? `Azure's end is ${azure}; the router is not observed now`
        : `the router's end is ${router}; Azure's end is not known now`
    case 'not_read':
      return `the router's end is ${router}; Azure has not been asked since that changed`
    case 'settling':
      return `the router's end is ${router}, Azure's still ${azure}: an end that falls silent is noticed by the other's hold timer`
    case 'router_down':
      return `the router has been down for at least ${span} while Azure reports the session up`
    case 'azure_down':
      return `Azure has had the session down for at least ${span} while the router reports it up`
  }
}
