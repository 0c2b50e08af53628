import { TYPE } from '../ui/drawing/type-scale.ts'
import type { Row } from './estate.ts'
import { wrapText } from './text-fit.ts'

/** CSS px at the usual type size of 16 px. */
export const siteType = {
  name: TYPE.name,
  nameLine: 17,
  detail: TYPE.text,
  detailLine: 16,
  padX: 9,
  padY: 7,
} as const

const MOST_NAME_LINES = 4
const MOST_DETAIL_LINES = 2

/** Text of an on-premises end, in lines that fit its box, and the height with margins. */
export function siteText(
  { name, detail }: Pick<Row['site'], 'name' | 'detail'>,
  width: number,
): { name: string[]; detail: string[]; height: number } {
  const inner = width - 2 * siteType.padX
  const lines = {
    name: wrapText(name, inner, siteType.name, MOST_NAME_LINES),
    detail: wrapText(detail, inner, siteType.detail, MOST_DETAIL_LINES),
  }
  const text = lines.name.length * siteType.nameLine + lines.detail.length * siteType.detailLine
  return { ...lines, height: text + 2 * siteType.padY }
}
