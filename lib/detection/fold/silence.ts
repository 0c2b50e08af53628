import type { PollMark } from '#lib/contract/index.ts'
import type { DetectionSettings } from '../settings.ts'
import type { InstanceSignal } from './signal.ts'
import type { DetectionState } from './state.ts'

type Silence = DetectionState['silence']

/** Counts the good samples in which an instance reports nothing while others do, up to the number that proves it lost. */
export function countSilence(
  silence: Silence,
  silentSince: DetectionState['silentSince'],
  mark: PollMark,
  settings: DetectionSettings,
): { silence: Silence; signals: InstanceSignal[] } {
  const enough = settings['instance.rowsGone']
  const signals: InstanceSignal[] = []
  const next: Silence = {}
  let changed = false
  for (const address of mark.silentInstances) {
    const known = silence[address]
    if (known && known.samples >= enough) {
      next[address] = known
      continue
    }
    changed = true
    const since = known?.since ?? {
      lo: silentSince[address] ?? mark.previousOkAt ?? mark.startedAt,
      hi: mark.finishedAt,
    }
    const samples = (known?.samples ?? 0) + 1
    next[address] = { since, samples, lastAt: mark.startedAt }
    if (samples >= enough) signals.push({ type: 'instance', address, samples, since })
  }
  for (const [address, known] of Object.entries(silence)) {
    if (next[address]) continue
    changed = true
    if (known.samples < enough) continue
    const since = { lo: Math.max(known.lastAt, mark.previousOkAt ?? known.lastAt), hi: mark.finishedAt }
    signals.push({ type: 'instance', address, samples: 0, since })
  }
  return { silence: changed ? next : silence, signals }
}
