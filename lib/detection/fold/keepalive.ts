import type { DetectedEvent, PollMark } from '#lib/contract/index.ts'
import type { DetectionSettings } from '../settings.ts'
import type { SessionReading } from './readings.ts'
import { closed, sessionEvent } from './session-event.ts'
import type { KeepaliveMemory } from './state.ts'

interface Step {
  memory: KeepaliveMemory | null
  events: DetectedEvent[]
}

/**
 * Watches the messages that a session receives. An established session that hears nothing for two keepalive times, over
 * samples that are no cached answers (its age moves on), has stalled (detection.md 3.1).
 */
export function watchKeepalives(
  memory: KeepaliveMemory | null,
  reading: SessionReading,
  { subject, mark, settings }: { subject: string; mark: PollMark; settings: DetectionSettings },
): Step {
  const { established, messagesReceived: messages, ageMs } = reading
  const now = { lo: mark.startedAt, hi: mark.finishedAt }
  if (!established || messages === null) return { memory: null, events: ended(memory, now.hi) }
  if (memory?.messages !== messages) {
    // a hold time without a message would have ended the session
    const lo = memory?.lastAt ?? now.lo - settings['timers.hold']
    const moved = { lo, hi: now.hi }
    const fresh = { messages, ageMs, moved, firstAt: now.lo, lastAt: now.lo, stall: null }
    return { memory: fresh, events: ended(memory, now.hi) }
  }
  if (ageMs === null || ageMs === memory.ageMs) return { memory, events: [] }
  const next = { ...memory, ageMs, lastAt: now.lo }
  if (memory.stall || now.lo - memory.firstAt < settings['keepalive.stall']) return { memory: next, events: [] }
  const stall = {
    ...sessionEvent({
      kind: 'keepalive_stall',
      subject,
      mark,
      started: memory.moved,
      before: null,
      after: null,
      sampledBefore: null,
      flags: [],
    }),
    evidence: [
      {
        field: 'messagesReceived',
        before: messages,
        after: messages,
        sampledBefore: { lo: memory.firstAt, hi: Math.max(memory.firstAt, memory.moved.hi) },
        sampledAfter: now,
      },
    ],
  }
  return { memory: { ...next, stall }, events: [stall] }
}

function ended(memory: KeepaliveMemory | null, hi: number): DetectedEvent[] {
  return memory?.stall ? [closed(memory.stall, { lo: memory.lastAt, hi })] : []
}
