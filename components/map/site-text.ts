import { TYPE } from '../ui/drawing/type-scale.ts'
import type { Row } from './estate.ts'
import { formatProbe } from './probe-brief.ts'
import { wrapText } from '../ui/drawing/text-fit.ts'

/** Sizes in CSS px at the default font size of 16 px. */
export const siteType = {
  name: TYPE.name,
  nameLine: 17,
  detail: TYPE.text,
  detailLine: 16,
  padX: 9,
  padY: 7,
} as const

const MAX_NAME_LINES = 4
const MAX_DETAIL_LINES = 2

/**
 * Returns the text of an on-premises end, split into lines that fit its box, the lines about tests towards it, and the
 * height of all lines with margins.
 */
export function siteText({ site, probe }: Pick<Row, 'site' | 'probe'>, width: number) {
  const inner = width - 2 * siteType.padX
  const detail = wrapText(site.status?.word ?? site.detail, inner, siteType.detail, MAX_DETAIL_LINES)
  const name = wrapText(site.name, inner, siteType.name, MAX_NAME_LINES)
  const below = [...detail.map((text) => ({ text, tone: site.status?.tone ?? null })), ...formatProbe(probe)]
  const text = name.length * siteType.nameLine + below.length * siteType.detailLine
  return { name, below, height: text + 2 * siteType.padY }
}
