import { oneLine } from './words.ts'

/** The readable parts of a message, before they become text or HTML. */
export interface Section {
  heading: string
  lines: readonly Line[]
}

export interface Line {
  /** '' = text without a label */
  label: string
  text: string
  /** makes the text a link */
  url?: string
}

export const line = (label: string, text: string): Line => ({ label, text: oneLine(text) })
