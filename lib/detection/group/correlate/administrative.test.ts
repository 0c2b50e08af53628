import { expect, it } from 'vitest'
import type { Cause, DetectedEvent, EventKind, Severity } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { defaultSettings } from '../../model/settings.ts'
import { createTwoCircuitEstate } from '../../testing/estates.ts'
import {
  ADMINISTRATIVE_FLAG,
  findDeliberateChangeRecheckTime,
  adjustDeliberateChangeSeverities,
} from './administrative.ts'
import { type DetectionContext, storeEventInScope, ensureResourceState } from '../../model/context.ts'

const AT = 100 * MS_PER_MINUTE

function estateAt(finishedAt: number): DetectionContext {
  const mark: DetectionContext['mark'] = {
    sourceId: 1,
    scope: 'ckt-ams',
    subresource: '',
    kind: 'inventory',
    startedAt: finishedAt - 2_000,
    finishedAt,
    outcome: 'ok',
    previousOkAt: null,
    previousAttemptAt: null,
    silentInstances: [],
  }
  return {
    topology: createTwoCircuitEstate().topology(),
    scopes: {},
    mark,
    everyMs: MS_PER_MINUTE,
    settings: defaultSettings,
  }
}

function event(kind: EventKind, scope: string, severity: Severity, causes: Cause[] = []): DetectedEvent {
  const started = { earliest: AT - MS_PER_MINUTE, latest: AT }
  return {
    key: `${kind} ${scope}`,
    kind,
    severity,
    scope,
    subject: scope,
    started,
    ended: null,
    duration: null,
    detectedAt: AT,
    evidence: [],
    causes,
    flags: [],
  }
}

const logged: Cause = {
  class: 'configuration_change',
  owner: 'own_change',
  confidence: 0.9,
  evidence: [],
  nextStep: '',
}

it('labels what follows from an act on the same circuit, and nothing else', () => {
  const context = estateAt(AT)
  const act = storeEventInScope(context, event('peering_disabled', 'ckt-ams', 'info'))
  const failover = storeEventInScope(context, event('failover', 'ckt-ams', 'major'))
  const other = storeEventInScope(context, event('failover', 'ckt-lon', 'major'))
  adjustDeliberateChangeSeverities(context)
  expect(failover.event).toMatchObject({ severity: 'minor', flags: [ADMINISTRATIVE_FLAG] })
  expect(other.event).toMatchObject({ severity: 'major', flags: [] })
  expect(act.event.severity).toBe('info')
})

it('takes an act for a fault once the Activity Log has shown nothing of it for twenty minutes', () => {
  const severityAfter = (ms: number, causes: Cause[] = []) => {
    const context = estateAt(AT + ms)
    const act = storeEventInScope(context, event('peering_disabled', 'ckt-ams', 'info', causes))
    const isPending = findDeliberateChangeRecheckTime(context, ensureResourceState(context, 'ckt-ams')) !== null
    adjustDeliberateChangeSeverities(context)
    return [isPending, act.event.severity]
  }
  expect(severityAfter(19 * MS_PER_MINUTE)).toEqual([true, 'info'])
  expect(severityAfter(20 * MS_PER_MINUTE)).toEqual([true, 'major'])
  expect(severityAfter(20 * MS_PER_MINUTE, [logged])).toEqual([false, 'info'])
})
