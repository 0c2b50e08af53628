import type { Event } from '#lib/contract/index.ts'

/** A value of a piece of evidence as text; nothing was read = `not read`. */
export const valueText = (value: unknown): string =>
  value === undefined || value === null ? 'not read' : typeof value === 'string' ? value : JSON.stringify(value)

/** Evidence in one line: `state: up → down; prefixes: 17 → 2`. */
export const evidenceText = (evidence: Event['evidence']): string =>
  evidence.map(({ field, before, after }) => `${field}: ${valueText(before)} → ${valueText(after)}`).join('; ')
