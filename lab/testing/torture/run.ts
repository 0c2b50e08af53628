import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { CLOCK_TOLERANCE_MS } from '#lib/contract/index.ts'
import type { Simulator } from '../../simulator/index.ts'
import { list } from '../../product/list.ts'
import { DELIVERED_WITHIN_MS } from './alerting.ts'
import { audit, type Facts, notificationFaults, type Span, type Verdicts } from './audit.ts'
import { namesOf } from './estate.ts'
import { fetchAll, type Body } from './answers.ts'
import { firstGoodAfter, quickSources, readDatabase, readOpenLosses } from './facts.ts'
import { type Injected, inject, lose } from './inject.ts'
import { PROOF_EVERY_MS } from './intervals.ts'
import { changeOf } from './past.ts'
import { aftermathMs, type Fault, type Loss, type Round } from './plan.ts'
import type { Target } from './target.ts'
import { trueDowns } from './true-downs.ts'
import { startWriting, type Write } from './writes.ts'

/** What follows from a loss is over by then: sessions are up, tables are read again. */
const LOSS_ENDS_WITHIN_MS = 15_000
/** A database that is recovering, or a process that was killed again and again, is waited for. */
const UP_WITHIN_MS = 180_000
const AT_REST_WITHIN_MS = 30_000
/** A round of proofs that failed, and the next one; the first one of a new product may be missing longer. */
const PROVED_WITHIN_MS = 2 * PROOF_EVERY_MS + 30_000
/** Questions about the past that are asked again after each round: the newest. */
const ASKED_AGAIN = 20
/** What is decided about an incident, is by then. */
const SETTLES_WITHIN_MS = 30_000

/** What runs no more, so that nothing else can be said of it. */
export class LifelessError extends Error {}

export interface RoundResult extends Verdicts {
  round: Round
  /** from when everything could answer again until the last source was polled; null = some were not */
  inTimeAfterMs: number | null
  /** from the end of the last fault until all processes answered */
  upAfterMs: number
  /** sent while faults were in force, and acknowledged */
  writes: number
  acknowledged: number
  polls: number
}

export interface RunOptions {
  simulator: Simulator
  target: Target
  /** absent = the target can't */
  restore?: { backup(): Promise<string>; goOnWith(file: string): Promise<void> }
  notifications?: (since: number, until: number) => Promise<Facts['notifications']>
  /** how many times as long as on an idle machine everything may take; default 1 */
  patience?: number
}

/** Rounds on one target, one after the other, with what has to be known of those before. */
export class Run {
  readonly #options: RunOptions
  readonly #begun = Date.now()
  readonly #writes: Write[] = []
  readonly #touched: Facts['touched'][number][] = []
  readonly #unrecorded: Span[] = []
  readonly #undated: Span[] = []
  readonly #steps = new Set([0])
  readonly #known = new Set<string>()
  readonly #past = new Map<string, Body>()
  #closing: string[] = []
  #notifiedSince = Date.now()

  constructor(options: RunOptions) {
    this.#options = options
  }

  /** Resolves once everything that is polled often was polled. */
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

  async play(round: Round): Promise<RoundResult> {
    const { simulator, target, restore, patience = 1 } = this.#options
    const begun = Date.now()
    for (const loss of round.losses) this.#touch(loss, begun)
    const circuit = target.url === null ? null : await this.#circuit(target.url)
    const name = `${round.seed}-${randomBytes(3).toString('hex')}`
    const writer = circuit === null ? null : startWriting(() => target.url ?? '', circuit, name)
    const restored = restore && round.restoresBackupOf !== null ? this.#backUp(restore, round.restoresBackupOf) : null
    const injected = await Promise.all([
      ...round.faults.map((fault) => inject(target, simulator, fault)),
      ...round.losses.map((loss) => lose(simulator, loss).then(() => null)),
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
    const database = await readDatabase(target.adminUrl, target.polls, this.#undated)
    const { safety, liveness } = audit({
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
   * Waits until everything that was recorded is notified, and no longer than that may take. Then nothing may be missing, of the last rounds
   * either; and alerting is proved once more meanwhile. @returns every fault
   */
  async finish(): Promise<Verdicts> {
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

  #touch(loss: Loss, begun: number): void {
    const from = begun + loss.at
    this.#touched.push({ names: namesOf(loss.of), from: from - 1_000, to: from + loss.lasts + LOSS_ENDS_WITHIN_MS })
  }

  async #circuit(url: string): Promise<string> {
    const [first] = await list<{ id: string }>(url, 'circuits')
    if (!first) throw new Error('the product has no circuit')
    return first.id
  }

  /** @returns what goes on with the backup, once the round is over */
  async #backUp(restore: NonNullable<RunOptions['restore']>, at: number): Promise<() => Promise<void>> {
    await delay(at)
    const from = Date.now()
    const file = await restore.backup().catch(() => null)
    return async () => {
      // a database that can't be read at that moment has no backup of it
      const good =
        file ?? (await until(() => restore.backup().catch(() => null), UP_WITHIN_MS, 'no backup could be made'))
      await restore.goOnWith(good)
      this.#unrecorded.push({ from, to: Date.now() })
      this.#notifiedSince = Date.now()
    }
  }

  #noteClocks(injected: readonly Injected[]): void {
    for (const { fault, from, to } of injected) {
      if (fault.kind !== 'clock') continue
      // what a clock dates that is further off is not recorded
      const within = Math.sign(fault.stepMs) * Math.min(Math.abs(fault.stepMs), CLOCK_TOLERANCE_MS)
      this.#steps.add(within)
      this.#undated.push({ from: from - 1_000, to: to + Math.abs(within) + 1_000 })
    }
  }

  async #inTime(faults: readonly Fault[], calm: number): Promise<Facts['sources']> {
    const { target, patience = 1 } = this.#options
    const after = Math.max(0, ...faults.map(aftermathMs))
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

  /** Waits until what is shown is as it is: everything up, and no loss goes on. */
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

  /** @param since when all was calm; @param mustBeLater whether the proof has to be later than that */
  async #proved(since: number, mustBeLater: boolean): Promise<Facts['sources']> {
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
   * Asks again what was asked before, about moments that were polled and past by then, and asks what comes up now: about a moment that ends
   * a round, from the end of the next one on, once the answer says that no poll can change it.
   */
  async #changed(): Promise<string[]> {
    const { url } = this.#options.target
    if (url === null) return []
    const answerTo = async (question: string): Promise<Body> => (await fetchAll(url, [question]))[0]?.body ?? {}
    const changed: string[] = []
    for (const [question, before] of [...this.#past].slice(-ASKED_AGAIN)) {
      const now = await answerTo(question)
      const offMs = Math.max(...this.#steps, ...[...this.#steps].map((step) => -step))
      const change = changeOf(before.data, now.data, offMs)
      // what either answer rests on explains it
      const seen = ({ covered, uncovered, asOf, freshness }: Body) =>
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

  /** A fault stays in what is recorded; it is reported after the round that brought it about. */
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
  const sessions = await list<ShownSession>(url, 'sessions').catch(() => null)
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
