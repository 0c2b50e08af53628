import { listEvents, type StoredEvent } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { oneCircuitScenario } from '#lab/simulator/index.ts'
import { waitUntilTrue, areExpectedPollsRecorded, type LoggedPoll, startAzure, startWorkerProcess } from './lab.ts'

const sessions = [
  { subject: '10.0.4.12~10.0.4.4', kind: 'peers', localAddress: '10.0.4.12', neighbor: '10.0.4.4', ageUnitMs: 1 },
  {
    subject: '192.0.2.6~192.0.2.5',
    kind: 'summary',
    localAddress: '192.0.2.6',
    neighbor: '192.0.2.5',
    ageUnitMs: 1_000,
  },
]

export interface LostSession {
  subject: string
  /** actual times of the loss and recovery, from the simulator */
  fell: number
  rose: number
  /** all events of the session */
  events: StoredEvent[]
  /** the good polls that include the session, in order */
  polls: LoggedPoll[]
  /** resolution of the session ages in those polls, in milliseconds */
  ageUnitMs: number
  /**
   * maximum difference between the simulator's clock, which counts from its start, and the machine's clock, which dates
   * polls, including rounding; milliseconds
   */
  apartMs: number
}

/**
 * Lets a gateway's session and a circuit's session drop for some seconds, in a separate estate that a real worker polls
 * every second. Resolves after both are back and some further polls.
 */
export async function loseSessions(
  db: Database,
  seconds: number,
): Promise<{ lost: LostSession[]; all: StoredEvent[] }> {
  // the profile `quick`, because polls every second must meet the moments of the losses
  const azure = await startAzure(oneCircuitScenario, { profile: 'quick' })
  const worker = startWorkerProcess(azure, db.url, { POLL_SESSIONS_EVERY: '1s', POLL_ROUTES_EVERY: '5s' })
  const all = async () => (await listEvents(db.pool, { limit: 100 })).rows
  const events = async () => (await all()).filter(({ kind }) => kind === 'session_down' || kind === 'session_up')
  try {
    const polled = async () =>
      (await areExpectedPollsRecorded(db, 'peers')) && (await areExpectedPollsRecorded(db, 'summary', 2))
    await waitUntilTrue('sessions polled', polled, 120_000)
    const apart = () => Math.abs(Date.now() - azure.clock.now())
    const apartBefore = apart()
    const before = azure.clock.now()
    const [ofGateway] = sessions
    azure.control.happen({
      op: 'session-loss',
      gateway: 'gw-pair',
      instance: ofGateway?.localAddress,
      neighbor: ofGateway?.neighbor,
      seconds,
    })
    azure.control.happen({ op: 'session-loss', circuit: 'erc-pair', path: 'secondary', seconds })
    await waitUntilTrue('both are back', async () => (await events()).length >= 4, (seconds + 30) * 1000)
    // further samples of both sessions, which must not add events
    const count = worker.polls().length
    await waitUntilTrue('further polls', () => worker.polls().length > count + 6)
    const truth = azure.control.truth(before - 1_000, azure.clock.now()) as {
      sessions: { localAddress?: string; neighbor?: string; down: { from: string; until: string | null }[] }[]
    }
    const apartMs = Math.max(apartBefore, apart()) + 2
    const found = await all()
    const polls = worker.polls().filter(({ outcome, status }) => outcome === 'ok' && status === 'recorded')
    return {
      all: found,
      lost: sessions.map(({ subject, kind, localAddress, neighbor, ageUnitMs }) => {
        const fallen = truth.sessions.filter((one) => one.localAddress === localAddress && one.neighbor === neighbor)
        const [down, ...more] = fallen.flatMap((one) => one.down)
        if (!down || more.length > 0) throw new Error(`${subject} did not fall once: ${JSON.stringify(fallen)}`)
        const [fell, rose] = [Date.parse(down.from), Date.parse(down.until ?? '')]
        const own = found.filter((event) => event.subject === subject)
        const scopes = new Set(own.map(({ scope }) => scope))
        const showing = polls.filter((poll) => poll.kind === kind && scopes.has(poll.scope) && isOfPath(kind, poll))
        return { subject, fell, rose, events: own, polls: showing, ageUnitMs, apartMs }
      }),
    }
  } finally {
    await worker.kill()
    await azure.close()
  }
}

/**
 * Reports whether a poll includes the lost session. A circuit's two paths are polled separately, and the secondary path
 * is lost.
 */
const isOfPath = (kind: string, { subresource }: LoggedPoll) => kind !== 'summary' || subresource.endsWith('/secondary')
