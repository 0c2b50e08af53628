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

/** So many letters of a text at the most. One that is cut ends with an ellipsis, and never with half a letter. */
export function cut(text: string, most: number): string {
  const letters = [...text]
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join('')}…`
}
