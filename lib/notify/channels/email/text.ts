import type { Section } from '../../message/section.ts'

const LABEL_WIDTH = 16

/** Sections as plain text, each label in a column of its own. */
export function textOf(sections: readonly Section[]): string {
  return sections
    .map(({ heading, lines }) => [heading, '', ...lines.map(({ label, text }) => lineOf(label, text))].join('\n'))
    .join('\n\n----\n\n')
    .concat('\n')
}

function lineOf(label: string, text: string): string {
  return label === '' ? text : `${`${label}:`.padEnd(LABEL_WIDTH)}${text}`
}
