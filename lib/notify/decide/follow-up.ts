import type { Severity } from '#lib/contract/index.ts'
import type { Notice } from './decide.ts'
import { rank } from './incident-facts.ts'

/**
 * What somebody hears of a fault who was told before that polls failed because of it (detection.md 7: no second page unless severity
 * rises).
 * @param told the severity that they were told of
 * @returns null = nothing new to them
 */
export function asFollowUp(notice: Notice, told: Severity): Notice | null {
  if (!notice.first) return notice
  if (notice.reason !== 'opened') return { ...notice, first: false }
  return rank(notice.severity) > rank(told) ? { ...notice, reason: 'raised', first: false } : null
}
