import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { RunningSimulator } from '../../simulator/index.ts'
import type { ProductFault, InjectedNetworkLoss } from './plan.ts'
import {
  TORTURE_TEST_INSTANCE_ADDRESSES,
  TORTURE_TEST_MSEE_ADDRESSES,
  createTortureTestSubscriptionId,
} from './estate.ts'
import type { TortureTestTarget } from './target.ts'

/** An injected fault with its actual start and end, in epoch milliseconds. */
export interface InjectedProductFault {
  fault: ProductFault
  from: number
  to: number
}

/** Injects a fault at its time, and ends it. */
export async function injectProductFault(
  target: TortureTestTarget,
  simulator: RunningSimulator,
  fault: ProductFault,
): Promise<InjectedProductFault> {
  await delay(fault.at)
  const from = Date.now()
  const end = await begin(target, simulator, fault)
  if ('lasts' in fault) await delay(fault.lasts)
  await end?.()
  return { fault, from, to: Date.now() }
}

type End = (() => unknown) | undefined

async function begin(target: TortureTestTarget, simulator: RunningSimulator, fault: ProductFault): Promise<End> {
  switch (fault.kind) {
    case 'kill':
      target.signal(fault.process, 'SIGKILL')
      return
    case 'freeze':
      target.signal(fault.process, 'SIGSTOP')
      return () => target.signal(fault.process, 'SIGCONT')
    case 'clock':
      target.disturbance.set(
        fault.process,
        fault.runsOff ? { drift: fault.stepMs / fault.lasts, since: Date.now() } : { stepMs: fault.stepMs },
      )
      return () => target.disturbance.set(fault.process, { stepMs: 0, drift: 0 })
    case 'no_dns':
      target.disturbance.set('worker', { noDns: true })
      return () => target.disturbance.set('worker', { noDns: false })
    case 'full_disk':
      return target.disk?.fill?.()
    case 'disk_pause':
      return target.disk?.pause?.(fault.lasts)
    case 'failing_writes':
      return target.disk?.refuseWrites?.()
    case 'memory':
      return target.limitMemory?.(fault.process)
    case 'partition':
      return cut(target, fault)
    case 'failover':
      await target.failOver?.()
      return
    case 'read_only':
      await setReadOnly(target, true)
      return () => setReadOnly(target, false)
    case 'connections':
      return holdConnections(target.adminUrl, fault.count)
    case 'arm': {
      const { id } = simulator.control.happen({
        op: 'api-fault',
        fault: fault.answers,
        operation: fault.operation,
        ...(fault.subscription === null ? {} : { subscription: createTortureTestSubscriptionId(fault.subscription) }),
        ...(fault.answers === '429' ? { retryAfter: 2 } : {}),
      })
      return () => simulator.control.restore(id)
    }
    case 'budget':
      return spendBudget(simulator, fault.subscription)
  }
}

/**
 * Starts a network partition. A flapping partition alternates between cut and healed, so that some packets pass.
 * @returns a function that heals the partition
 */
async function cut(
  target: TortureTestTarget,
  { between, direction, flapsMs }: ProductFault & { kind: 'partition' },
): Promise<End> {
  if (flapsMs === null) return target.cut?.(between, direction)
  const ending = new AbortController()
  const running = (async () => {
    while (!ending.signal.aborted) {
      const heal = await target.cut?.(between, direction)
      await delay(flapsMs, null, { signal: ending.signal }).catch(() => {})
      await heal?.()
      await delay(flapsMs, null, { signal: ending.signal }).catch(() => {})
    }
  })()
  return () => {
    ending.abort()
    return running
  }
}

/** The network provider's budget window of five minutes, shortened to a hundredth like the simulated operations. */
const WINDOW_MS = 3_000
/** Part of each window in which the budget is exhausted. */
const SPENT_MS = 2_400

/**
 * Refuses all requests in a part of each window, with a matching Retry-After.
 * @returns a function that ends this
 */
function spendBudget(simulator: RunningSimulator, subscription: number | null): () => Promise<void> {
  const ending = new AbortController()
  const running = (async () => {
    while (!ending.signal.aborted) {
      const { id } = simulator.control.happen({
        op: 'api-fault',
        fault: '429',
        operation: '*',
        retryAfter: Math.ceil(SPENT_MS / 1_000),
        ...(subscription === null ? {} : { subscription: createTortureTestSubscriptionId(subscription) }),
      })
      await delay(SPENT_MS, null, { signal: ending.signal }).catch(() => {})
      simulator.control.restore(id)
      await delay(WINDOW_MS - SPENT_MS, null, { signal: ending.signal }).catch(() => {})
    }
  })()
  return () => {
    ending.abort()
    return running
  }
}

/**
 * Makes all new transactions of all sessions read-only, or writable again. Making them writable is retried until the
 * server responds.
 */
async function setReadOnly(target: TortureTestTarget, isReadOnly: boolean): Promise<void> {
  for (;;) {
    const { adminUrl } = target
    const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 2_000, query_timeout: 5_000 })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.query('SET default_transaction_read_only = off')
      await client.query(
        isReadOnly
          ? 'ALTER SYSTEM SET default_transaction_read_only = on'
          : 'ALTER SYSTEM RESET default_transaction_read_only',
      )
      await client.query('SELECT pg_reload_conf()')
      return
    } catch {
      if (isReadOnly) return
      await delay(200)
    } finally {
      await client.end().catch(() => {})
    }
  }
}

/** Opens idle connections, up to a number or the server's limit. */
async function holdConnections(adminUrl: string, count: number): Promise<() => Promise<void>> {
  const clients = Array.from({ length: count }, () => {
    const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 2_000 })
    client.on('error', () => {})
    return client
  })
  void Promise.allSettled(clients.map((client) => client.connect()))
  return async () => void (await Promise.allSettled(clients.map((client) => client.end())))
}

/** Causes a loss of a session or path in the simulated network, at the planned time and for the planned duration. */
export async function injectLoss(simulator: RunningSimulator, loss: InjectedNetworkLoss): Promise<void> {
  await delay(loss.at)
  const seconds = loss.lasts / 1_000
  if (loss.kind === 'neighbor') {
    simulator.control.happen({
      op: 'session-loss',
      gateway: `gw-${loss.of}`,
      instance: TORTURE_TEST_INSTANCE_ADDRESSES[loss.instance],
      neighbor: TORTURE_TEST_MSEE_ADDRESSES[loss.neighbor],
      seconds,
    })
  } else {
    const op = loss.kind === 'path' ? 'cut-path' : 'session-loss'
    simulator.control.happen({ op, circuit: `erc-${loss.of}`, path: loss.path, seconds })
  }
}
