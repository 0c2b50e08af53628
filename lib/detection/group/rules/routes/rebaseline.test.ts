import { describe, expect, it } from 'vitest'
import type { DetectedEvent } from '#lib/contract/index.ts'
import { defaultSettings } from '../../../model/settings.ts'
import { type FoldContext, put } from '../../../model/context.ts'
import { rebaseline } from './rebaseline.ts'
import { NOTHING_CONNECTED } from '../../../model/topology.ts'

const DAY = 24 * 60 * 60_000
const shift: DetectedEvent = {
  key: 'shift',
  kind: 'best_path_shift',
  severity: 'minor',
  scope: 'ckt-lon',
  subject: 'ckt-lon > ckt-ams',
  started: { earliest: 0, latest: 60_000 },
  ended: null,
  duration: null,
  detectedAt: 60_000,
  evidence: [],
  causes: [],
  flags: ['scope:circuit'],
  partOf: null,
  incident: null,
}

/** The event as it is after a check a moment. */
function snapshotAt(finishedAt: number, event: DetectedEvent): DetectedEvent {
  const mark: FoldContext['mark'] = {
    sourceId: 1,
    scope: 'ergw-hub',
    subresource: '',
    kind: 'learned',
    startedAt: finishedAt - 2_000,
    finishedAt,
    outcome: 'ok',
    previousOkAt: finishedAt - 62_000,
    previousAttemptAt: finishedAt - 62_000,
    silentInstances: [],
  }
  const context: FoldContext = {
    topology: NOTHING_CONNECTED,
    scopes: {},
    mark,
    everyMs: 60_000,
    settings: defaultSettings,
  }
  const live = put(context, event)
  rebaseline(context)
  return live.event
}

describe('other best paths', () => {
  it('are how it is meant after a day', () => {
    expect(snapshotAt(DAY + 60_000, shift)).toMatchObject({
      ended: { earliest: DAY + 60_000, latest: DAY + 60_000 },
      flags: ['scope:circuit', 'baseline'],
    })
  })
  it('are a shift before', () => expect(snapshotAt(DAY, shift).ended).toBeNull())
  it('are no baseline while something is lost', () => {
    expect(snapshotAt(2 * DAY, { ...shift, kind: 'failover' }).ended).toBeNull()
  })
})
