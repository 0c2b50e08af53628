/**
 * History in memory, for polls that are evaluated but not stored in the database (back-tests, simulated scenarios). It
 * compares each poll with the last known state, with the same code as history in the database.
 * `lab/corpus/recorder.db.test.ts` checks that the results are the same.
 */
import type { ValueByAddressFamily } from '#lib/bgp/index.ts'
import type { EpochMs, PollObservation, PollRecord } from '#lib/contract/index.ts'
import { isForwardingTablePollKind, type ForwardingTablePollKind } from '#lib/contract/poll.ts'
import { formatPollKey } from '#lib/detection/index.ts'
import { type LastGoodPoll, type RecordingResult, computeUsualIntervalMs } from '#lib/history/index.ts'
import { recording } from '#lib/history/statements.ts'
import { decodeRouteAttributes, InMemoryRouteTable } from './routes.ts'

interface Stored {
  known: recording.StoredPollStateAndRows
  routes: InMemoryRouteTable
  inventory: ListedResources
  /** Rows of the last poll. They are compared first, because most responses are identical to the last one. */
  rows: PollObservation['rows'] | null
}

export class InMemoryRecorder {
  private readonly stored = new Map<string, Stored>()
  private readonly sourceIds = new Map<string, number>()
  private readonly intervals = new Map<string, number>()

  /**
   * Compares a poll with the known state, stores the new state and returns the changes.
   * @param scope short id of the polled resource
   */
  record(
    observation: PollObservation,
    scope: string,
    localAddresses: ValueByAddressFamily | null = null,
  ): RecordingResult {
    const stored = this.storedOf(observation, scope)
    const { routes, inventory, known } = stored
    const isSame = stored.rows === observation.rows && observation.outcome === 'ok' && !inventory.isAwaited
    const before = { ...known, ...(!isSame && { table: routes, inventory: inventory.known }) }
    const step = recording.comparePollWithStoredState(before, observation, { intervalSeconds: 0, localAddresses })
    const { status, mark, changes, silentSessions, evaluated } = step
    if (status !== 'recorded') return { status, mark, changes, silentSessions, evaluated }
    stored.known = { ...step.after, table: null, inventory: null }
    if (recording.hasReadRows(observation.outcome)) stored.rows = observation.outcome === 'ok' ? observation.rows : null
    if (step.inventory) inventory.apply(step.inventory, mark.sourceId)
    const ofRoutes = recording.listTableChanges(step.routes, decodeRouteAttributes)
    routes.apply(step.routes)
    return { status, mark, changes: [...changes, ...ofRoutes], silentSessions, evaluated }
  }

  private storedOf({ target: { resourceId, subresource }, kind }: PollObservation, scope: string): Stored {
    const source = `${resourceId.toLowerCase()} ${subresource}`
    const found = this.stored.get(`${source} ${kind}`)
    if (found) return found
    const sourceId = this.sourceIds.get(source) ?? this.sourceIds.size + 1
    this.sourceIds.set(source, sourceId)
    const known = recording.createKnownPollWithoutRows({
      sourceId,
      kind,
      scope,
      resourceId,
      subresource,
      lastStartedAt: null,
      lastFinishedAt: null,
      lastOutcome: null,
      silentInstances: [],
      intervalFrom: null,
      intervalBeganWith: null,
      okStartedAt: null,
      okFinishedAt: null,
      readAt: null,
      silentReadAt: {},
      starts: [],
      durations: [],
    })
    const made = { known, routes: new InMemoryRouteTable(), inventory: new ListedResources(), rows: null }
    this.stored.set(`${source} ${kind}`, made)
    return made
  }

  /** Stores the interval of a source's polls, which `readLastGoodPolls` returns. */
  noteInterval({ scope, subresource, kind }: PollRecord, everyMs: number): void {
    this.intervals.set(formatPollKey(scope, subresource, kind), everyMs)
  }

  /** Returns the last good poll of each source of some scopes. The key is `scope subresource kind`. */
  lastGoodPolls(scopes: readonly string[]): Record<string, LastGoodPoll> {
    return Object.fromEntries(
      [...this.stored.values()].flatMap(({ known: { state } }) => {
        const { scope, subresource, kind, okStartedAt: at, readAt } = state
        if (readAt === null || !scopes.includes(scope)) return []
        const key = formatPollKey(scope, subresource, kind)
        return [[key, { at, readAt, everyMs: computeUsualIntervalMs(state, this.intervals.get(key) ?? 0) }]]
      }),
    )
  }

  /** Returns the resources that the inventories currently list. */
  listed(): recording.StoredInventoryResource[] {
    return [...this.stored.values()].flatMap(({ inventory }) => [...inventory.resources.values()])
  }

  /**
   * Returns all forwarding tables (tables of learned or advertised routes and path tables).
   * @returns `okAt` is the begin of the last good poll; null = there is none
   */
  tables(): {
    scope: string
    subresource: string
    kind: ForwardingTablePollKind
    routes: InMemoryRouteTable
    okAt: EpochMs | null
  }[] {
    return [...this.stored.values()].flatMap(({ known: { state }, routes }) => {
      const { scope, subresource, kind, okStartedAt: okAt } = state
      return isForwardingTablePollKind(kind) ? [{ scope, subresource, kind, routes, okAt }] : []
    })
  }

  /** Returns the addresses of all neighbors with this ASN with which a gateway has or had a session. */
  neighbors(gateway: string, asn: number): string[] {
    const own = [...this.stored.values()].filter(
      ({ known: { state } }) => state.scope === gateway && state.kind === 'peers',
    )
    return own.flatMap(({ known: { sessions } }) => [
      ...new Set(sessions.filter((session) => session.asn === asn).map(({ neighbor }) => neighbor)),
    ])
  }
}

/** The inventory of one subscription: the resources that Azure lists. */
class ListedResources {
  /** Resources that are currently listed, by ARM id in lower case. */
  readonly resources = new Map<string, recording.StoredInventoryResource>()
  #numbered = 0

  get known(): recording.KnownInventory {
    return { resources: this.resources, moves: [], parted: [] }
  }

  /** True while a resource is missing from the last list. A second list must confirm that it was removed. */
  get isAwaited(): boolean {
    return [...this.resources.values()].some(({ missing }) => missing !== null)
  }

  apply({ steps, awaited }: recording.InventoryComparison, sourceId: number): void {
    for (const { known, row, open } of steps) {
      if (!row) this.resources.delete(known?.resourceId.toLowerCase() ?? '')
      else
        this.resources.set(row.resourceId.toLowerCase(), {
          ...(known ?? this.#blank(sourceId)),
          ...row,
          open,
          missing: null,
          identities: [...(row.identities ?? [])],
        })
    }
    const byId = new Map([...this.resources].map(([key, { id }]) => [id, key]))
    for (const { id, ...missing } of awaited) {
      const key = byId.get(id) ?? ''
      const known = this.resources.get(key)
      if (known) this.resources.set(key, { ...known, missing })
    }
  }

  #blank(listedBy: number) {
    this.#numbered += 1
    return {
      id: this.#numbered,
      listedBy,
      closedUntil: null,
      removedAfter: null,
      scope: '',
      joins: null,
      parts: false,
      isAside: false,
    }
  }
}
