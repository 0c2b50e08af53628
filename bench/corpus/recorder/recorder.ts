/**
 * Stands in for history while scenarios run: the marks and changes that the same polls leave there, without a database and without
 * a past. `recorder.db.test.ts` holds it against history itself.
 */
import type { ByFamily } from '#lib/bgp/index.ts'
import type { Change, EpochMs, Observation, Outcome, PollMark } from '#lib/contract/index.ts'
import { type Memory, NOTHING_READ, Reading } from './reading.ts'
import { Sessions } from './sessions.ts'
import { Arp, Counters, Inventory, Routes } from './tables.ts'

interface Stored {
  memory: Memory
  okAt: EpochMs | null
  attemptAt: EpochMs | null
  finishedAt: EpochMs | null
  outcome: Outcome | null
  sessions: Sessions
  routes: Routes
  arp: Arp
  counters: Counters
  inventory: Inventory
}

export interface Noted {
  status: 'recorded' | 'duplicate' | 'stale'
  mark: PollMark
  changes: Change[]
}

const NONE_TOLD: ByFamily = { ipv4: null, ipv6: null }

export class Recorder {
  private readonly stored = new Map<string, Stored>()
  private readonly sourceIds = new Map<string, number>()

  /** @param scope how the resource is called in short */
  record(observation: Observation, scope: string, localAddresses: ByFamily | null = null): Noted {
    const { target, kind, startedAt, finishedAt, outcome } = observation
    const source = `${target.resourceId.toLowerCase()} ${target.part}`
    const sourceId = this.sourceIds.get(source) ?? this.sourceIds.size + 1
    this.sourceIds.set(source, sourceId)
    const state = this.stored.get(`${source} ${kind}`) ?? blank()
    this.stored.set(`${source} ${kind}`, state)
    const mark: PollMark = {
      sourceId,
      scope,
      part: target.part,
      kind,
      startedAt,
      finishedAt,
      outcome,
      previousOkAt: state.okAt,
      previousAttemptAt: state.attemptAt,
      silentInstances: [...new Set(observation.silentInstances)].toSorted(),
    }
    if (startedAt === state.attemptAt) return { status: 'duplicate', mark, changes: [] }
    if (state.finishedAt !== null && startedAt < state.finishedAt) return { status: 'stale', mark, changes: [] }
    const changes: Change[] =
      state.outcome === outcome ? [] : [{ type: 'outcome', before: state.outcome, after: outcome }]
    state.outcome = outcome
    state.attemptAt = startedAt
    state.finishedAt = finishedAt
    if (outcome !== 'ok' && outcome !== 'incomplete') return { status: 'recorded', mark, changes }
    const reading = new Reading(observation, state.memory)
    changes.push(...changesOf(state, reading, observation, localAddresses ?? NONE_TOLD))
    state.memory = reading.remembered()
    if (outcome === 'ok') state.okAt = startedAt
    return { status: 'recorded', mark, changes }
  }
}

function blank(): Stored {
  return {
    memory: NOTHING_READ,
    okAt: null,
    attemptAt: null,
    finishedAt: null,
    outcome: null,
    sessions: new Sessions(),
    routes: new Routes(),
    arp: new Arp(),
    counters: new Counters(),
    inventory: new Inventory(),
  }
}

function changesOf(state: Stored, reading: Reading, observation: Observation, local: ByFamily): Change[] {
  switch (observation.kind) {
    case 'peers':
    case 'summary':
      return state.sessions.record(reading, observation, local)
    case 'learned':
    case 'advertised':
    case 'tables':
      return state.routes.record(reading, observation)
    case 'arp':
      return state.arp.record(reading, observation)
    case 'stats':
      return state.counters.record(reading, observation)
    case 'inventory':
      return state.inventory.record(reading, observation)
    default:
      return []
  }
}
