import type { MaintenanceImpactLevel } from '#lib/resilience/api/outlook.ts'
import type { StateTone } from '../ui/drawing/glyph.tsx'
import type { StatusText } from '../ui/status.tsx'

export const outlookLevelTones: Record<MaintenanceImpactLevel, StateTone> = {
  strands: 'down',
  unknown: 'unknown',
  fills: 'degraded',
  exposed: 'degraded',
  moves: 'notice',
  none: 'up',
}

const levelLabels: Record<MaintenanceImpactLevel, string> = {
  strands: 'CUT OFF',
  unknown: 'UNKNOWN',
  fills: 'FILLS A PATH',
  exposed: 'NO SPARE',
  moves: 'MOVES',
  none: 'NO EFFECT',
}

export const getOutlookLevelStatus = (level: MaintenanceImpactLevel): StatusText => ({
  tone: outlookLevelTones[level],
  word: levelLabels[level],
})
