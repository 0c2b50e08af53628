import { describe, expect, it } from 'vitest'
import { eventKindRecords, eventKinds, type PollRecord } from '#lib/contract/index.ts'
import { createEvent } from './create-event.ts'

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
