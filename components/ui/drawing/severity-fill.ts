import type { Severity } from '#lib/contract/index.ts'
import { toneFill } from './tone-fill.ts'
import { severityTone } from '../words.ts'

/** The fill of a bar that counts events or incidents of a severity. */
export const severityFill = (severity: Severity): string =>
  severity === 'info' ? 'bg-line-strong' : toneFill[severityTone[severity]]
