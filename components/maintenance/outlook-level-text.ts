import type { OutlookLevel } from '#lib/resilience/api/outlook.ts'
import type { Tone } from '../ui/drawing/glyph.tsx'
import type { StatusText } from '../ui/status.tsx'

export const outlookLevelTones: Record<OutlookLevel, Tone> = {
  strands: 'down',
  unknown: 'unknown',
  fills: 'degraded',
  exposed: 'degraded',
  moves: 'notice',
  none: 'up',
}

const levelLabels: Record<OutlookLevel, string> = {
  strands: 'CUT OFF',
  unknown: 'UNKNOWN',
  fills: 'FILLS A PATH',
  exposed: 'NO SPARE',
  moves: 'MOVES',
  none: 'NO EFFECT',
}

export const getOutlookLevelStatus = (level: OutlookLevel): StatusText => ({
  tone: outlookLevelTones[level],
  word: levelLabels[level],
})
