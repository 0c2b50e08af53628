import { describe, expect, it } from 'vitest'
import { eventKindRecords, eventKinds, type PollRecord } from '#lib/contract/index.ts'
import { quietEstate } from '../testing/quiet-estate.ts'
import { listLiveEvents, storeEventInScope } from './context.ts'
import { createEvent, createEventOfGroup } from './create-event.ts'
import { updateEventByCondition } from './event-condition.ts'

const mark: PollRecord = {
  sourceId: 1,
  scope: 'gw',
  subresource: '',
  kind: 'peers',
  startedAt: 60_000,
  finishedAt: 62_000,
  outcome: 'ok',
  previousOkAt: 0,
  previousAttemptAt: 0,
  silentInstances: [],
}

describe('a new event', () => {
  it.each(eventKinds)('%s has an end from the start only if it is a point', (kind) => {
    const started = { earliest: 0, latest: 62_000 }
    const event = createEvent(mark, { kind, severity: 'info', scope: 'gw', subject: 'one', started })
    const isPoint = eventKindRecords[kind].lifecycle === 'point'
    expect([event.ended, event.duration]).toEqual([isPoint ? started : null, null])
  })

  it('is named by what it is about and the poll that proved it', () => {
    const raise = (subject: string, at = mark.startedAt) =>
      createEvent(
        { ...mark, startedAt: at },
        { kind: 'session_up', severity: 'info', scope: 'gw', subject, started: { earliest: 0, latest: at } },
      ).key
    expect(raise('one')).toBe(raise('one'))
    expect(new Set([raise('one'), raise('two'), raise('one', 120_000)]).size).toBe(3)
  })
})

describe('events of one kind, scope and subject that one poll proves', () => {
  const raised = (latest: number, distinguishedBy?: readonly string[]) => ({
    kind: 'failover' as const,
    severity: 'major' as const,
    scope: 'gw',
    subject: 'one',
    started: { earliest: 0, latest },
    evidence: [
      { field: 'table', before: null, after: distinguishedBy?.[0] ?? null, sampledBefore: null, sampledAfter: null },
    ],
    ...(distinguishedBy && { distinguishedBy }),
  })

  it('have different keys if they began at different times or are distinguished by their data', () => {
    const context = quietEstate(62_000)
    const keys = [raised(1, ['a']), raised(1, ['a']), raised(1, ['b']), raised(2, ['a']), raised(3), raised(3)].map(
      (one) => storeEventInScope(context, createEventOfGroup(context, one)).event.key,
    )
    expect(keys[0]).toBe(createEvent(context.mark, raised(1)).key)
    expect(keys[1]).toBe(keys[0])
    expect(keys[5]).toBe(keys[4])
    expect(new Set(keys).size).toBe(4)
  })

  it('are all stored if one of them ended before the next one began', () => {
    const context = quietEstate(62_000)
    const condition = { kind: 'path_down', scope: 'ckt-lon', subject: 'primary', severity: 'major' } as const
    for (const at of [10_000, 30_000]) {
      const [fell, rose] = [at, at + 10_000].map((since) => ({ earliest: since, latest: since + 1_000 }))
      if (fell) updateEventByCondition(context, { ...condition, holds: true, since: fell })
      if (rose) updateEventByCondition(context, { ...condition, holds: false, since: rose })
    }
    expect(listLiveEvents(context).map(({ event }) => [event.started.earliest, event.ended?.earliest])).toEqual([
      [10_000, 20_000],
      [30_000, 40_000],
    ])
  })
})
