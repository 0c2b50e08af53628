import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { CLOCK_TOLERANCE_MS } from '#lib/contract/index.ts'
import type { RunningSimulator } from '../../simulator/index.ts'
import { fetchList } from '../../product/list.ts'
import { DELIVERED_WITHIN_MS } from './alerting.ts'
import {
  findSafetyAndLivenessFaults,
  type TortureRunFacts,
  notificationFaults,
  type LocalClockTimeRange,
  type SafetyAndLivenessFaults,
} from './audit.ts'
import { buildResourceNamesForIndex } from './estate.ts'
import { fetchApiAnswers, type ApiAnswerBody } from './answers.ts'
import { firstGoodAfter, quickSources, readTortureTestFacts, readOpenLosses } from './facts.ts'
import { type InjectedProductFault, injectProductFault, injectLoss } from './inject.ts'
import { PROOF_EVERY_MS } from './intervals.ts'
import { findFirstChangeInPastAnswer } from './past.ts'
import { getMaxFaultAftereffectMs, type ProductFault, type InjectedNetworkLoss, type TortureRound } from './plan.ts'
import type { TortureTestTarget } from './target.ts'
import { trueDowns } from './true-downs.ts'
import { startWriting, type SentApiCommand } from './writes.ts'

/** Time after a loss until all its effects have ended: sessions are up and tables have been polled again. */
const LOSS_ENDS_WITHIN_MS = 15_000
/** Maximum wait for a recovering database or for a process that was killed repeatedly. */
const UP_WITHIN_MS = 180_000
const AT_REST_WITHIN_MS = 30_000
/**
 * Maximum time until alerting is proved again: a failed heartbeat and the next one. The first one of a new product may
 * take longer.
 */
const PROVED_WITHIN_MS = 2 * PROOF_EVERY_MS + 30_000
/** Number of the newest queries about the past that are repeated after each round. */
const ASKED_AGAIN = 20
/** Time until all decisions about an incident have been made. */
const SETTLES_WITHIN_MS = 30_000

/** Error of a product that no longer runs, so that it cannot be checked further. */
export class LifelessError extends Error {}

export interface RoundResult extends SafetyAndLivenessFaults {
  round: TortureRound
  /**
   * from the time at which everything could answer again until the last source was polled; null = some sources were not
   * polled
   */
  inTimeAfterMs: number | null
  /** from the end of the last fault until all processes answered */
  upAfterMs: number
  /** number of commands sent during the round */
  writes: number
  acknowledged: number
  polls: number
}

export interface RunOptions {
  simulator: RunningSimulator
  target: TortureTestTarget
  /** absent = not supported by the target */
  restore?: { backup(): Promise<string>; goOnWith(file: string): Promise<void> }
  notifications?: (since: number, until: number) => Promise<TortureRunFacts['notifications']>
  /** factor by which everything may take longer than on an idle machine; default 1 */
  patience?: number
}

/** Plays rounds on one target one after the other, and keeps the facts of earlier rounds that later checks need. */
export class TortureRun {
  readonly #options: RunOptions
  readonly #begun = Date.now()
  readonly #writes: SentApiCommand[] = []
  readonly #touched: TortureRunFacts['touched'][number][] = []
  readonly #unrecorded: LocalClockTimeRange[] = []
  readonly #undated: LocalClockTimeRange[] = []
  readonly #steps = new Set([0])
  readonly #known = new Set<string>()
  readonly #past = new Map<string, ApiAnswerBody>()
  #closing: string[] = []
  #notifiedSince = Date.now()

  constructor(options: RunOptions) {
    this.#options = options
  }

  /** Resolves after every source with a short interval has been polled. */
  async begin(): Promise<void> {
    const { target } = this.#options
    const isPlanned = async () => {
      const sources = await quickSources(target.adminUrl)
      return ['peers', 'summary'].every((kind) => sources.some(({ name }) => name.startsWith(kind)))
    }
    await until(isPlanned, UP_WITHIN_MS, 'nothing is planned')
    const sources = await this.#inTime([], this.#begun)
    const missing = sources.filter(({ inTimeAfterMs }) => inTimeAfterMs === null)
    if (missing.length > 0) throw new Error(`not polled at first: ${missing.map(({ name }) => name).join(', ')}`)
  }

  async play(round: TortureRound): Promise<RoundResult> {
    const { simulator, target, restore, patience = 1 } = this.#options
    const begun = Date.now()
    for (const loss of round.losses) this.#touch(loss, begun)
    const circuit = target.url === null ? null : await this.#circuit(target.url)
    const name = `${round.seed}-${randomBytes(3).toString('hex')}`
    const writer = circuit === null ? null : startWriting(() => target.url ?? '', circuit, name)
    const restored = restore && round.restoresBackupOf !== null ? this.#backUp(restore, round.restoresBackupOf) : null
    const injected = await Promise.all([
      ...round.faults.map((fault) => injectProductFault(target, simulator, fault)),
      ...round.losses.map((loss) => injectLoss(simulator, loss).then(() => null)),
      delay(round.lengthMs).then(() => null),
    ])
    await (await restored)?.()
    this.#noteClocks(injected.filter((one) => one !== null))
    const healed = Date.now()
    await until(
      () => target.isUp(),
      UP_WITHIN_MS * patience,
      () => `not all processes answered again:\n${target.said()}`,
    ).catch((error: Error) => Promise.reject(new LifelessError(error.message)))
    const calm = Date.now()
    const sources = [...(await this.#inTime(round.faults, calm)), ...(await this.#proved(calm, false))]
    const notAtRest = await this.#rest()
    await writer?.end()
    this.#writes.push(...(writer?.writes ?? []))
    const database = await readTortureTestFacts(target.adminUrl, target.polls, this.#undated)
    const { safety, liveness } = findSafetyAndLivenessFaults({
      unrecorded: this.#unrecorded,
      undated: this.#undated,
      downs: trueDowns(simulator.control.truth(this.#begun, simulator.clock.now())),
      touched: this.#touched,
      clockSteps: [...this.#steps],
      writes: this.#writes,
      notAtRest,
      changed: await this.#changed(),
      sources,
      notifications: (await this.#options.notifications?.(this.#notifiedSince, Date.now() - DELIVERED_WITHIN_MS)) ?? {
        lost: [],
        doubled: [],
      },
      ...database,
    })
    const late = sources.map(({ inTimeAfterMs }) => inTimeAfterMs ?? Number.POSITIVE_INFINITY)
    const slowest = Math.max(0, ...late)
    return {
      round,
      safety: this.#new(safety),
      liveness: this.#new(liveness),
      inTimeAfterMs: Number.isFinite(slowest) ? slowest : null,
      upAfterMs: calm - healed,
      writes: writer?.writes.length ?? 0,
      acknowledged: writer?.writes.filter(({ isAcknowledged }) => isAcknowledged).length ?? 0,
      polls: target.polls.filter(({ arrivedAt }) => arrivedAt >= begun).length,
    }
  }

  /**
   * Waits until notifications for all recorded incidents have arrived, at most for the delivery time. Meanwhile
   * requires another heartbeat of alerting.
   * @returns all remaining faults, including faults of the last rounds
   */
  async finish(): Promise<SafetyAndLivenessFaults> {
    const [proofs, safety] = await Promise.all([this.#proved(Date.now(), true), this.#missing()])
    const late = proofs.filter(({ inTimeAfterMs }) => inTimeAfterMs === null)
    return { safety, liveness: late.map(({ name }) => `${name} was not there again`) }
  }

  async #missing(): Promise<string[]> {
    const { notifications } = this.#options
    if (!notifications) return []
    await delay(SETTLES_WITHIN_MS)
    const until = Date.now()
    const deadline = until + DELIVERED_WITHIN_MS
    for (;;) {
      const found = await notifications(this.#notifiedSince, until)
      if (found.lost.length === 0 || Date.now() > deadline) return this.#new(notificationFaults(found))
      await delay(1_000)
    }
  }

  #touch(loss: InjectedNetworkLoss, begun: number): void {
    const from = begun + loss.at
    this.#touched.push({
      names: buildResourceNamesForIndex(loss.of),
      from: from - 1_000,
      to: from + loss.lasts + LOSS_ENDS_WITHIN_MS,
    })
  }

  async #circuit(url: string): Promise<string> {
    const [first] = await fetchList<{ id: string }>(url, 'circuits')
    if (!first) throw new Error('the product has no circuit')
    return first.id
  }

  /**
   * Makes a backup at a time of the round.
   * @returns a function that continues with the backup, after the round has ended
   */
  async #backUp(restore: NonNullable<RunOptions['restore']>, at: number): Promise<() => Promise<void>> {
    await delay(at)
    const from = Date.now()
    const file = await restore.backup().catch(() => null)
    return async () => {
      // if the database could not be read at that time, make the backup later
      const good =
        file ?? (await until(() => restore.backup().catch(() => null), UP_WITHIN_MS, 'no backup could be made'))
      await restore.goOnWith(good)
      this.#unrecorded.push({ from, to: Date.now() })
      this.#notifiedSince = Date.now()
    }
  }

  #noteClocks(injected: readonly InjectedProductFault[]): void {
    for (const { fault, from, to } of injected) {
      if (fault.kind !== 'clock') continue
      // data dated by a clock with a larger error is not recorded
      const within = Math.sign(fault.stepMs) * Math.min(Math.abs(fault.stepMs), CLOCK_TOLERANCE_MS)
      this.#steps.add(within)
      this.#undated.push({ from: from - 1_000, to: to + Math.abs(within) + 1_000 })
    }
  }

  async #inTime(faults: readonly ProductFault[], calm: number): Promise<TortureRunFacts['sources']> {
    const { target, patience = 1 } = this.#options
    const after = Math.max(0, ...faults.map(getMaxFaultAftereffectMs))
    const planned = await quickSources(target.adminUrl)
    const sources = planned.map((source) => ({ ...source, allowedMs: source.allowedMs * patience }))
    const limit = Math.max(...sources.map(({ allowedMs }) => allowedMs)) + after
    const deadline = calm + 2 * limit
    let first = firstGoodAfter(target.polls, calm)
    while (sources.some(({ key }) => !first.has(key)) && Date.now() < deadline) {
      await delay(100)
      first = firstGoodAfter(target.polls, calm)
    }
    return sources.map(({ key, name, allowedMs }) => ({
      name,
      inTimeAfterMs: first.get(key) ?? null,
      allowedMs: allowedMs + after,
    }))
  }

  /**
   * Waits until the displayed state is correct again: everything is up, and no loss is ongoing.
   * @returns remaining differences after the timeout
   */
  async #rest(): Promise<string[]> {
    const { target } = this.#options
    const deadline = Date.now() + AT_REST_WITHIN_MS
    for (;;) {
      const shown = target.url === null ? [] : await downByWeb(target.url)
      const wrong = [...shown, ...(await readOpenLosses(target.adminUrl))]
      if (wrong.length === 0 || Date.now() > deadline) return wrong
      await delay(500)
    }
  }

  /**
   * Waits for a heartbeat of alerting.
   * @param since time from which the system has been healthy
   * @param mustBeLater whether the heartbeat must be later than `since`
   */
  async #proved(since: number, mustBeLater: boolean): Promise<TortureRunFacts['sources']> {
    const { url } = this.#options.target
    if (url === null) return []
    const allowedMs = PROVED_WITHIN_MS * (this.#options.patience ?? 1)
    const isProved = async () => {
      const proof = await proofByWeb(url)
      return proof?.state === 'proved' && (!mustBeLater || Date.parse(proof.provedAt ?? '') > since)
    }
    const isThere = await until(isProved, allowedMs, '').catch(() => false)
    return [
      {
        name: 'the proof of alerting',
        inTimeAfterMs: isThere ? Date.now() - since : null,
        allowedMs: allowedMs + 60_000,
      },
    ]
  }

  /**
   * Repeats earlier queries about the past and compares the answers. Also stores new answers: a query about the end of
   * a round is stored after a later round, when its answer reports that no poll can change it.
   */
  async #changed(): Promise<string[]> {
    const { url } = this.#options.target
    if (url === null) return []
    const answerTo = async (question: string): Promise<ApiAnswerBody> =>
      (await fetchApiAnswers(url, [question]))[0]?.body ?? {}
    const changed: string[] = []
    for (const [question, before] of [...this.#past].slice(-ASKED_AGAIN)) {
      const now = await answerTo(question)
      const offMs = Math.max(...this.#steps, ...[...this.#steps].map((step) => -step))
      const change = findFirstChangeInPastAnswer(before.data, now.data, offMs)
      // the metadata of both answers helps to explain the difference
      const seen = ({ covered, uncovered, asOf, freshness }: ApiAnswerBody) =>
        JSON.stringify({ covered, uncovered, asOf, freshness })
      if (change !== null) changed.push(`${question}${change}, first by ${seen(before)}, now by ${seen(now)}`)
    }
    const open: string[] = []
    for (const question of this.#closing) {
      const answer = await answerTo(question)
      if (answer.settled === true) this.#past.set(question, answer)
      else open.push(question)
    }
    this.#closing = open.slice(-ASKED_AGAIN)
    const at = encodeURIComponent(new Date().toISOString())
    this.#closing.push(`/sessions?limit=1000&at=${at}`, `/circuits?limit=1000&at=${at}`)
    return changed
  }

  /**
   * Returns only new faults. A fault stays in the recorded data, so it is reported only after the round that caused it.
   */
  #new(faults: readonly string[]): string[] {
    const fresh = faults.filter((fault) => !this.#known.has(fault))
    for (const fault of fresh) this.#known.add(fault)
    return fresh
  }
}

interface ShownSession {
  scopeName: string
  localAddress: string
  neighbor: string
  verdict: string
}

async function downByWeb(url: string): Promise<string[]> {
  const sessions = await fetchList<ShownSession>(url, 'sessions').catch(() => null)
  if (!sessions) return ['the web does not answer']
  return sessions
    .filter(({ verdict }) => verdict !== 'up' && verdict !== 'never_established')
    .map(
      ({ scopeName, localAddress, neighbor, verdict }) =>
        `${scopeName} ${localAddress}~${neighbor} is shown as ${verdict}`,
    )
}

async function proofByWeb(url: string): Promise<{ state: string; provedAt: string | null } | null> {
  const answer = await fetch(`${url}/api/v1/alerting`, { signal: AbortSignal.timeout(5_000) }).catch(() => null)
  if (!answer?.ok) return null
  return ((await answer.json()) as { data: { proof: { state: string; provedAt: string | null } } }).data.proof
}

async function until<T>(
  read: () => Promise<T | false | null>,
  withinMs: number,
  otherwise: string | (() => string),
): Promise<T> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const seen = await read()
    if (seen !== false && seen !== null) return seen
    if (performance.now() > deadline) throw new Error(typeof otherwise === 'string' ? otherwise : otherwise())
    await delay(200)
  }
}
