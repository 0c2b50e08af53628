import { setTimeout as delay } from 'node:timers/promises'

/** Something that was sent to the API, once. */
export interface Write {
  /** in what is stored, and in nothing else */
  mark: string
  sentAt: number
  /** when the answer was here, or nobody waited for it any more */
  answeredAt: number
  /** whether it was acknowledged with a 2xx; false = an error, or no answer: then it may be stored or not */
  isAcknowledged: boolean
}

const EVERY_MS = 250
const ANSWER_WITHIN_MS = 10_000

export interface Writer {
  writes: Write[]
  /** Sends nothing more; resolves when all answers are in. */
  end(): Promise<void>
}

/** Sends one small command after the other, several at a time if answers are late. @param urlOf of the web at that moment */
export function startWriting(urlOf: () => string, circuitId: string, name: string): Writer {
  const writes: Write[] = []
  const waiting = new Set<Promise<void>>()
  const stopping = new AbortController()
  const send = async (write: Write) => {
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
