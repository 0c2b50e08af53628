import { type PollRecord, INSTANT_BEFORE_MONITORING, type SessionChange } from '#lib/contract/index.ts'
import type { ExtraSessionDataOfPoll } from './readings.ts'
import { formatSessionSubject } from '../model/subject.ts'
import type { SourceDetectionState } from '../model/source-state.ts'
import type { SessionUpdateResult } from './session-fold.ts'
import type { DetectedSessionState, SessionStateChangeSignal } from '../model/signal.ts'

/**
 * Returns signals with the levels of all sessions at the first poll with readings. A session has had its level since an
 * unknown time before the poll. An exception is a session with an open session_down event, which has been down since
 * the start of that event.
 */
export function createInitialLevels(
  readings: readonly ExtraSessionDataOfPoll[],
  mark: PollRecord,
  remembered: SourceDetectionState['sessions'],
): SessionStateChangeSignal[] {
  return readings.map((reading) => {
    const { localAddress, neighbor, asn, established, unknown, prefixes, fellAt } = reading
    const open = remembered[formatSessionSubject(reading)]?.open
    const level = established ? 'up' : open ? 'down' : unknown ? 'unknown' : fellAt ? 'down' : 'never'
    return {
      type: 'session',
      localAddress,
      neighbor,
      isFirst: true,
      level,
      ...(level === 'down' && !open && { isUnseen: true as const }),
      since: open?.started ??
        (level === 'down' ? fellAt : null) ?? { earliest: INSTANT_BEFORE_MONITORING, latest: mark.finishedAt },
      sample: {
        state: established ? 'established' : 'idle',
        azureState: '',
        asn,
        downReason: null,
        prefixesReceived: prefixes,
        messagesSent: null,
        messagesReceived: null,
        establishedAt: null,
      },
    }
  })
}

/**
 * Returns a signal with the level of a changed session after its evaluation (`step`), and with the bounds of the begin
 * of that level. Empty if the row of the session is missing although its instance still reports, because the level is
 * then undecided.
 */
export function createLevelSignal(
  change: SessionChange,
  step: SessionUpdateResult | undefined,
  readings: readonly ExtraSessionDataOfPoll[] | undefined,
): SessionStateChangeSignal[] {
  const { localAddress, neighbor, after, between } = change
  const signal = (level: DetectedSessionState, since = between): SessionStateChangeSignal[] => [
    { type: 'session', localAddress, neighbor, level, since, sample: after ?? change.before },
  ]
  const event = step?.events.at(-1)
  if (after === null) {
    const instanceLeft = readings && !readings.some((row) => row.localAddress === localAddress)
    return instanceLeft ? signal('gone') : []
  }
  if (after.state === 'unknown') return signal('unknown')
  if (after.state === 'established') {
    const since =
      step?.restart ?? (event?.kind === 'session_up' ? event.started : null) ?? after.establishedAt ?? between
    return signal('up', since)
  }
  if (event?.kind === 'session_down') return signal('down', event.started)
  if (step?.memory?.shown === 'down') return signal('down', step.memory.open?.started ?? between)
  // The session was up before it was first polled, and its age shows when it fell.
  if (after.fellAt && after.state !== 'stopped')
    return signal('down', after.fellAt).map((one) => ({ ...one, isUnseen: true }))
  return signal('never')
}
