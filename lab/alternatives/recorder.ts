import type { PollObservation } from '#lib/contract/index.ts'
import {
  getOrCreateSourceId,
  type LastPollStateInMemory,
  getLastRouteTableDigest,
  loadLastPolls,
  type UnchangedPoll,
  pollKindsThatCanBeUnchanged,
  compareUnchangedPoll,
  recordObservation,
  recordUnchangedPolls,
} from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { postgresCpu } from '../history/postgres-cpu.ts'
import { getPollIntervalOfKindSeconds, type PollFeedTick } from './feed.ts'

/** Records polls like a worker, with quiet polls in one batch, but without detection. Adds up the CPU cost. */
export class CostMeasuringPollRecorder {
  readonly #db: Database
  readonly #postmaster: number
  readonly #postgresBefore: number
  readonly #last = new Map<string, LastPollStateInMemory>()
  readonly #sources = new Map<string, number>()
  #nodeMicroseconds = 0

  constructor(db: Database, postmaster: number) {
    this.#db = db
    this.#postmaster = postmaster
    this.#postgresBefore = postgresCpu(postmaster)
  }

  /** Returns the CPU seconds used so far. */
  get cpu(): { node: number; postgres: number } {
    return { node: this.#nodeMicroseconds / 1e6, postgres: postgresCpu(this.#postmaster) - this.#postgresBefore }
  }

  async record({ polls }: PollFeedTick): Promise<void> {
    const begun = process.cpuUsage()
    const quiet: { key: string; poll: UnchangedPoll }[] = []
    for (const observation of polls) {
      const key = `${observation.target.resourceId} ${observation.kind}`
      const last = this.#last.get(key)
      const poll = last && compareUnchangedPoll(last, observation, optionsOf(observation))
      if (poll) quiet.push({ key, poll })
      else await this.#alone(key, observation)
    }
    if (quiet.length > 0) {
      await this.#db.transaction((client) =>
        recordUnchangedPolls(
          client,
          quiet.map(({ poll }) => poll),
        ),
      )
      for (const { key, poll } of quiet) this.#last.set(key, poll.after)
    }
    const { user, system } = process.cpuUsage(begun)
    this.#nodeMicroseconds += user + system
  }

  async #alone(key: string, observation: PollObservation): Promise<void> {
    const sourceId = await this.#sourceOf(observation)
    const before = this.#last.get(key)
    const options = { ...optionsOf(observation), last: before ? getLastRouteTableDigest(before) : null }
    const { status } = await this.#db.transaction((client) => recordObservation(client, sourceId, observation, options))
    if (status !== 'recorded') throw new Error(`a poll of ${observation.kind} was refused as ${status}`)
    this.#last.delete(key)
    if (observation.outcome !== 'ok' || !pollKindsThatCanBeUnchanged.has(observation.kind)) return
    const [left] = await loadLastPolls(this.#db.pool, [{ sourceId, observation }])
    if (left) this.#last.set(key, left)
  }

  async #sourceOf({ target }: PollObservation): Promise<number> {
    const { resourceId, subresource } = target
    const known = this.#sources.get(resourceId)
    if (known !== undefined) return known
    const sourceId = await getOrCreateSourceId(this.#db.pool, { resourceId, subresource })
    this.#sources.set(resourceId, sourceId)
    return sourceId
  }
}

const optionsOf = ({ kind }: PollObservation) => ({ intervalSeconds: getPollIntervalOfKindSeconds(kind) })
