import { waitUntilTrue } from '#lib/poller/testing/lab.ts'
import type { EffectInterval } from '../../effect.ts'
import type { SessionDownInterval } from '../bird-log.ts'
import type { PathName } from '../../vocabulary.ts'
import type { MonitoredRealRouterAzure, MonitoredBgpSession } from './watched.ts'

/** A change of the routers that was made and undone. */
export interface TemporaryRouterChange {
  readonly from: number
  readonly to: number
  /** events that the product must report, and no others: `kind subject`, sorted */
  readonly events: readonly string[]
  /** events that the product may additionally report if polls fall between two parts of the change */
  readonly between: readonly string[]
}

/** A path that was lost: the action, and its effects. */
export interface TemporaryPathLoss {
  readonly path: PathName
  /** whether packets were lost from then on, or only the data that report the path */
  readonly isCut: boolean
  readonly acted: EffectInterval
  /** outage of the session with the customer, by its router's log */
  readonly loss: SessionDownInterval
  /** intervals until the repair in which some users' packets were not answered */
  readonly silences: readonly EffectInterval[]
}

interface Act {
  readonly isCut: boolean
  readonly act: () => Promise<void> | void
  readonly undo: () => Promise<void> | void
}

/** The MSEEs' addresses as neighbors of the gateway, by path. */
export const MSEE_NEIGHBOR_ADDRESSES = { primary: '10.0.4.4', secondary: '10.0.4.5' } as const
/** Prefixes that are announced over one path only. */
const ONLY = { primary: '10.30.2.0/24', secondary: '10.30.3.0/24' } as const

/**
 * Number of polls without a change before a loss. Four samples make three pairs, and the first pair may still contain
 * an earlier change.
 */
const CALM_POLLS = 5

/** Acts on the routers, one act after another, and keeps a list of them. */
export class RouterChangeSequence {
  readonly done: TemporaryRouterChange[] = []
  readonly lostPaths: TemporaryPathLoss[] = []
  readonly #watched: MonitoredRealRouterAzure

  constructor(watched: MonitoredRealRouterAzure) {
    this.#watched = watched
  }

  /** Performs an act and waits for two polls of all sources, so that the product sees its end. */
  async expectEvents(
    events: readonly string[],
    act: () => Promise<void>,
    between: readonly string[] = [],
  ): Promise<TemporaryRouterChange> {
    const from = Date.now()
    await act()
    await this.#watched.polled(2)
    const trial = { from, to: Date.now(), events: events.toSorted(), between }
    this.done.push(trial)
    return trial
  }

  /**
   * Performs an act that ends a path's session with the customer, and undoes it so that the session is established
   * again.
   */
  async losePath(path: PathName, { isCut, act, undo }: Act): Promise<TemporaryPathLoss> {
    const session = this.sessionOf(path, null)
    // pairs of samples without a change show the usual traffic of the other path
    await this.#watched.polled(CALM_POLLS)
    let acted: EffectInterval | null = null
    const { from } = await this.expectEvents(pathLoss(path, session), async () => {
      const since = Date.now()
      await act()
      acted = { from: since, until: Date.now() }
      await this.falls(session, since)
      await this.#watched.polled(2)
      await undo()
      await this.rises(session)
    })
    const loss = this.#watched.losses(session).at(-1)
    if (!loss || !acted) throw new Error(`${session.subject} did not fall`)
    const lost = { path, isCut, acted, loss, silences: this.silencesSince(from) }
    this.lostPaths.push(lost)
    return lost
  }

  sessionOf(path: PathName, n: number | null): MonitoredBgpSession {
    const found = this.#watched.sessions.find((one) => one.path === path && one.instance === n)
    if (!found) throw new Error(`no session of ${path} with ${n ?? 'the customer'}`)
    return found
  }

  async falls(session: MonitoredBgpSession, since: number): Promise<void> {
    const fell = () => this.#watched.losses(session).some(({ from }) => from >= since)
    await waitUntilTrue(`${session.subject} falls`, fell)
  }

  async rises(session: MonitoredBgpSession): Promise<void> {
    const isUp = () => this.#watched.losses(session).at(-1)?.until !== Number.POSITIVE_INFINITY
    await waitUntilTrue(`${session.subject} is up again`, isUp)
  }

  silencesSince(from: number): EffectInterval[] {
    return this.#watched.azure.traffic.silences().filter(({ until }) => until > from)
  }
}

/** Returns the events that the loss of a customer's session causes at the gateway, each with its end. */
function pathLoss(path: PathName, { subject }: MonitoredBgpSession): string[] {
  const [own, other] =
    path === 'primary'
      ? [MSEE_NEIGHBOR_ADDRESSES.primary, MSEE_NEIGHBOR_ADDRESSES.secondary]
      : [MSEE_NEIGHBOR_ADDRESSES.secondary, MSEE_NEIGHBOR_ADDRESSES.primary]
  return [
    `session_down ${subject}`,
    `session_up ${subject}`,
    `path_down AzurePrivatePeering/${path}`,
    'redundancy_lost AzurePrivatePeering',
    'redundancy_restored AzurePrivatePeering',
    `failover ${own} > ${other}`,
    `failback ${own} > ${other}`,
    `ecmp_reduced ${MSEE_NEIGHBOR_ADDRESSES.primary},${MSEE_NEIGHBOR_ADDRESSES.secondary} > ${other}`,
    `ecmp_restored ${MSEE_NEIGHBOR_ADDRESSES.primary},${MSEE_NEIGHBOR_ADDRESSES.secondary} > ${other}`,
    `no_path ${ONLY[path]}`,
  ]
}
