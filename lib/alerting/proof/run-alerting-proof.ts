import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { PoolClient } from 'pg'
import { CLOCK_TOLERANCE_MS, type EpochMs, type PollObservation } from '#lib/contract/index.ts'
import { getOrCreateSourceId } from '#lib/history/index.ts'
import { incidentMessageReaders } from '#lib/incidents/answers/index.ts'
import {
  evaluateIncidentForChannel,
  defaultNotifySettings,
  requestIncidentEvaluation,
  ensureAlertingProofChannel,
  enqueueAlertingProofMessage,
  type SecretBox,
  deleteAlertingProofNotification,
} from '#lib/notify/index.ts'
import { type Clock, machineClock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { isTemporaryFailure } from '#lib/platform/database-failure.ts'
import { maskSecretsInLine } from '#lib/platform/secrets.ts'
import { recordPollAndRunDetection, TopologyCache } from '#lib/poller/index.ts'
import type { AlertingProofStep } from '../api/index.ts'
import {
  recordAlertingProofStart,
  recordAlertingProofEnd,
  hasAlertingProofRoundEnded,
  recordAlertingProofStep,
  type AlertingProofRound,
  queryDatabaseTime,
} from '../store/proof.ts'
import {
  createFailingCircuitObservations,
  TEST_POLL_INTERVAL_SECONDS,
  MSEE_TEST_ADDRESSES,
} from './synthetic-circuit.ts'

interface RoundContext {
  db: Database
  secrets: SecretBox
  /** clock of this machine, which gives polls their time */
  machine?: Pick<Clock, 'now'>
  /** maximum wait in milliseconds until the receiver has the notification */
  patienceMs?: number
}

/**
 * Default of `patienceMs`. Most delivery attempts end within this time, and it is shorter than the time limit of the
 * job.
 */
const PATIENCE_MS = 60_000
const ASK_AGAIN_MS = 250

/** A step of alerting does not work. The message explains the fault to an operator. */
class BrokenLinkError extends Error {}

/** Thrown to roll back a transaction whose work has succeeded. */
class Undone extends Error {}

/**
 * Runs one proof round, which tests every step of alerting with an artificial circuit that goes down. Its polls are
 * recorded and evaluated by the same code and in the same tables as real polls, in a transaction that is always rolled
 * back. The resulting notification is then delivered through the outbox to the receiver (ADR 0280).
 * @returns the last step that the round reached, and its error; the error is null if the receiver has the notification
 */
export async function runAlertingProof(
  { db, secrets, machine = machineClock, patienceMs = PATIENCE_MS }: RoundContext,
  signal: AbortSignal,
): Promise<Pick<AlertingProofRound, 'step' | 'error'>> {
  const id = `proof_${randomBytes(12).toString('base64url')}`
  await recordAlertingProofStart(db.pool, id)
  let step: AlertingProofStep = 'clock'
  const begin = async (next: AlertingProofStep) => {
    step = next
    await recordAlertingProofStep(db.pool, id, next)
  }
  try {
    const now = await agreedNow(db, machine)
    await begin('decode')
    const polls = createFailingCircuitObservations(now)
    const unread = polls.find(
      ({ outcome, rows }) => outcome !== 'ok' || ('resources' in rows ? rows.resources : rows).length === 0,
    )
    if (unread) throw new BrokenLinkError(`an answer of Azure's form was read as ${unread.outcome}`)
    const content = await rehearse(db, async (client) => {
      const incidentId = await fall(client, polls, begin)
      await begin('decide')
      const channel = await ensureAlertingProofChannel(client, secrets)
      return evaluateIncidentForChannel(client, incidentId, channel, {
        now,
        settings: defaultNotifySettings,
        incidents: incidentMessageReaders,
      })
    })
    if (content === null) throw new BrokenLinkError('a critical incident was not notified')
    await begin('queue')
    await enqueueAlertingProofMessage(db, { id, content, at: now, secrets })
    await begin('deliver')
    if (await received(db, id, patienceMs, signal)) return { step: 'receive', error: null }
    const failure = await deleteAlertingProofNotification(db.pool, id)
    throw new BrokenLinkError(failure ?? 'no process sent the notification in time')
  } catch (error) {
    // the database accepts no writes now, so that the round stays without an end, which `judgeAlertingProof` reports
    if (isTemporaryFailure(error)) throw error
    const reason = maskSecretsInLine(error instanceof Error ? error.message : String(error))
    await recordAlertingProofEnd(db.pool, id, step, reason)
    return { step, error: reason }
  }
}

/**
 * Returns the time of the database, and checks that the clock of this machine agrees with it. If the clocks differ too
 * much, polls are not recorded, and Peerwatch would detect no changes.
 * @throws BrokenLinkError if the clocks differ by more than the tolerance
 */
async function agreedNow(db: Database, machine: Pick<Clock, 'now'>): Promise<EpochMs> {
  const before = machine.now()
  const now = await queryDatabaseTime(db.pool)
  const after = machine.now()
  const offMs = now < before ? before - now : Math.max(0, now - after)
  if (offMs <= CLOCK_TOLERANCE_MS) return now
  throw new BrokenLinkError(`the worker’s clock and the database’s differ by ${Math.round(offMs / 1_000)} s: check NTP`)
}

/** Runs `work` in a transaction that is always rolled back, so that no other connection sees its changes. */
async function rehearse<T>(db: Database, work: (client: PoolClient) => Promise<T>): Promise<T> {
  let result: { value: T } | undefined
  try {
    await db.transaction(async (client) => {
      result = { value: await work(client) }
      throw new Undone()
    })
  } catch (error) {
    if (!(error instanceof Undone)) throw error
  }
  if (!result) throw new Error('a transaction ended without its work')
  return result.value
}

/**
 * Records the polls of the artificial circuit, and runs detection on them.
 * @returns ID of the incident
 * @throws BrokenLinkError if a poll was not recorded, or detection raised no incident
 */
async function fall(
  client: PoolClient,
  polls: readonly PollObservation[],
  begin: (step: AlertingProofStep) => Promise<void>,
): Promise<string> {
  await begin('record')
  const estate = new TopologyCache()
  const incidents = new Set<string>()
  const kinds = new Set<string>()
  for (const observation of polls) {
    const sourceId = await getOrCreateSourceId(client, observation.target)
    const { status, events } = await recordPollAndRunDetection(client, sourceId, observation, {
      intervalSeconds: TEST_POLL_INTERVAL_SECONDS,
      localAddresses: MSEE_TEST_ADDRESSES,
      estate,
      incidentsChanged: async (on, ids, at) => {
        for (const one of ids) incidents.add(one)
        await requestIncidentEvaluation(on, ids, at)
      },
    })
    if (status !== 'recorded') throw new BrokenLinkError(`a poll was not recorded: ${status}`)
    for (const { kind } of events) kinds.add(kind)
  }
  await begin('detect')
  const [incidentId] = incidents
  if (!kinds.has('circuit_down') || incidentId === undefined)
    throw new BrokenLinkError('a circuit whose two paths are down raised no incident')
  return incidentId
}

async function received(db: Database, id: string, patienceMs: number, signal: AbortSignal): Promise<boolean> {
  const until = performance.now() + patienceMs
  while (performance.now() < until && !signal.aborted) {
    if (await hasAlertingProofRoundEnded(db.pool, id)) return true
    await delay(ASK_AGAIN_MS)
  }
  return hasAlertingProofRoundEnded(db.pool, id)
}
