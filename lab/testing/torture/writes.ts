import { setTimeout as delay } from 'node:timers/promises'

/** A command that was sent to the API once. */
export interface SentApiCommand {
  /** unique text that is stored only by this command */
  mark: string
  sentAt: number
  /** time of the response, or of the timeout of the request */
  answeredAt: number
  /**
   * whether the API acknowledged the command with a 2xx; false = an error or no response, so that the command may or
   * may not be stored
   */
  isAcknowledged: boolean
}

const EVERY_MS = 250
const ANSWER_WITHIN_MS = 10_000

export interface RunningCommandWriter {
  writes: SentApiCommand[]
  /** Stops sending, and resolves when all responses have arrived. */
  end(): Promise<void>
}

/**
 * Sends small commands one after the other, several at a time if responses are late.
 * @param urlOf returns the current URL of the web
 */
export function startWriting(urlOf: () => string, circuitId: string, name: string): RunningCommandWriter {
  const writes: SentApiCommand[] = []
  const waiting = new Set<Promise<void>>()
  const stopping = new AbortController()
  const send = async (write: SentApiCommand) => {
    const answer = await fetch(`${urlOf()}/api/v1/circuits/${circuitId}/service-key`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ why: write.mark }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    }).catch(() => null)
    write.isAcknowledged = answer?.ok === true
    await answer?.arrayBuffer().catch(() => {})
    write.answeredAt = Date.now()
  }
  const running = (async () => {
    for (let n = 0; !stopping.signal.aborted; n++) {
      const write = { mark: `${name}-${n}`, sentAt: Date.now(), answeredAt: Date.now(), isAcknowledged: false }
      writes.push(write)
      const sent = send(write).finally(() => waiting.delete(sent))
      waiting.add(sent)
      await delay(EVERY_MS)
    }
  })()
  return {
    writes,
    async end() {
      stopping.abort()
      await running
      await Promise.all(waiting)
    },
  }
}
