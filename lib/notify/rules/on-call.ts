import type { EpochMs } from '#lib/contract/index.ts'
import { parseDayNumber, convertFromLocalTime, convertToLocalTime, parseMinutesOfDay } from './zoned-time.ts'

/** An on-call rotation: channels that take turns in receiving escalations. */
export interface ChannelRotation {
  /** IANA name of the time zone */
  zone: string
  /** local date of the first hand-over, YYYY-MM-DD */
  startsOn: string
  /** local time of each hand-over, HH:MM */
  handover: string
  /** length of a shift in days of the zone's calendar */
  days: number
  /** IDs of channels in the order of their turns */
  members: readonly string[]
  /** exceptions to the regular turns; if two exceptions overlap, the exception that is later in the list applies */
  overrides: readonly { channel: string; from: EpochMs; to: EpochMs }[]
}

interface Shift {
  channel: string
  from: EpochMs
  /** end of the shift, not included */
  until: EpochMs
  isOverride: boolean
}

/** Returns the shift at a given time; null before the first hand-over, unless an override applies. */
export function findOnCallShiftAt(rotation: ChannelRotation, at: EpochMs): Shift | null {
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

/**
 * Returns the shift after the current one. If there is no current shift, returns the first shift. Null if there is no
 * further shift.
 */
export function findNextShift(rotation: ChannelRotation, at: EpochMs): Shift | null {
  const current = findOnCallShiftAt(rotation, at)
  if (current) return findOnCallShiftAt(rotation, current.until) ?? findNextShift(rotation, current.until)
  const beginnings = [firstHandover(rotation), ...rotation.overrides.map(({ from }) => from)]
  return findOnCallShiftAt(rotation, Math.min(...beginnings.filter((edge) => edge > at)))
}

const firstHandover = (rotation: ChannelRotation): EpochMs => handoverOf(rotation, 0)

function handoverOf({ zone, startsOn, handover, days }: ChannelRotation, turn: number): EpochMs {
  return convertFromLocalTime(
    { day: parseDayNumber(startsOn) + turn * days, minutes: parseMinutesOfDay(handover) },
    zone,
  )
}

/** Returns the regular turn at a given time, without overrides; null before the first turn. */
function turnAt(rotation: ChannelRotation, at: EpochMs): { channel: string; from: EpochMs; until: EpochMs } | null {
  const passed = convertToLocalTime(at, rotation.zone).day - parseDayNumber(rotation.startsOn)
  let turn = Math.floor(passed / rotation.days)
  // if the hand-over of the day is later than the given time, the previous turn still applies
  if (handoverOf(rotation, turn) > at) turn -= 1
  const channel = rotation.members[turn % rotation.members.length]
  if (turn < 0 || channel === undefined) return null
  return { channel, from: handoverOf(rotation, turn), until: handoverOf(rotation, turn + 1) }
}
