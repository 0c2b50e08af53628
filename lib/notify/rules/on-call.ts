import type { EpochMs } from '#lib/contract/index.ts'
import { dayNumber, zonedInstant, localTime, minutesOf } from './zoned-time.ts'

/** Channels that take turns. */
export interface Rotation {
  /** IANA name */
  zone: string
  /** local date of the first hand-over, YYYY-MM-DD */
  startsOn: string
  /** wall clock of each hand-over, HH:MM */
  handover: string
  /** length of a shift in days of the zone's calendar */
  days: number
  /** ids of channels in the order of their turns */
  members: readonly string[]
  /** of two at a time the later in the list holds */
  overrides: readonly { channel: string; from: EpochMs; to: EpochMs }[]
}

interface Shift {
  channel: string
  from: EpochMs
  /** not included */
  until: EpochMs
  isOverride: boolean
}

/** Who is on call at an instant; null = before the first hand-over, without an override. */
export function onCallAt(rotation: Rotation, at: EpochMs): Shift | null {
  const turn = turnAt(rotation, at)
  const override = rotation.overrides.findLast(({ from, to }) => from <= at && at < to)
  const channel = override?.channel ?? turn?.channel
  if (channel === undefined) return null
  const edges = [
    ...(turn ? [turn.from, turn.until] : [firstHandover(rotation)]),
    ...rotation.overrides.flatMap(({ from, to }) => [from, to]),
  ]
  return {
    channel,
    from: Math.max(...edges.filter((edge) => edge <= at)),
    until: Math.min(...edges.filter((edge) => edge > at)),
    isOverride: override !== undefined,
  }
}

/** Who follows on the one that is on call, or begins; null = nobody does. */
export function nextOnCall(rotation: Rotation, at: EpochMs): Shift | null {
  const current = onCallAt(rotation, at)
  if (current) return onCallAt(rotation, current.until) ?? nextOnCall(rotation, current.until)
  const beginnings = [firstHandover(rotation), ...rotation.overrides.map(({ from }) => from)]
  return onCallAt(rotation, Math.min(...beginnings.filter((edge) => edge > at)))
}

const firstHandover = (rotation: Rotation): EpochMs => handoverOf(rotation, 0)

function handoverOf({ zone, startsOn, handover, days }: Rotation, turn: number): EpochMs {
  return zonedInstant({ day: dayNumber(startsOn) + turn * days, minutes: minutesOf(handover) }, zone)
}

/** Whose turn it is, overrides aside; null before the first one. */
function turnAt(rotation: Rotation, at: EpochMs): { channel: string; from: EpochMs; until: EpochMs } | null {
  const passed = localTime(at, rotation.zone).day - dayNumber(rotation.startsOn)
  let turn = Math.floor(passed / rotation.days)
  // the hand-over of the day itself may be ahead
  if (handoverOf(rotation, turn) > at) turn -= 1
  const channel = rotation.members[turn % rotation.members.length]
  if (turn < 0 || channel === undefined) return null
  return { channel, from: handoverOf(rotation, turn), until: handoverOf(rotation, turn + 1) }
}
