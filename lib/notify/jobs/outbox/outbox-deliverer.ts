import type { EpochMs } from '#lib/contract/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import type { Logger } from '#lib/platform/log.ts'
import { maskSecretsInLine } from '#lib/platform/secrets.ts'
import { type StoredChannel, readStoredChannel } from '../../store/channels.ts'
import { type DeliveryResult, createFailedDelivery } from '../../channels/sender.ts'
import type { AttemptDelivery } from './send-attempt.ts'
import {
  findChannelsWithDueMessages,
  claimNextNotification,
  type ClaimedNotification,
  renewClaim,
} from '../../store/outbox-queue.ts'
import { markNotificationDelivered, markNotificationFailed } from '../../store/outbox.ts'
import type { NotifySettings } from '../../settings.ts'

interface DelivererContext {
  db: Database
  clock: Clock
  settings: NotifySettings
  send: AttemptDelivery
  log: Logger
  /** returns a uniformly distributed random number from 0 to 1 */
  random: () => number
}

/**
 * Delivers the messages of the outbox. Each channel has its own queue and sends one message at a time, so that a slow
 * channel does not delay others. A message is delivered at least once: if the result of an attempt was not recorded,
 * the attempt is repeated with the same ID after its lease expires.
 */
export class OutboxDeliverer {
  readonly #context: DelivererContext
  readonly #queues = new Map<string, Promise<void>>()

  constructor(context: DelivererContext) {
    this.#context = context
  }

  /** Sends all messages that are due now, and waits until every queue is empty. */
  async drain(signal: AbortSignal): Promise<void> {
    await this.begin(signal)
    await this.idle()
  }

  /** Resolves when no attempt is in progress. */
  async idle(): Promise<void> {
    while (this.#queues.size > 0) await Promise.all(this.#queues.values())
  }

  /** Starts a queue for each channel that has due messages and no running queue; does not wait for them. */
  async begin(signal: AbortSignal): Promise<void> {
    const { db, clock, log } = this.#context
    for (const id of await findChannelsWithDueMessages(db.pool, clock.now())) {
      if (this.#queues.has(id)) continue
      const queue = this.#run(id, signal)
        .catch((error: unknown) => log.warn({ err: error, channel: id }, 'a channel waits for the database'))
        .finally(() => this.#queues.delete(id))
      this.#queues.set(id, queue)
    }
  }

  async #run(channelId: string, signal: AbortSignal): Promise<void> {
    const { db, clock, settings } = this.#context
    while (!signal.aborted) {
      const leaseSeconds = settings['send.lease'] / 1_000
      const claimed = await claimNextNotification(db.pool, channelId, { now: clock.now(), leaseSeconds })
      if (!claimed) return
      const channel = await readStoredChannel(db.pool, channelId)
      // the channel was removed in the meantime, which also dropped its waiting messages
      if (!channel) return
      await this.#attempt(channel, claimed)
    }
  }

  async #attempt(channel: StoredChannel, claimed: ClaimedNotification): Promise<void> {
    const { db, clock, log } = this.#context
    const delivery = await this.#send(channel, claimed)
    if (delivery.delivered) return markNotificationDelivered(db.pool, claimed.id, clock.now())
    const error = maskSecretsInLine(delivery.error)
    const retryAt = this.#retryAt(claimed, delivery)
    log.warn(
      {
        channel: channel.name,
        notification: claimed.id,
        attempt: claimed.attempt,
        error,
        code: delivery.code,
        retryAt,
      },
      'not delivered',
    )
    await markNotificationFailed(db.pool, claimed, error, retryAt)
  }

  /** Sends a message. An exception counts as a failed attempt, so that one message cannot block its channel. */
  async #send(channel: StoredChannel, claimed: ClaimedNotification): Promise<DeliveryResult> {
    const { log, send } = this.#context
    const endRenewal = this.#keepRenewing(claimed)
    try {
      return await send(channel, claimed)
    } catch (error) {
      log.error({ err: error, channel: channel.name, notification: claimed.id }, 'a message could not be sent')
      return createFailedDelivery('Peerwatch failed to send the message: see its log')
    } finally {
      endRenewal()
    }
  }

  /**
   * Renews the claim on a message until the attempt ends. Claims are short, so that another worker soon takes over if
   * this process hangs; a slow attempt can last longer than one claim.
   */
  #keepRenewing(claimed: ClaimedNotification): () => void {
    const { db, log, settings } = this.#context
    const lease = settings['send.lease']
    const timer = setInterval(() => {
      renewClaim(db.pool, claimed, lease / 1_000).catch((error) =>
        log.debug({ err: error, notification: claimed.id }, 'a claim could not be renewed'),
      )
    }, lease / 3)
    timer.unref()
    return () => clearInterval(timer)
  }

  /** Returns the time of the next attempt to deliver a message; null = no further attempt. */
  #retryAt({ attempt, createdAt }: ClaimedNotification, delivery: DeliveryResult): EpochMs | null {
    const { clock, settings, random } = this.#context
    if (!delivery.delivered && delivery.final) return null
    const retryAt = clock.now() + retryWaitMs(attempt, settings, random())
    return retryAt > createdAt + settings['retry.giveUp'] ? null : retryAt
  }
}

/**
 * Returns the wait after an attempt, in milliseconds. It doubles up to a maximum, with jitter so that channels that
 * failed together are not retried together.
 * @param attempt number of the attempt, from 1
 * @param random 0 to 1
 */
function retryWaitMs(attempt: number, settings: NotifySettings, random: number): number {
  const wait = Math.min(settings['retry.longest'], settings['retry.first'] * 2 ** Math.min(attempt - 1, 30))
  return Math.round(wait * (1 + settings['retry.jitter'] * (2 * random - 1)))
}
