/**
 * Azure's limits and run times without response data: the simulator's own budgets, locks and run times at virtual time.
 * The product's own client code interprets refusals.
 */
import { classifyFailedResponse } from '#lib/azure/call/classify-failure.ts'
import { updateBudget } from '#lib/azure/budget.ts'
import type { PollFailure } from '#lib/azure/call/failure.ts'
import type { RemainingArmRequests } from '#lib/contract/index.ts'
import type { VirtualDayPollLoad } from './estate.ts'
import {
  createSimulatorServerState,
  type SimulatorServerState,
  computeRunTimeOfRequest,
  type SimulatorProfile,
  type SimulatedWorld,
} from '../simulator/index.ts'
import { ArmError, errorAnswer } from '../simulator/wire/message.ts'

export type AzureReadOrWriteClass = 'reads' | 'writes'

/** Counter of requests per budget in windows of five minutes. */
export class BudgetRequestCounter {
  readonly windowMs = 300_000
  readonly #counts = new Map<string, Map<number, number>>()

  add(key: string, at: number): void {
    const windows = this.#counts.get(key) ?? new Map<number, number>()
    this.#counts.set(key, windows)
    const n = Math.floor(at / this.windowMs)
    windows.set(n, (windows.get(n) ?? 0) + 1)
  }

  /** Yields the number of requests in each window from a time on, for each subscription. */
  *windows(budget: string, from: number): Iterable<number> {
    for (const [key, counts] of this.#counts) {
      if (!key.startsWith(`${budget} `)) continue
      for (const [n, count] of counts) if (n * this.windowMs >= from) yield count
    }
  }
}

const BASE = 'http://127.0.0.1'
const VERSION = '?api-version=2025-01-01'

/** Returns the path and query of the request that starts an operation. */
function targetOf({ kind, resourceId, subresource }: VirtualDayPollLoad): string {
  const [peering, path] = subresource.split('/')
  const circuit = (table: string) => `${resourceId}/peerings/${peering}/${table}/${path}${VERSION}`
  switch (kind) {
    case 'peers':
      return `${resourceId}/getBgpPeerStatus${VERSION}`
    case 'learned':
      return `${resourceId}/getLearnedRoutes${VERSION}`
    case 'advertised':
      return `${resourceId}/getAdvertisedRoutes${VERSION}&peer=${subresource}`
    case 'summary':
      return circuit('routeTablesSummary')
    case 'tables':
      return circuit('routeTables')
    case 'arp':
      return circuit('arpTables')
    default:
      throw new Error(`${kind} is no operation`)
  }
}

export class VirtualDayAzure {
  readonly meter = new BudgetRequestCounter()
  readonly #world: SimulatedWorld
  readonly #memory: SimulatorServerState
  readonly #region: string
  #identity = 0

  constructor(world: SimulatedWorld, profile: SimulatorProfile) {
    this.#world = world
    this.#memory = createSimulatorServerState(profile)
    this.#region = world.scenario.subscriptions[0]?.groups[0]?.location ?? ''
  }

  get retryAfterMs(): number {
    return (this.#memory.profile.operations?.retryAfter ?? 0) * 1_000
  }

  /** Returns the run time in milliseconds of an operation that starts at a time. */
  runTime(load: VirtualDayPollLoad, at: number): number {
    return computeRunTimeOfRequest(this.#world, this.#memory.profile, targetOf(load), at)
  }

  /**
   * Locks a resource like a change by another caller.
   * @returns false if an operation holds the lock
   */
  lock(resourceId: string, operation: string, at: number, until: number): boolean {
    const { locks } = this.#memory
    if (locks?.holder(resourceId, at)) return false
    locks?.take({ operation, id: 'a-change', resource: resourceId, place: `${BASE}/operations/a-change`, until }, at, 1)
    return true
  }

  /**
   * Sends one request.
   * @param operation for a POST, the time until which it locks its resource
   * @returns the refusal; null = Azure accepted the request
   */
  ask(
    load: VirtualDayPollLoad,
    asked: AzureReadOrWriteClass,
    at: number,
    operation: number | null = null,
  ): PollFailure | null {
    const { arm, network, locks } = this.#memory
    const method = asked === 'reads' ? 'GET' : 'POST'
    const { subscriptionId: subscription, resourceId } = load
    try {
      arm?.admit({ method, subscription, principal: 'peerwatch' }, at, 1)
      this.meter.add(`arm.${asked} ${subscription}`, at)
      if (load.kind !== 'activity') network?.admit({ method, subscription, region: this.#region }, at, 1)
      this.meter.add(`network.${asked} ${subscription}`, at)
      if (operation !== null) {
        const lock = {
          operation: load.kind,
          id: String(this.#identity++),
          resource: resourceId,
          place: BASE,
          until: operation,
        }
        locks?.take(lock, at, 1)
      }
      return null
    } catch (error) {
      if (!(error instanceof ArmError)) throw error
      const given = errorAnswer(error)
      const headers = { ...this.#headers(load, method, at), ...given.headers }
      const answer = { status: given.status, header: (name: string) => headers[name], headers: () => headers }
      return classifyFailedResponse({ ...answer, method, url: `${BASE}${resourceId}`, body: given.body }, at)
    }
  }

  /** Returns the remaining budget that the response headers of a poll report. */
  left(load: VirtualDayPollLoad, methods: readonly ('GET' | 'POST')[], at: number): RemainingArmRequests | null {
    const url = `${BASE}/providers/Microsoft.Network/`
    let budget: RemainingArmRequests | null = null
    for (const method of methods) {
      const headers = this.#headers(load, method, at)
      budget = updateBudget(budget, { method, url, header: (name) => headers[name], headers: () => headers })
    }
    return budget
  }

  #headers(load: VirtualDayPollLoad, method: string, at: number): Record<string, string> {
    const { arm, network, profile } = this.#memory
    const { subscriptionId: subscription } = load
    return {
      ...(profile.headers === 'none' ? {} : arm?.remaining({ method, subscription, principal: 'peerwatch' }, at)),
      ...(profile.headers === 'levels' ? network?.levels({ subscription, region: this.#region }, at) : {}),
      ...(profile.headers === 'all' ? network?.remaining({ method, subscription, region: this.#region }, at) : {}),
    }
  }
}
