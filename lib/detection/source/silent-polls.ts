import { type EpochMs, type PollOutcome, type PollRecord, UNREAD_ROWS_INSTANCE } from '#lib/contract/index.ts'
import { parseSubjectInstance, formatSessionSubject } from '../model/subject.ts'
import type { ExtraSessionDataOfPoll } from './readings.ts'
import type { DetectionSettings } from '../model/settings.ts'
import type { SilentInstanceSignal } from '../model/signal.ts'
import type { SourceDetectionState } from '../model/source-state.ts'

/**
 * Returns the names of the instances that reported no rows. The entry for unreadable rows is left out, because it is
 * not an instance.
 */
export const listSilentInstances = ({ silentInstances: silent }: PollRecord): string[] =>
  silent.filter((instance) => instance !== UNREAD_ROWS_INSTANCE)

/**
 * Returns a function that reports whether a poll gives no information about a session, so that the session counts
 * neither as present nor as missing. This is the case if its instance was silent, or if some rows were unreadable and
 * the session is not among the readable rows.
 */
export function createUnreportedSessionTest(
  mark: PollRecord,
  readings: readonly ExtraSessionDataOfPoll[] = [],
): (subject: string) => boolean {
  const silent = new Set(mark.silentInstances)
  const reported = silent.has(UNREAD_ROWS_INSTANCE) ? new Set(readings.map(formatSessionSubject)) : null
  return (subject) => silent.has(parseSubjectInstance(subject)) || (reported !== null && !reported.has(subject))
}

type Silence = SourceDetectionState['silence']

/**
 * Returns the start of the last poll before this one that read the rows of all reporting gateway instances; null = no
 * such poll. A poll in which another instance was silent still counts.
 */
export function getLastReportStart(mark: PollRecord, before: PollOutcome | null): EpochMs | null {
  return before === 'ok' || before === 'incomplete' ? mark.previousAttemptAt : mark.previousOkAt
}

/** Reports whether other instances of the gateway list sessions with this instance, and all of these are down. */
function isMissedBySiblings(address: string, readings: readonly ExtraSessionDataOfPoll[]): boolean {
  const own = readings.filter(({ neighbor }) => neighbor === address)
  return own.length > 0 && own.every(({ established, unknown }) => !established && !unknown)
}

/**
 * Counts the good polls in which an instance reports no rows while other instances do, up to the number that proves
 * that the instance is lost. If the other instances report that their sessions with it are down, one poll fewer is
 * needed, because a poll may take minutes while an instance is lost.
 * @param reported start of the last poll before this one, from {@link getLastReportStart}
 */
export function countSilentPolls(
  { silence, silentSince }: Pick<SourceDetectionState, 'silence' | 'silentSince'>,
  mark: PollRecord,
  reported: EpochMs | null,
  readings: readonly ExtraSessionDataOfPoll[],
  settings: DetectionSettings,
): { silence: Silence; signals: SilentInstanceSignal[] } {
  const enough = settings['instance.rowsGone']
  const signals: SilentInstanceSignal[] = []
  const next: Silence = {}
  let changed = false
  for (const address of listSilentInstances(mark)) {
    const known = silence[address]
    if (known && known.samples >= enough) {
      next[address] = known
      continue
    }
    changed = true
    const since = known?.since ?? {
      earliest: silentSince[address] ?? reported ?? mark.startedAt,
      latest: mark.finishedAt,
    }
    const samples = (known?.samples ?? 0) + 1
    const isLost = samples + (samples > 1 && isMissedBySiblings(address, readings) ? 1 : 0) >= enough
    next[address] = { since, samples: isLost ? enough : samples, lastAt: mark.startedAt }
    if (isLost) signals.push({ type: 'instance', address, samples, since })
  }
  for (const [address, known] of Object.entries(silence)) {
    if (next[address]) continue
    changed = true
    if (known.samples < enough) continue
    const since = { earliest: Math.max(known.lastAt, reported ?? known.lastAt), latest: mark.finishedAt }
    signals.push({ type: 'instance', address, samples: 0, since })
  }
  return { silence: changed ? next : silence, signals }
}
