import type { ApiActivityEntry, ConfigurationChange, UserNote } from '#lib/incidents/api/index.ts'
import type { ApiMaintenanceWindow } from '#lib/contract/index.ts'
import { getChangeStatus, formatChangedField, formatChangeOperation } from '../changes/change-text.ts'
import { formatNoteSignature, parseNoteTime } from '../notes/note-text.ts'
import {
  assignTimelineRows,
  type TimelineMark,
  parseIsoTimeBounds,
  countTimelineTrackRows,
  type TimelineTrack,
} from '../charts/state-timeline/timeline-tracks.ts'

type Unplaced = Omit<TimelineMark, 'row'>

/**
 * Returns the timeline track (row) with the configuration changes of resources and their entries in Azure's Activity
 * Log; null if there are none.
 */
export function buildConfigurationTrack(
  changes: readonly ConfigurationChange[],
  entries: readonly ApiActivityEntry[],
): TimelineTrack | null {
  const shown = new Set(changes.flatMap(({ explainedBy }) => explainedBy?.id ?? []))
  const marks: Unplaced[] = [
    ...changes.map((change) => ({
      key: `${change.resourceId} ${change.between[1]} ${change.op}`,
      ink: 'notice' as const,
      word: getChangeStatus(change).word,
      from: parseIsoTimeBounds(change.between),
      to: null,
      isPoint: true,
      title: `${change.scopeName}: ${change.fields.map(({ path }) => formatChangedField(path)).join(', ') || getChangeStatus(change).word.toLowerCase()}`,
    })),
    ...[...new Map(entries.map((entry) => [entry.id, entry])).values()].map((entry) => ({
      key: entry.id,
      ink: shown.has(entry.id) ? ('notice' as const) : ('off' as const),
      word: 'LOGGED',
      from: [Date.parse(entry.at), Date.parse(entry.at)] as const,
      to: null,
      isPoint: true,
      title: `${formatChangeOperation(entry.operation)} by ${entry.caller ?? 'an unnamed caller'}, ${entry.status.toLowerCase()}`,
    })),
  ]
  return trackOf('configuration', 'Configuration', 'changes and Activity log', marks)
}

/**
 * Returns the timeline track (row) with announced maintenance that concerns given resources or all resources. Windows
 * during which events cause alerts as usual are left out.
 */
export function buildMaintenanceTrack(
  windows: readonly Pick<ApiMaintenanceWindow, 'id' | 'title' | 'from' | 'to' | 'scopes' | 'effect'>[],
  scopes: ReadonlySet<string>,
  range: { from: number; to: number },
): TimelineTrack | null {
  const marks = windows
    .filter(
      (window) =>
        window.effect === 'expected' &&
        (window.scopes.length === 0 || window.scopes.some((scope) => scopes.has(scope))),
    )
    .filter(({ from, to }) => Date.parse(to) >= range.from && Date.parse(from) <= range.to)
    .map(({ id, title, from, to }): Unplaced => {
      const [begin, end] = [Date.parse(from), Date.parse(to)]
      return { key: id, ink: 'notice', word: title, from: [begin, begin], to: [end, end], isPoint: false, title }
    })
  return trackOf('maintenance', 'Maintenance', 'announced', marks)
}

/**
 * Returns the timeline track (row) with users' notes. A note about an instant is a thin mark, a note about a range is a
 * bar.
 */
export function buildNotesTrack(notes: readonly UserNote[]): TimelineTrack | null {
  const marks = notes.map((note): Unplaced => {
    const { from, to } = parseNoteTime(note)
    const end = Math.max(to, from + 1)
    return {
      key: note.id,
      ink: 'off',
      word: note.text,
      isCut: true,
      from: [from, from],
      to: [end, end],
      isPoint: false,
      title: `${note.text} (${formatNoteSignature(note, 'UTC', null)})`,
    }
  })
  return trackOf('notes', 'Notes', '', marks)
}

function trackOf(key: string, name: string, part: string, unplaced: readonly Unplaced[]): TimelineTrack | null {
  if (unplaced.length === 0) return null
  const marks = assignTimelineRows(unplaced)
  return { key, name, part, marks, rows: countTimelineTrackRows(marks), unseen: [] }
}
