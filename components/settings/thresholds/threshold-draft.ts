import { type ThresholdsResponse, thresholdsBodySchema, type ApiThreshold } from '#lib/contract/index.ts'
import type { z } from 'zod'
import { type FormValidation, validateFormInput } from '../../schema-form/form-validation.ts'
import { thresholdHints, parseThreshold, formatThreshold } from './threshold-text.ts'

/**
 * Values of the thresholds form: the text of every threshold by its key ({@link buildThresholdKey}), and a note. An
 * empty text means the default value.
 */
export interface ThresholdsDraft {
  values: Record<string, string>
  note: string
}

/**
 * Returns the key of a threshold in the form. The key has slashes instead of dots, because React Hook Form interprets a
 * dot as a nested object.
 */
export const buildThresholdKey = (name: string): string => name.replaceAll('.', '/')

export const buildThresholdDraft = ({ thresholds }: ThresholdsResponse): ThresholdsDraft => ({
  values: Object.fromEntries(
    thresholds.map(({ name, value, unit }) => [buildThresholdKey(name), formatThreshold(value, unit)]),
  ),
  note: '',
})

/** Returns the value of a threshold in the form: the default if its text is empty, null if its text is invalid. */
export function readThresholdValue({ unit, shipped }: ApiThreshold, text: string): number | null {
  return text.trim() === '' ? shipped : parseThreshold(text, unit)
}

/** Returns the thresholds whose value in the form differs from the value in use. */
export const findChangedThresholds = (
  { thresholds }: ThresholdsResponse,
  values: ThresholdsDraft['values'],
): ApiThreshold[] =>
  thresholds.filter((threshold) => readThresholdValue(threshold, textAt(values, threshold)) !== threshold.value)

/**
 * Validates the form and returns the request body for a new version of the thresholds. It contains only the changed
 * values; null resets a threshold to its default.
 */
export function validateThresholdsForm(
  answer: ThresholdsResponse,
  { values, note }: ThresholdsDraft,
): FormValidation<z.output<typeof thresholdsBodySchema>> {
  const changed = findChangedThresholds(answer, values).map(
    (threshold) =>
      [threshold, textAt(values, threshold), readThresholdValue(threshold, textAt(values, threshold))] as const,
  )
  const faults = changed.flatMap(([{ name, unit }, , value]) =>
    value === null ? [[`values.${buildThresholdKey(name)}`, thresholdHints[unit]]] : [],
  )
  const wanted = changed.map(([{ name }, text, value]) => [name, text.trim() === '' ? null : value])
  const input = { version: answer.version, values: Object.fromEntries(wanted), note }
  const fieldOf = ([top, name]: readonly PropertyKey[]) =>
    top === 'values' ? `values.${buildThresholdKey(String(name))}` : String(top)
  return validateFormInput(thresholdsBodySchema, input, fieldOf, Object.fromEntries(faults))
}

const textAt = (values: ThresholdsDraft['values'], { name }: ApiThreshold): string =>
  values[buildThresholdKey(name)] ?? ''
