import { setTimeout as delay } from 'node:timers/promises'
import { startPatroniCluster } from '#lib/platform/testing/patroni.ts'
import { getRouterNamespaceName } from '../../simulator/daemons/namespaces.ts'
import { getAddressOfMachine, type TortureTestMachineName } from './network.ts'

/** The database servers, independent of the component that selects the primary. */
export interface TortureTestDatabaseServers {
  readonly primary: { host: string; url: string }
  readonly standby: { host: string }
  address(parameters: string): string
  /** absent = failover cannot be requested */
  failOver?(): Promise<void>
  stop(): Promise<void>
}

const MEMBERS: readonly TortureTestMachineName[] = ['etcd', 'first', 'second', 'third']
const ASKED_EVERY_MS = 500

/**
 * Starts three servers under Patroni and its etcd, each on a separate machine, and polls which server is the primary.
 */
export async function startPatroniServers(): Promise<TortureTestDatabaseServers> {
  const cluster = await startPatroniCluster(MEMBERS.length - 1, (n) => {
    const machine = MEMBERS[n] ?? 'etcd'
    return { host: getAddressOfMachine(machine), command: ['ip', 'netns', 'exec', getRouterNamespaceName(machine)] }
  })
  let [primary, standby] = [await cluster.primary(), await cluster.synchronousStandby()]
  const ending = new AbortController()
  const following = (async () => {
    while (!ending.signal.aborted) {
      // while there is no primary, keep the last one
      primary = await cluster.primary().catch(() => primary)
      standby = await cluster.synchronousStandby().catch(() => standby)
      await delay(ASKED_EVERY_MS, null, { signal: ending.signal }).catch(() => {})
    }
  })()
  return {
    get primary() {
      return primary
    },
    get standby() {
      return standby
    },
    address: (parameters) => cluster.address(parameters),
    async stop() {
      ending.abort()
      await following
      await cluster.stop()
    },
  }
}
